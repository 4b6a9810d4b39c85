// The memories of one file: store, change, remove, find, count. Every call is one transaction, so that several processes
// share the file without loss. Opened at the first call; opened again when the file was replaced.

import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { fileIdentity, type OpenedDatabase, openDatabase, setAsideDamaged } from "./database.ts";
import type { Memory, MemoryChange, MemoryStats, NewMemory, SearchHit, SearchRequest } from "./memory.ts";
import { MemoryError, toMemoryError } from "./memory-error.ts";
import { memoryColumns, toMemory } from "./row.ts";
import { schemaSteps } from "./schema-steps.ts";
import { search } from "./search.ts";

// 4 GiB: about 4 million memories of 1,000 characters.
const defaultMaxBytes = 4 * 1024 ** 3;
const defaultImportance = 5;
const now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/** How a store is opened. */
export interface MemoryStoreOptions {
	/** Path of the database; made when missing, with its folder, for the owner alone (0600). */
	readonly file: string;
	/** How large the file may become. Default: 4 GiB. */
	readonly maxBytes?: number;
	/** Told where a damaged file was kept, once for each. */
	readonly onSetAside?: (keptAs: string) => void;
}

/** The memories of one file. Every method throws MemoryError and nothing else. */
export interface MemoryStore {
	/** Stores one memory. */
	add(memory: NewMemory): Memory;
	/** Stores memories with the ids and times they have; an id that is there is skipped. Gives the number of new ones. */
	addAll(memories: readonly Memory[]): number;
	get(id: string): Memory | undefined;
	/** Changes what is given and keeps the rest; undefined when there is no such memory. */
	update(id: string, change: MemoryChange): Memory | undefined;
	/** Whether there was one. */
	remove(id: string): boolean;
	search(request: SearchRequest): readonly SearchHit[];
	/** Up to `limit` memories in the order they were stored, after the one with the id `after`. */
	page(limit: number, after?: string): readonly Memory[];
	stats(): MemoryStats;
	/** Closes the file; the next call opens it again. */
	close(): void;
}

const cleanTags = (tags: readonly string[]): readonly string[] => [
	...new Set(tags.map((tag) => tag.replaceAll("\n", " ").trim()).filter(Boolean)),
];

function transaction<T>(database: DatabaseSync, work: () => T): T {
	database.exec("BEGIN IMMEDIATE");
	try {
		const result = work();
		database.exec("COMMIT");
		return result;
	} catch (thrown) {
		// SQLite ends the transaction itself after some errors.
		if (database.isTransaction) database.exec("ROLLBACK");
		throw thrown;
	}
}

function read(database: DatabaseSync, id: string): Memory | undefined {
	const row = database.prepare(`SELECT ${memoryColumns} FROM memory m WHERE m.id = ?`).get(id);
	return row === undefined ? undefined : toMemory(row);
}

function writeTags(database: DatabaseSync, seq: number | bigint, tags: readonly string[]): void {
	const insert = database.prepare("INSERT OR IGNORE INTO memory_tag (tag, seq) VALUES (?, ?)");
	for (const tag of tags) insert.run(tag, seq);
}

function add(database: DatabaseSync, memory: NewMemory): Memory {
	const tags = cleanTags(memory.tags ?? []);
	const sql = `INSERT INTO memory (id, content, tags, domain, importance, created_at, updated_at)
		VALUES (lower(hex(randomblob(16))), ?, ?, ?, ?, ${now}, ${now}) RETURNING seq, id`;
	const values = [memory.content, tags.join("\n"), memory.domain ?? null, memory.importance ?? defaultImportance];
	const row = database.prepare(sql).get(...values);
	const { seq, id } = row ?? {};
	if (typeof seq !== "number" || typeof id !== "string") throw new MemoryError("io", "SQLite gave no row back");
	writeTags(database, seq, tags);
	const stored = read(database, id);
	if (stored === undefined) throw new MemoryError("io", "a memory just stored is not there");
	return stored;
}

