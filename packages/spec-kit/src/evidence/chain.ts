// The chain of a SPEC's evidence: each line vouches for one record and for the line before it, so that a record that was
// changed, removed, moved or cut off can be named. Pure: hashes and contents come from the caller.

/** SHA-256 of a text's UTF-8 bytes, in lower-case hex. */
export type Hash = (text: string) => string;

/** What a line vouches for. */
export type ChainEntry =
	| {
			readonly type: "record";
			/** Relative to the repository. */
			readonly path: string;
			/** Of the file's bytes. */
			readonly sha256: string;
			readonly bytes: number;
	  }
	| {
			/** Records that moved into an archive; their files are gone on purpose. */
			readonly type: "archive";
			readonly path: string;
			readonly sha256: string;
			readonly bytes: number;
			/** `seq` of the records. */
			readonly records: readonly number[];
	  };

/** One line of the chain. */
export type ChainLine = ChainEntry & {
	/** From 1, without gaps. */
	readonly seq: number;
	/** Milliseconds since 1970; never smaller than that of the line before. */
	readonly atMs: number;
	/** Hash of the line before; 64 zeros for the first. */
	readonly prev: string;
	/** Hash of all the rest of this line. */
	readonly hash: string;
};

/** How far the chain went when it was last written. */
export interface ChainHead {
	readonly seq: number;
	readonly hash: string;
	/** Of the last line. */
	readonly atMs: number;
	/** Bytes of the chain itself: whether anything was added or cut off shows without reading it. */
	readonly chainBytes: number;
	/** Bytes of both category folders. */
	readonly bytes: number;
}

/** `prev` of the first line. */
const chainStart: string = "0".repeat(64);

function hashOf(line: Omit<ChainLine, "hash"> & ChainEntry, hash: Hash): string {
	const { type, path, sha256, bytes, seq, atMs, prev } = line;
	return hash(
		JSON.stringify([type, path, sha256, bytes, seq, atMs, prev, line.type === "archive" ? line.records : null]),
	);
}

/** The line that follows `last` (`undefined` for an empty chain). */
export function nextChainLine(
	last: Pick<ChainLine, "seq" | "hash" | "atMs"> | undefined,
	entry: ChainEntry,
	at: { readonly atMs: number; readonly hash: Hash },
): ChainLine {
	const seq = (last?.seq ?? 0) + 1;
	const atMs = Math.max(at.atMs, last?.atMs ?? 0);
	const open = { ...entry, seq, atMs, prev: last?.hash ?? chainStart };
	return { ...open, hash: hashOf(open, at.hash) };
}

/** What is wrong with a record. */
export type ChainProblem = "changed" | "removed" | "reordered" | "truncated" | "unlisted";

/** The first record that is not as it was written. */
export interface ChainFailure {
	/** From 1; 0 for a file that the chain does not know. */
	readonly seq: number;
	readonly problem: ChainProblem;
	/** Of the record, when it is known. */
	readonly path?: string;
	/** One sentence for a person. */
	readonly message: string;
}

/** Whether the lines follow one another. `intact` is how many of them do. */
export interface ChainCheck {
	readonly intact: number;
	readonly failure?: ChainFailure;
}

const named = (seq: number, path: string | undefined): string => (path === undefined ? `${seq}` : `${seq} (${path})`);

function failure(seq: number, problem: ChainProblem, path: string | undefined): ChainFailure {
	const said: Record<ChainProblem, string> = {
		changed: "was changed after it was written",
		removed: "was removed",
		reordered: "is not where it was written",
		truncated: "and all after it were cut off",
		unlisted: "is not in the chain",
	};
	const message = `Record ${named(seq, path)} ${said[problem]}`;
	return { seq, problem, message, ...(path === undefined ? {} : { path }) };
}

/** A failure for a file of ours that the chain does not list. */
export function unlistedFile(path: string): ChainFailure {
	return { seq: 0, problem: "unlisted", path, message: `The file ${path} is not in the chain of its SPEC` };
}

/** A failure of the record of a line. */
export function recordFailure(
	line: Pick<ChainLine, "seq" | "path">,
	problem: "changed" | "removed" | "reordered",
): ChainFailure {
	return failure(line.seq, problem, line.path);
}

interface Chain {
	readonly lines: readonly (ChainLine | undefined)[];
	readonly head: Pick<ChainHead, "seq" | "hash"> | undefined;
	readonly hash: Hash;
}

/** What is wrong with the line at `index`, all before it being right. */
function lineFailure({ lines, head, hash }: Chain, index: number): ChainFailure | undefined {
	const seq = index + 1;
	const line = lines[index];
	const last = lines[index - 1];
	if (line === undefined || hashOf(line, hash) !== line.hash) return failure(seq, "changed", line?.path);
	if (line.seq !== seq) {
		const elsewhere = lines.find((other) => other?.seq === seq);
		return failure(seq, elsewhere === undefined ? "removed" : "reordered", elsewhere?.path);
	}
	// A line that fits itself but not the next one was written anew.
	if (line.prev !== (last?.hash ?? chainStart)) return failure(Math.max(1, index), "changed", (last ?? line).path);
	const rewritten = head !== undefined && seq === head.seq && line.hash !== head.hash;
	return rewritten ? failure(seq, "changed", line.path) : undefined;
}

/**
 * Checks the lines among themselves and against the head. An `undefined` line is one that could not be read.
 *
 * A line whose own hash does not fit was changed; a line that is not the next one means that the next was removed, or
 * reordered when it stands elsewhere; fewer lines than the head knows were cut off; lines after the head are fine as long
 * as they follow. Every line rewritten with new hashes is `changed` at the head's record, the last one that is vouched for.
 */
export function checkChain(
	lines: readonly (ChainLine | undefined)[],
	head: Pick<ChainHead, "seq" | "hash"> | undefined,
	hash: Hash,
): ChainCheck {
	const chain: Chain = { lines, head, hash };
	for (let index = 0; index < lines.length; index += 1) {
		const found = lineFailure(chain, index);
		if (found !== undefined) return { intact: index, failure: found };
	}
	if (head !== undefined && head.seq > lines.length) {
		return { intact: lines.length, failure: failure(lines.length + 1, "truncated", undefined) };
	}
	return { intact: lines.length };
}
