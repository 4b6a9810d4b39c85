// The index of sessions: a SQLite file that can be thrown away at any time. Each use first compares it with the files
// (name, size, time of change) and reads those that differ; when it cannot be used at all, one in memory takes its place,
// so that it never hides a session. Running sessions never write it.

import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { listRollouts, type RolloutSummary, summarizeRollout } from "@codex/core";
import { toError } from "@codex/protocol";

/** One session of the index. */
export interface IndexedSession {
	readonly path: string;
	readonly id: string;
	readonly startedAt: string;
	/** Unix milliseconds of the file's last change. */
	readonly changedMs: number;
	/** Bytes of the file. */
	readonly bytes: number;
	readonly cwd: string;
	readonly source: string;
	readonly provider: string;
	readonly model: string;
	readonly title: string;
	readonly turns: number;
	readonly calls: number;
	readonly damagedLines: number;
	readonly format: number;
	readonly isNewer: boolean;
	readonly forkedFrom: string | undefined;
}

/** A session that was found by its words. */
export interface FoundSession extends IndexedSession {
	/** The words around the first hit. */
	readonly excerpt: string;
}

/** The open index. */
export interface SessionIndex {
	/** Newest first. */
	readonly sessions: readonly IndexedSession[];
	/** Why the index had to be made anew or could not be kept; sentences for a person. */
	readonly notices: readonly string[];
	/** Files that were read to bring it up to date. */
	readonly filesRead: number;
	/** Sessions that hold all the words, best first. */
	search(words: readonly string[], limit: number): readonly FoundSession[];
	close(): void;
}

/** Version of the tables; another one makes the index anew. */
export const indexVersion = 1;

/** Where the index of a sessions folder is. */
export const indexFile = (sessionsDir: string): string => path.join(sessionsDir, "index.db");

const tables = `
	CREATE TABLE sessions (
		path TEXT PRIMARY KEY, changed_ms REAL NOT NULL, bytes INTEGER NOT NULL, summary TEXT NOT NULL
	) STRICT;
	CREATE VIRTUAL TABLE words USING fts5(path UNINDEXED, body, tokenize = 'unicode61');
	PRAGMA user_version = ${indexVersion};
`;

// Another process may be bringing the same index up to date.
const busyMs = 2000;

type Row = Readonly<Record<string, unknown>>;

/** Opens a database that holds our tables in our version; makes them in an empty one. Throws for anything else. */
async function openDatabase(file: string): Promise<DatabaseSync> {
	// Loaded by the commands that need it, never by a run.
	const { DatabaseSync } = await import("node:sqlite");
	const database = new DatabaseSync(file, { timeout: busyMs });
	try {
		const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
		if (version === 0) database.exec(tables);
		else if (version !== indexVersion) throw new Error(`it has version ${version}, not ${indexVersion}`);
		// A damaged page shows when it is read: look at all of them once, they are few.
		const check = database.prepare("PRAGMA quick_check").get()?.["quick_check"];
		if (check !== "ok") throw new Error(`it is damaged: ${String(check)}`);
		database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
		return database;
	} catch (thrown) {
		database.close();
		throw thrown;
	}
}

/** Deletes the index with what belongs to it. Throws the system's error. */
export function removeIndex(sessionsDir: string): void {
	for (const suffix of ["", "-wal", "-shm", "-journal"]) {
		rmSync(`${indexFile(sessionsDir)}${suffix}`, { force: true, recursive: true });
	}
}

const isBusy = (error: Error): boolean => /locked|busy/i.test(error.message);

interface Opened {
	readonly database: DatabaseSync;
	readonly notices: readonly string[];
}

async function openOrReplace(sessionsDir: string): Promise<Opened> {
	const file = indexFile(sessionsDir);
	if (!existsSync(sessionsDir)) return { database: await openDatabase(":memory:"), notices: [] };
	try {
		mkdirSync(sessionsDir, { recursive: true, mode: 0o700 });
		const database = await openDatabase(file);
		chmodSync(file, 0o600);
		return { database, notices: [] };
	} catch (thrown) {
		const error = toError(thrown);
		if (isBusy(error)) return inMemory(`the index is in use by another process: ${error.message}`);
		return await replace(sessionsDir, error);
	}
}

async function replace(sessionsDir: string, reason: Error): Promise<Opened> {
	try {
		removeIndex(sessionsDir);
		const database = await openDatabase(indexFile(sessionsDir));
		return { database, notices: [`the index of sessions was made anew: ${reason.message}`] };
	} catch (thrown) {
		return inMemory(`the index of sessions cannot be kept: ${toError(thrown).message}`);
	}
}

async function inMemory(notice: string): Promise<Opened> {
	return { database: await openDatabase(":memory:"), notices: [notice] };
}

interface FileState {
	readonly path: string;
	readonly id: string;
	readonly changedMs: number;
	readonly bytes: number;
}

