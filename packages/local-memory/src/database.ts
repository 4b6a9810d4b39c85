// Opens the file: makes a new one whole before it appears under its name, brings an old one to today's tables, keeps a
// damaged one under another name. Must never remove a file that holds memories.

import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MemoryError, toMemoryError } from "./memory-error.ts";
import { schemaSteps } from "./schema-steps.ts";

// "Code" in ASCII: tells our files from those of other programs.
const applicationId = 0x43_6f_64_65;

// One writer holds the file for milliseconds; this is for a machine that is busy with something else.
const busyMilliseconds = 15_000;

// SQLite's default page size. The limit on the file is a number of pages.
const pageBytes = 4096;

/** An open file. */
export interface OpenedDatabase {
	readonly database: DatabaseSync;
	/** Device and inode: another value at the same path means that the file was replaced. */
	readonly identity: string;
	/** Where the damaged file is that stood here before. */
	readonly setAside?: string;
}

/** Device and inode of the file, or undefined when there is none. */
export function fileIdentity(file: string): string | undefined {
	const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
	return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}

function pragma(database: DatabaseSync, name: string): number {
	const row = database.prepare(`PRAGMA ${name}`).get();
	const value = row === undefined ? undefined : Object.values(row)[0];
	return typeof value === "number" ? value : 0;
}

/** Applies the steps that the file lacks, in one transaction. */
function migrate(database: DatabaseSync, file: string): void {
	const version = pragma(database, "user_version");
	if (version > schemaSteps.length) {
		const message = `${file} was written by a newer version of this program (format ${version}, this one knows up to ${schemaSteps.length}); it was left as it is`;
		throw new MemoryError("newer_schema", message);
	}
	const isOurs = pragma(database, "application_id") === applicationId;
	if (version === schemaSteps.length && isOurs) return;
	database.exec("BEGIN IMMEDIATE");
	try {
		const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"];
		// Read again under the lock: another process may have done it.
		if (tables !== 0 && pragma(database, "application_id") !== applicationId) {
			throw new MemoryError("foreign", `${file} is a database of another program; it was left as it is`);
		}
		for (const step of schemaSteps.slice(pragma(database, "user_version"))) database.exec(step);
		database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaSteps.length}`);
		database.exec("COMMIT");
	} catch (thrown) {
		if (database.isTransaction) database.exec("ROLLBACK");
		throw thrown;
	}
}

function connect(file: string, maxBytes: number): DatabaseSync {
	const database = new DatabaseSync(file, { timeout: busyMilliseconds, enableForeignKeyConstraints: true });
	try {
		migrate(database, file);
		// WAL with NORMAL loses nothing when a process dies; a power cut may take the last commits, never the file.
		database.exec(`PRAGMA synchronous = NORMAL; PRAGMA max_page_count = ${Math.floor(maxBytes / pageBytes)}`);
		return database;
	} catch (thrown) {
		database.close();
		throw thrown;
	}
}

/** Makes the file whole under another name and links it into place, so that nobody ever sees half of one. */
function create(file: string): void {
	mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
	const fresh = `${file}.new-${randomBytes(6).toString("hex")}`;
	try {
		writeFileSync(fresh, "", { mode: 0o600, flag: "wx" });
		const database = new DatabaseSync(fresh, { timeout: busyMilliseconds });
		try {
			database.exec("PRAGMA journal_mode = WAL");
			migrate(database, fresh);
		} finally {
			database.close();
		}
		linkSync(fresh, file);
	} catch (thrown) {
		// Another process was first: its file is as good.
		if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
	} finally {
		for (const end of ["", "-wal", "-shm"]) rmSync(`${fresh}${end}`, { force: true });
	}
}

function connectOrCreate(file: string, maxBytes: number): DatabaseSync {
	if (!existsSync(file)) create(file);
	if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
	return connect(file, maxBytes);
}

/**
 * Moves the damaged file and its log to another name, unless it was replaced since. Gives the new name back, or
 * undefined when another process did it.
 */
export function setAsideDamaged(file: string, identity: string | undefined): string | undefined {
	if (identity === undefined || fileIdentity(file) !== identity) return undefined;
	const kept = `${file}.corrupt-${randomBytes(6).toString("hex")}`;
	renameSync(file, kept);
	for (const end of ["-wal", "-shm"]) if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${kept}${end}`);
	return kept;
}

/**
 * Opens the file, made if missing, with its folder. A damaged file is kept as `<file>.corrupt-<random>` and a new one
 * made; `setAside` says so.
 *
 * @param maxBytes how large the file may become
 * @throws MemoryError
 */
export function openDatabase(file: string, maxBytes: number): OpenedDatabase {
	try {
		const before = fileIdentity(file);
		let setAside: string | undefined;
		let database: DatabaseSync;
		try {
			database = connectOrCreate(file, maxBytes);
		} catch (thrown) {
			if (toMemoryError(thrown).code !== "corrupt") throw thrown;
			setAside = setAsideDamaged(file, before);
			database = connectOrCreate(file, maxBytes);
		}
		const identity = fileIdentity(file) ?? "";
		return setAside === undefined ? { database, identity } : { database, identity, setAside };
	} catch (thrown) {
		throw toMemoryError(thrown);
	}
}
