// Finds where in a file the chunks of a patch belong. The search only moves forward, so each chunk is looked for below
// the one before it; what cannot be found is reported with the nearest lines, never guessed.

import { describeNearest } from "./nearest.ts";
import type { Chunk, ChunkLine } from "./patch.ts";
import { createLineSearch, type Fuzz, type LineSearch, type SeekMatch, type SeekRange } from "./seek.ts";

/** A chunk and its place. */
export interface PlacedChunk {
	/** Index of the first old line that it covers, or before which it inserts. */
	readonly index: number;
	/** How many old lines it covers; 0 for a pure insertion. */
	readonly length: number;
	/** The body that matched: that of the chunk, perhaps without blank lines at its end. */
	readonly lines: readonly ChunkLine[];
}

/** All chunks in file order with the greatest fuzz that any of them needed, or why one has no place. */
export type Placement =
	| { readonly kind: "ok"; readonly chunks: readonly PlacedChunk[]; readonly fuzz: Fuzz }
	| { readonly kind: "error"; readonly message: string };

interface Seeker {
	readonly file: readonly string[];
	readonly search: LineSearch;
	readonly path: string;
}

type Found =
	| { readonly kind: "ok"; readonly placed: PlacedChunk; readonly cursor: number; readonly fuzz: Fuzz }
	| { readonly kind: "error"; readonly message: string };

/** Places the chunks in the lines of the file `path`, which is used in messages only. */
export function locateChunks(file: readonly string[], chunks: readonly Chunk[], path: string): Placement {
	const seeker: Seeker = { file, search: createLineSearch(file), path };
	const placed: PlacedChunk[] = [];
	let cursor = 0;
	let fuzz: Fuzz = 0;
	for (const chunk of chunks) {
		const found = locateChunk(seeker, chunk, cursor);
		if (found.kind === "error") return found;
		placed.push(found.placed);
		cursor = found.cursor;
		fuzz = greater(fuzz, found.fuzz);
	}
	// Only pure insertions can be out of order: they go to the end of the file whatever comes after them in the patch.
	return { kind: "ok", chunks: placed.sort((left, right) => left.index - right.index), fuzz };
}

function greater(left: Fuzz, right: Fuzz): Fuzz {
	return left > right ? left : right;
}

function locateChunk(seeker: Seeker, chunk: Chunk, from: number): Found {
	let cursor = from;
	let fuzz: Fuzz = 0;
	for (const context of chunk.contexts) {
		const match = seeker.search([context], { start: cursor, endOfFile: false });
		if (match === undefined) return { kind: "error", message: contextNotFound(seeker, context, cursor) };
		cursor = match.index + 1;
		fuzz = greater(fuzz, match.fuzz);
	}
	if (oldTexts(chunk.lines).length === 0) {
		const length = seeker.file.length;
		const index = seeker.file[length - 1] === "" ? length - 1 : length;
		return { kind: "ok", placed: { index, length: 0, lines: chunk.lines }, cursor, fuzz };
	}
	const found = findBody(seeker, chunk, cursor);
	if (found === undefined) return { kind: "error", message: linesNotFound(seeker, chunk, cursor) };
	const { match, lines } = found;
	const length = oldTexts(lines).length;
	return {
		kind: "ok",
		placed: { index: match.index, length, lines },
		cursor: match.index + length,
		fuzz: greater(fuzz, match.fuzz),
	};
}

interface FoundBody {
	readonly match: SeekMatch;
	readonly lines: readonly ChunkLine[];
}

function findBody(seeker: Seeker, chunk: Chunk, cursor: number): FoundBody | undefined {
	const hasContext = chunk.contexts.length > 0;
	let lines: readonly ChunkLine[] | undefined = chunk.lines;
	while (lines !== undefined) {
		const old = oldTexts(lines);
		// Nothing is left to look for. Below a found `@@` line, or in an empty file, the place is still clear.
		if (old.length === 0 && !hasContext && seeker.file.length > 0) return undefined;
		const match = findOld(seeker, old, { start: cursor, endOfFile: chunk.endOfFile, hasContext });
		if (match !== undefined) return { match, lines };
		lines = withoutLastBlank(lines);
	}
	return undefined;
}

function findOld(
	{ search }: Seeker,
	old: readonly string[],
	{ hasContext, ...range }: SeekRange & { readonly hasContext: boolean },
): SeekMatch | undefined {
	const below = search(old, range);
	if (!hasContext || below?.fuzz === 0) return below;
	// Models repeat the line named after `@@` as the first line of the body.
	const onContext = search(old, { ...range, start: range.start - 1 });
	return onContext !== undefined && onContext.fuzz < (below?.fuzz ?? 4) ? onContext : below;
}

/** The body without the blank old line at its end, which models take for a line of the file; undefined without one. */
function withoutLastBlank(lines: readonly ChunkLine[]): readonly ChunkLine[] | undefined {
	const last = lines.findLastIndex(({ kind }) => kind !== "add");
	if (last === -1 || lines[last]?.text !== "") return undefined;
	const { kind } = lines[last];
	const added = lines.slice(last + 1);
	const before = lines.slice(0, last);
	const blank: ChunkLine = { kind: "add", text: "" };
	const result = kind === "context" ? [...before, blank, ...added] : [...before, ...added];
	const end = result[result.length - 1];
	return end?.kind === "add" && end.text === "" ? result.slice(0, -1) : result;
}

function oldTexts(lines: readonly ChunkLine[]): string[] {
	return lines.filter(({ kind }) => kind !== "add").map(({ text }) => text);
}

function contextNotFound({ file, search, path }: Seeker, context: string, cursor: number): string {
	const above = search([context], { start: 0, endOfFile: false });
	const hint =
		above === undefined
			? describeNearest(file, [context], cursor)
			: `it is at line ${above.index + 1}, above the place that the patch has reached: ${inOrder}`;
	return withHint(`Failed to find context '${context}' in ${path}`, hint);
}

const inOrder = "write the chunks of a file in the order of its lines";

function linesNotFound({ file, search, path }: Seeker, chunk: Chunk, cursor: number): string {
	const old = oldTexts(chunk.lines);
	const message = `Failed to find expected lines in ${path}:\n${old.join("\n")}`;
	const elsewhere = search(old, { start: 0, endOfFile: false });
	if (elsewhere === undefined) return withHint(message, describeNearest(file, old, cursor));
	const line = elsewhere.index + 1;
	if (elsewhere.index < cursor) {
		const reached = `above line ${cursor + 1}, which the patch has reached`;
		return withHint(message, `these lines are at line ${line}, ${reached}: ${inOrder}`);
	}
	return withHint(message, `these lines are at line ${line}, not at the end of the file: leave out '*** End of File'`);
}

function withHint(message: string, hint: string): string {
	return hint === "" ? message : `${message}\n\n${hint}`;
}