async function statesOf(sessionsDir: string): Promise<readonly FileState[]> {
	const files = await listRollouts(sessionsDir);
	const states = await Promise.all(
		files.map(async ({ path: file, name }): Promise<FileState[]> => {
			try {
				const { mtimeMs, size } = await stat(file);
				return [{ path: file, id: name.id, changedMs: mtimeMs, bytes: size }];
			} catch {
				return []; // Deleted meanwhile.
			}
		}),
	);
	return states.flat();
}

const emptySummary: RolloutSummary = {
	id: undefined,
	startedAt: "",
	cwd: "",
	source: "cli",
	provider: "",
	forkedFrom: undefined,
	format: 1,
	title: "",
	model: "",
	turns: 0,
	calls: 0,
	damagedLines: 0,
	isNewer: false,
	text: "",
};

async function summaryOf(file: string): Promise<RolloutSummary> {
	try {
		return await summarizeRollout(file);
	} catch {
		return emptySummary; // Unreadable: it is listed by its name.
	}
}

/** Reads what differs from the files, and forgets what is gone. Gives back how many files it read. */
async function update(database: DatabaseSync, states: readonly FileState[]): Promise<number> {
	const known = new Map<string, Row>();
	for (const row of database.prepare("SELECT path, changed_ms, bytes FROM sessions").all())
		known.set(String(row["path"]), row);
	const put = database.prepare("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?)");
	const forget = database.prepare("DELETE FROM sessions WHERE path = ?");
	const forgetWords = database.prepare("DELETE FROM words WHERE path = ?");
	const putWords = database.prepare("INSERT INTO words (path, body) VALUES (?, ?)");
	const read: { readonly state: FileState; readonly summary: RolloutSummary }[] = [];
	for (const state of states) {
		const row = known.get(state.path);
		known.delete(state.path);
		if (row?.["changed_ms"] === state.changedMs && row["bytes"] === state.bytes) continue;
		read.push({ state, summary: await summaryOf(state.path) });
	}
	if (read.length === 0 && known.size === 0) return 0;
	database.exec("BEGIN IMMEDIATE");
	try {
		for (const { state, summary } of read) {
			const { text, ...shown } = summary;
			put.run(state.path, state.changedMs, state.bytes, JSON.stringify(shown));
			forgetWords.run(state.path);
			putWords.run(state.path, text);
		}
		for (const gone of known.keys()) {
			forget.run(gone);
			forgetWords.run(gone);
		}
		database.exec("COMMIT");
	} catch (thrown) {
		database.exec("ROLLBACK");
		throw thrown;
	}
	return read.length;
}

function sessionOf(row: Row, state: FileState): IndexedSession {
	const summary: Omit<RolloutSummary, "text" | "id"> = JSON.parse(String(row["summary"]));
	const { path: file, id, changedMs, bytes } = state;
	return { ...summary, path: file, id, changedMs, bytes };
}

/** Words as the search language of the index takes them literally; the last one may be the beginning of a word. */
const toQuery = (words: readonly string[]): string =>
	words.map((word, at) => `"${word.replaceAll('"', '""')}"${at === words.length - 1 ? "*" : ""}`).join(" AND ");

/**
 * Opens the index of a sessions folder and brings it up to date. Rejects only when not even an index in memory works.
 * `states` of files that change meanwhile may be a moment old.
 */
export async function openSessionIndex(sessionsDir: string): Promise<SessionIndex> {
	const states = await statesOf(sessionsDir);
	let { database, notices } = await openOrReplace(sessionsDir);
	let filesRead: number;
	try {
		filesRead = await update(database, states);
	} catch (thrown) {
		database.close();
		const error = toError(thrown);
		const reason = `the index of sessions cannot be written: ${error.message}`;
		({ database, notices } = isBusy(error) ? await inMemory(reason) : await replace(sessionsDir, error));
		filesRead = await update(database, states);
	}
	const byPath = new Map(states.map((state) => [state.path, state]));
	const rows = new Map(
		database
			.prepare("SELECT path, summary FROM sessions")
			.all()
			.map((row) => [String(row["path"]), row]),
	);
	const sessions = states.flatMap((state) => {
		const row = rows.get(state.path);
		return row === undefined ? [] : [sessionOf(row, state)];
	});
	return {
		sessions,
		notices,
		filesRead,
		search: (words, limit) => {
			const found = database
				.prepare(
					"SELECT path, snippet(words, 1, '', '', ' … ', 16) AS excerpt FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
				)
				.all(toQuery(words), limit);
			return found.flatMap((row): FoundSession[] => {
				const file = String(row["path"]);
				const [summaryRow, state] = [rows.get(file), byPath.get(file)];
				if (summaryRow === undefined || state === undefined) return [];
				return [{ ...sessionOf(summaryRow, state), excerpt: String(row["excerpt"]).replace(/\s+/g, " ").trim() }];
			});
		},
		close: () => database.close(),
	};
}
