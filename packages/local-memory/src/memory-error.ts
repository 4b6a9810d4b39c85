// The one error of this package, and how SQLite's numbers become it. Messages are for a model or a person and say what
// can be done. Nothing else may be thrown on purpose.

/**
 * Why the memory could not do what was asked.
 *
 * - `corrupt`: the file is damaged; it was kept under another name, which the message says
 * - `foreign`: the file is a database of another program; it was left alone
 * - `newer_schema`: a newer version of this program wrote the file; it was left alone
 * - `storage_full`: the disk, or the size allowed for the file, is full
 * - `read_only`: the file or its folder cannot be written
 * - `busy`: other processes held the file for longer than the time to wait
 * - `io`: the system refused otherwise
 */
export type MemoryErrorCode = "corrupt" | "foreign" | "newer_schema" | "storage_full" | "read_only" | "busy" | "io";

/** Thrown by every function of the store; the MCP server answers it as a tool error. */
export class MemoryError extends Error {
	override readonly name = "MemoryError";
	readonly code: MemoryErrorCode;

	constructor(code: MemoryErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}

// SQLite's primary result codes, https://sqlite.org/rescode.html
const bySqliteCode: ReadonlyMap<number, MemoryErrorCode> = new Map<number, MemoryErrorCode>([
	[5, "busy"],
	[6, "busy"],
	[8, "read_only"],
	[11, "corrupt"],
	[13, "storage_full"],
	[26, "corrupt"],
]);

const bySystemCode: ReadonlyMap<string, MemoryErrorCode> = new Map<string, MemoryErrorCode>([
	["EACCES", "read_only"],
	["EPERM", "read_only"],
	["EROFS", "read_only"],
	["ENOSPC", "storage_full"],
	["EDQUOT", "storage_full"],
]);

const sentences: Readonly<Record<MemoryErrorCode, string>> = {
	corrupt: "the memory database is damaged",
	foreign: "the file is not a memory database",
	newer_schema: "the memory database was written by a newer version",
	storage_full: "there is no space left for the memory database; nothing was stored",
	read_only: "the memory database cannot be written",
	busy: "the memory database is in use by another process; try again",
	io: "the memory database cannot be used",
};

function codeOf(thrown: Error): MemoryErrorCode {
	if ("errcode" in thrown && typeof thrown.errcode === "number") {
		return bySqliteCode.get(thrown.errcode & 0xff) ?? "io";
	}
	return "code" in thrown && typeof thrown.code === "string" ? (bySystemCode.get(thrown.code) ?? "io") : "io";
}

/** Makes whatever SQLite or the file system threw into a MemoryError; one that is already such stays itself. */
export function toMemoryError(thrown: unknown): MemoryError {
	if (thrown instanceof MemoryError) return thrown;
	if (!(thrown instanceof Error)) return new MemoryError("io", String(thrown), thrown);
	const code = codeOf(thrown);
	return new MemoryError(code, `${sentences[code]}: ${thrown.message}`, thrown);
}
