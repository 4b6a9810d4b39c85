// Parses the chunks of one `*** Update File` hunk. It reads from a cursor that the hunk parser shares, consumes only
// what belongs to the chunk, and never looks at a file.

import type { Chunk, ChunkLine } from "./patch.ts";
import { PatchError } from "./patch-error.ts";

/** Position in the lines of a patch; the one thing that the parsers change. */
export interface LineCursor {
	readonly lines: readonly string[];
	/** Index into `lines` of the next unread line. */
	next: number;
	/** Index of the first line that is not a part of the body: that of `*** End Patch`. */
	readonly end: number;
	/** Added to an index to give the number that error messages show. */
	readonly firstLineNumber: number;
}

/** The error of a hunk at a line; thrown inside the parser only. */
export class HunkError extends PatchError {
	readonly line: number;

	constructor(line: number, message: string) {
		super("invalid_hunk", `invalid hunk at line ${line}, ${message}`);
		this.line = line;
	}
}

const endOfFileMarker = "*** End of File";

/** The next unread line, or undefined at the end of the body. */
export function peekLine(cursor: LineCursor): string | undefined {
	return cursor.next < cursor.end ? cursor.lines[cursor.next] : undefined;
}

/** The number that error messages show for the next unread line. */
export function lineNumber(cursor: LineCursor): number {
	return cursor.next + cursor.firstLineNumber;
}

/** Skips blank lines between hunks or chunks. */
export function skipBlankLines(cursor: LineCursor): void {
	while (peekLine(cursor)?.trim() === "") cursor.next += 1;
}

/**
 * Reads one chunk at the cursor.
 *
 * @param isFirst the first chunk of a file may leave out its `@@` line
 * @throws HunkError when there is no chunk
 */
export function parseChunk(cursor: LineCursor, isFirst: boolean): Chunk {
	const contexts = parseContexts(cursor, isFirst);
	const lines: ChunkLine[] = [];
	let endOfFile = false;
	for (let line = peekLine(cursor); line !== undefined && !endOfFile; line = peekLine(cursor)) {
		if (line.trimEnd() === endOfFileMarker) {
			if (lines.length === 0) throw new HunkError(lineNumber(cursor), "Update hunk does not contain any lines");
			endOfFile = true;
		} else {
			const parsed = parseBodyLine(line);
			if (parsed === undefined) {
				if (lines.length === 0) throw new HunkError(lineNumber(cursor), unexpectedLine(line));
				break;
			}
			lines.push(parsed);
		}
		cursor.next += 1;
	}
	if (lines.length === 0) throw new HunkError(lineNumber(cursor), "Update hunk does not contain any lines");
	return { contexts, lines, endOfFile };
}

function parseContexts(cursor: LineCursor, isFirst: boolean): readonly string[] {
	const contexts: string[] = [];
	let seen = 0;
	for (let line = peekLine(cursor); line !== undefined; line = peekLine(cursor)) {
		const context = parseContextLine(line);
		if (context === undefined) break;
		if (context !== "") contexts.push(context);
		seen += 1;
		cursor.next += 1;
	}
	if (seen === 0 && !isFirst) {
		const found = peekLine(cursor) ?? "";
		throw new HunkError(lineNumber(cursor), `Expected update hunk to start with a @@ context marker, got: '${found}'`);
	}
	return contexts;
}

/** The text after `@@`, empty when there is none to search for; undefined for any other line. */
function parseContextLine(line: string): string | undefined {
	if (line.trimEnd() === "@@") return "";
	if (!line.startsWith("@@ ")) return undefined;
	const text = line.slice(3);
	return isLineRange(text) ? "" : text;
}

// Models write `@@ -12,3 +12,4 @@` out of habit from unified diffs. The numbers are guesses, so only the lines count.
function isLineRange(text: string): boolean {
	const words = text.trim().split(" ", 3);
	return isRange(words[0], "-") && isRange(words[1], "+") && words[2] === "@@";
}

function isRange(word: string | undefined, sign: string): boolean {
	return word?.startsWith(sign) === true && /^\d{1,9}(,\d{1,9})?$/.test(word.slice(1));
}

function parseBodyLine(line: string): ChunkLine | undefined {
	switch (line[0]) {
		case undefined:
			return { kind: "context", text: "" };
		case " ":
			return { kind: "context", text: line.slice(1) };
		case "-":
			return { kind: "remove", text: line.slice(1) };
		case "+":
			return { kind: "add", text: line.slice(1) };
		default:
			return undefined;
	}
}

function unexpectedLine(line: string): string {
	return (
		`Unexpected line found in update hunk: '${line}'. Every line should start with ' ' (context line), ` +
		"'+' (added line), or '-' (removed line)"
	);
}
