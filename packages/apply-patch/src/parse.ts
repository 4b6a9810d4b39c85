// Parses the text of a patch. Total: any string gives a patch or an error value. It is lenient about what models get
// wrong without changing the meaning (padding, heredoc wrappers, CRLF) and about nothing else.

import { HunkError, type LineCursor, lineNumber, parseChunk, peekLine, skipBlankLines } from "./parse-chunk.ts";
import type { AddHunk, Chunk, Hunk, ParseResult, UpdateHunk } from "./patch.ts";

const beginMarker = "*** Begin Patch";
const endMarker = "*** End Patch";
const environmentMarker = "*** Environment ID:";
const addMarker = "*** Add File: ";
const deleteMarker = "*** Delete File: ";
const updateMarker = "*** Update File: ";
const moveMarker = "*** Move to: ";
const heredocOpenings: readonly string[] = ["<<EOF", "<<'EOF'", '<<"EOF"'];

/**
 * Parses a patch from `*** Begin Patch` to `*** End Patch`.
 *
 * Accepts space around the text, the two markers and the file headers, CRLF line endings, a `<<EOF … EOF` wrapper, an
 * `*** Environment ID:` line after the first, blank lines between hunks, several `@@` lines in a row, and unified-diff
 * line ranges after `@@` (ignored). A patch without hunks parses.
 *
 * Contract: never throws; linear in the length of `text`.
 */
export function parsePatch(text: string): ParseResult {
	const all = splitPatchLines(text);
	const lines = unwrapHeredoc(all);
	if (lines[0]?.trim() !== beginMarker) {
		return invalidPatch(`The first line of the patch must be '${beginMarker}'`);
	}
	if (lines.length < 2 || lines[lines.length - 1]?.trim() !== endMarker) {
		return invalidPatch(`The last line of the patch must be '${endMarker}'`);
	}
	const first = lines[1]?.trim().startsWith(environmentMarker) ? 2 : 1;
	const cursor: LineCursor = { lines, next: first, end: lines.length - 1, firstLineNumber: 1 };
	try {
		return { kind: "ok", patch: { hunks: parseHunks(cursor) } };
	} catch (error) {
		if (!(error instanceof HunkError)) throw error;
		return { kind: "error", error: { line: error.line, message: error.message } };
	}
}

function invalidPatch(message: string): ParseResult {
	return { kind: "error", error: { message: `invalid patch: ${message}` } };
}

function splitPatchLines(text: string): string[] {
	return text
		.trim()
		.split("\n")
		.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

function unwrapHeredoc(lines: readonly string[]): readonly string[] {
	const [first, last] = [lines[0], lines[lines.length - 1]];
	if (first === undefined || last === undefined || lines.length < 4) return lines;
	if (!heredocOpenings.includes(first.trim()) || !last.endsWith("EOF")) return lines;
	return lines.slice(1, -1);
}

function parseHunks(cursor: LineCursor): Hunk[] {
	const hunks: Hunk[] = [];
	for (skipBlankLines(cursor); peekLine(cursor) !== undefined; skipBlankLines(cursor)) hunks.push(parseHunk(cursor));
	return hunks;
}

function parseHunk(cursor: LineCursor): Hunk {
	const header = (peekLine(cursor) ?? "").trim();
	const headerLine = lineNumber(cursor);
	cursor.next += 1;
	if (header.startsWith(addMarker)) return parseAdd(cursor, header.slice(addMarker.length).trim());
	if (header.startsWith(deleteMarker)) return { kind: "delete", path: header.slice(deleteMarker.length).trim() };
	if (header.startsWith(updateMarker)) return parseUpdate(cursor, headerLine, header.slice(updateMarker.length).trim());
	throw new HunkError(
		headerLine,
		`'${header}' is not a valid hunk header. Valid hunk headers: ` +
			`'${addMarker}{path}', '${deleteMarker}{path}', '${updateMarker}{path}'`,
	);
}

function parseAdd(cursor: LineCursor, path: string): AddHunk {
	const content: string[] = [];
	for (let line = peekLine(cursor); line?.startsWith("+") === true; line = peekLine(cursor)) {
		content.push(line.slice(1), "\n");
		cursor.next += 1;
	}
	return { kind: "add", path, content: content.join("") };
}

function parseUpdate(cursor: LineCursor, headerLine: number, path: string): UpdateHunk {
	const movePath = parseMove(cursor);
	const chunks: Chunk[] = [];
	for (skipBlankLines(cursor); peekLine(cursor)?.startsWith("***") === false; skipBlankLines(cursor)) {
		chunks.push(parseChunk(cursor, chunks.length === 0));
	}
	if (chunks.length === 0) throw new HunkError(headerLine, `Update file hunk for path '${path}' is empty`);
	return { kind: "update", path, ...(movePath === undefined ? {} : { movePath }), chunks };
}

// Space before this marker would make it a context line of the first chunk, so only its end is trimmed.
function parseMove(cursor: LineCursor): string | undefined {
	const line = peekLine(cursor);
	if (line?.startsWith(moveMarker) !== true) return undefined;
	cursor.next += 1;
	return line.slice(moveMarker.length).trim();
}
