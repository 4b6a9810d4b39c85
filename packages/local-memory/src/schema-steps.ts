// The tables, as steps from one version of the file to the next. A step that was released is never edited: a change is
// a new step at the end. The version is in the file's user_version.

/** SQL from version n (the index) to n + 1. */
export const schemaSteps: readonly string[] = [
	`
	CREATE TABLE memory (
		seq INTEGER PRIMARY KEY AUTOINCREMENT,
		id TEXT NOT NULL UNIQUE,
		content TEXT NOT NULL,
		tags TEXT NOT NULL,
		domain TEXT,
		importance INTEGER NOT NULL,
		created_at TEXT NOT NULL,
		updated_at TEXT NOT NULL
	) STRICT;
	CREATE TABLE memory_tag (
		tag TEXT NOT NULL,
		seq INTEGER NOT NULL REFERENCES memory (seq) ON DELETE CASCADE,
		PRIMARY KEY (tag, seq)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX memory_tag_seq ON memory_tag (seq);
	CREATE INDEX memory_domain ON memory (domain);
	CREATE VIRTUAL TABLE memory_words USING fts5(
		content, content = 'memory', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
	);
	CREATE TRIGGER memory_added AFTER INSERT ON memory BEGIN
		INSERT INTO memory_words (rowid, content) VALUES (new.seq, new.content);
	END;
	CREATE TRIGGER memory_removed AFTER DELETE ON memory BEGIN
		INSERT INTO memory_words (memory_words, rowid, content) VALUES ('delete', old.seq, old.content);
	END;
	CREATE TRIGGER memory_changed AFTER UPDATE OF content ON memory BEGIN
		INSERT INTO memory_words (memory_words, rowid, content) VALUES ('delete', old.seq, old.content);
		INSERT INTO memory_words (rowid, content) VALUES (new.seq, new.content);
	END;
	`,
];
