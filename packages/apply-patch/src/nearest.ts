// Shows the place in a file that is most like lines that were not found, so that a model can correct its patch in one
// go. For messages only: nothing is ever applied at such a place.

import { canonicalLine } from "./seek.ts";

// Enough to see where the file and the patch part, short enough for a message.
const rowsBefore = 2;
const maxRows = 8;
const maxRowLength = 160;
// Work limits: a line that occurs more often than this in the pattern says little about the place, and similarity is
// measured on this much of a file at most.
const maxOccurrences = 8;
const maxComparedCharacters = 2_000_000;
const maxPlaces = 200_000;
const minSimilarity = 0.4;

/**
 * An excerpt of `file` around the place nearest to `pattern`, lines that differ marked with `>` and followed by what was
 * expected; empty when nothing is similar. Of equally near places it takes the first at or after index `from`.
 */
export function describeNearest(file: readonly string[], pattern: readonly string[], from: number): string {
	if (file.length === 0) return "the file is empty";
	const start = mostSharedLines(file, pattern, from) ?? mostSimilarLine(file, pattern, from);
	return start === undefined ? "" : excerpt(file, pattern, start);
}

const comparable = (line: string): string => canonicalLine(line, 3);

/** Each line that also occurs in the pattern votes for where the pattern would then begin. */
function mostSharedLines(file: readonly string[], pattern: readonly string[], from: number): number | undefined {
	const votes = countVotes(file, offsetsByLine(pattern));
	let best: { readonly start: number; readonly count: number } | undefined;
	for (const [start, count] of votes) {
		const wins =
			best === undefined || count > best.count || (count === best.count && isNearer(start, best.start, from));
		if (wins) best = { start, count };
	}
	return best?.start;
}

/** Where in the pattern each line is; lines without a letter or digit are left out, being everywhere. */
function offsetsByLine(pattern: readonly string[]): ReadonlyMap<string, readonly number[]> {
	const offsets = new Map<string, number[]>();
	for (const [offset, line] of pattern.entries()) {
		const key = comparable(line);
		if (!/[\p{L}\p{N}]/u.test(key)) continue;
		const known = offsets.get(key);
		if (known === undefined) offsets.set(key, [offset]);
		else if (known.length < maxOccurrences) known.push(offset);
	}
	return offsets;
}

function countVotes(
	file: readonly string[],
	offsets: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<number, number> {
	const votes = new Map<number, number>();
	for (const [index, line] of file.entries()) {
		if (votes.size > maxPlaces) break;
		for (const offset of offsets.get(comparable(line)) ?? []) {
			votes.set(index - offset, (votes.get(index - offset) ?? 0) + 1);
		}
	}
	return votes;
}

function isNearer(start: number, other: number, from: number): boolean {
	if (start >= from !== other >= from) return start >= from;
	return start >= from ? start < other : start > other;
}

/** Where the pattern begins when its longest line lies on the most similar line of the file. */
function mostSimilarLine(file: readonly string[], pattern: readonly string[], from: number): number | undefined {
	const keys = pattern.map(comparable);
	const longest = keys.reduce((best, key, index) => (key.length > (keys[best]?.length ?? 0) ? index : best), 0);
	const wanted = pairsOf(keys[longest] ?? "");
	let best: { readonly index: number; readonly score: number } | undefined;
	let budget = maxComparedCharacters;
	for (let step = 0; step < file.length && budget > 0; step += 1) {
		const index = (from + step) % file.length;
		const line = comparable(file[index] ?? "").slice(0, 500);
		budget -= line.length;
		const score = similarity(wanted, line);
		if (score >= minSimilarity && score > (best?.score ?? 0)) best = { index, score };
	}
	return best === undefined ? undefined : best.index - longest;
}

function pairsOf(text: string): ReadonlySet<string> {
	const pairs = new Set<string>();
	for (let index = 0; index + 1 < text.length; index += 1) pairs.add(text.slice(index, index + 2));
	return pairs;
}

/** Share of character pairs in common, from 0 to 1 (the Dice coefficient). */
function similarity(wanted: ReadonlySet<string>, line: string): number {
	const pairs = pairsOf(line);
	if (wanted.size + pairs.size === 0) return 0;
	let shared = 0;
	for (const pair of pairs) if (wanted.has(pair)) shared += 1;
	return (2 * shared) / (wanted.size + pairs.size);
}

/** `start` is where the first line of the pattern would be; it can lie above the file. */
function excerpt(file: readonly string[], pattern: readonly string[], start: number): string {
	const differs = (offset: number): boolean =>
		comparable(file[start + offset] ?? "\0") !== comparable(pattern[offset] ?? "");
	const top = Math.max(0, -start);
	const difference = Math.max(
		top,
		pattern.findIndex((_, offset) => offset >= top && differs(offset)),
	);
	const first = Math.max(top, difference - rowsBefore);
	const last = Math.min(pattern.length, first + maxRows);
	const width = String(start + last).length;
	const rows: string[] = [];
	for (let offset = first; offset < last; offset += 1) {
		const line = file[start + offset];
		const expected = pattern[offset] ?? "";
		const number = String(start + offset + 1).padStart(width);
		if (!differs(offset)) {
			rows.push(`  ${number} | ${cut(line ?? "", 0)}`);
			continue;
		}
		const column = differenceColumn(line ?? "", expected);
		rows.push(line === undefined ? `> ${"-".repeat(width)} | (end of file)` : `> ${number} | ${cut(line, column)}`);
		rows.push(`  expected: ${cut(expected, column)}`);
	}
	if (last < pattern.length) rows.push(`  … ${pattern.length - last} more expected lines`);
	return [`nearest match at line ${start + difference + 1}:`, ...rows].join("\n");
}

function differenceColumn(left: string, right: string): number {
	let column = 0;
	while (column < left.length && left[column] === right[column]) column += 1;
	return column;
}

/** A long line cut to the part around `column`. */
function cut(line: string, column: number): string {
	if (line.length <= maxRowLength) return line;
	const start = Math.max(0, Math.min(column - maxRowLength / 2, line.length - maxRowLength));
	const end = start + maxRowLength;
	return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}