function addAll(database: DatabaseSync, memories: readonly Memory[]): number {
	const insert = database.prepare(
		`INSERT INTO memory (id, content, tags, domain, importance, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
	);
	let added = 0;
	for (const { id, content, tags: given, domain, importance, created_at, updated_at } of memories) {
		const tags = cleanTags(given);
		const done = insert.run(id, content, tags.join("\n"), domain ?? null, importance, created_at, updated_at);
		if (done.changes === 0) continue;
		added += 1;
		writeTags(database, done.lastInsertRowid, tags);
	}
	return added;
}

function update(database: DatabaseSync, id: string, change: MemoryChange): Memory | undefined {
	const before = read(database, id);
	if (before === undefined) return undefined;
	const tags = change.tags === undefined ? before.tags : cleanTags(change.tags);
	const row = database
		.prepare(
			`UPDATE memory SET content = ?, tags = ?, domain = ?, importance = ?, updated_at = ${now} WHERE id = ? RETURNING seq`,
		)
		.get(
			change.content ?? before.content,
			tags.join("\n"),
			change.domain ?? before.domain ?? null,
			change.importance ?? before.importance,
			id,
		);
	const seq = row?.["seq"];
	if (typeof seq === "number" && change.tags !== undefined) {
		database.prepare("DELETE FROM memory_tag WHERE seq = ?").run(seq);
		writeTags(database, seq, tags);
	}
	return read(database, id);
}

function page(database: DatabaseSync, limit: number, after: string | undefined): readonly Memory[] {
	const sql = `SELECT ${memoryColumns} FROM memory m
		WHERE m.seq > coalesce((SELECT seq FROM memory WHERE id = ?), 0) ORDER BY m.seq LIMIT ?`;
	return database
		.prepare(sql)
		.all(after ?? "", limit)
		.map(toMemory);
}

function stats(database: DatabaseSync, file: string): MemoryStats {
	const rows = database.prepare("SELECT coalesce(domain, '') AS name, count(*) AS n FROM memory GROUP BY 1").all();
	const domains = rows.map((row): [string, number] => [String(row["name"]), Number(row["n"])]);
	return {
		total: domains.reduce((sum, [, count]) => sum + count, 0),
		domains: Object.fromEntries(domains),
		tags: Number(database.prepare("SELECT count(DISTINCT tag) AS n FROM memory_tag").get()?.["n"]),
		bytes: statSync(file).size,
		schema_version: schemaSteps.length,
	};
}

/** Makes a store. Nothing is opened, read or made before its first call. */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
	const { file, maxBytes = defaultMaxBytes, onSetAside } = options;
	let opened: OpenedDatabase | undefined;

	const close = (): void => {
		const closing = opened;
		opened = undefined;
		if (closing?.database.isOpen === true) closing.database.close();
	};
	const current = (): DatabaseSync => {
		if (opened !== undefined && fileIdentity(file) !== opened.identity) close();
		if (opened === undefined) {
			opened = openDatabase(file, maxBytes);
			if (opened.setAside !== undefined) onSetAside?.(opened.setAside);
		}
		return opened.database;
	};
	/** A file found damaged in the middle is kept under another name; what was asked is answered with that news. */
	const damaged = (error: MemoryError): MemoryError => {
		const identity = opened?.identity;
		close();
		const kept = setAsideDamaged(file, identity);
		if (kept !== undefined) onSetAside?.(kept);
		const message = `${error.message}; it is kept as ${kept ?? `${file}.corrupt-*`}, and the next call starts a new one`;
		return new MemoryError("corrupt", message, error);
	};
	const call = <T>(work: (database: DatabaseSync) => T): T => {
		try {
			return work(current());
		} catch (thrown) {
			const error = toMemoryError(thrown);
			throw error.code === "corrupt" ? damaged(error) : error;
		}
	};
	const write = <T>(work: (database: DatabaseSync) => T): T =>
		call((database) => transaction(database, () => work(database)));

	return {
		add: (memory) => write((database) => add(database, memory)),
		addAll: (memories) => write((database) => addAll(database, memories)),
		get: (id) => call((database) => read(database, id)),
		update: (id, change) => write((database) => update(database, id, change)),
		remove: (id) =>
			write((database) => database.prepare("DELETE FROM memory WHERE id = ? RETURNING seq").get(id) !== undefined),
		search: (request) => call((database) => search(database, request)),
		page: (limit, after) => call((database) => page(database, limit, after)),
		stats: () => call((database) => stats(database, file)),
		close,
	};
}
