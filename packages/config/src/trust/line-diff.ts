// Two texts as a unified diff for people. Whatever is in the texts, the diff is safe to show: control characters, bidi
// controls and invisible characters are written as escapes, so that nothing in it can hide, reorder or repaint. Pure.

import { visibleText } from "./visible-text.ts";

/** One line of a comparison. */
interface DiffLine {
	readonly sign: " " | "-" | "+";
	readonly text: string;
}

// Lines of context, as in every unified diff.
const context = 3;
// More differences than this are shown as one block: the search costs the square of their number.
const mostDifferences = 400;

/** How the difference of this number on this diagonal begins: with a new line (down) or without an old one, and where. */
function firstStep(
	furthest: Int32Array,
	diagonal: number,
	differences: number,
): { readonly isDown: boolean; readonly at: number } {
	const middle = (furthest.length - 1) / 2;
	const down = furthest[middle + diagonal + 1] ?? 0;
	const across = (furthest[middle + diagonal - 1] ?? 0) + 1;
	const isDown = diagonal === -differences || (diagonal !== differences && across <= down);
	return { isDown, at: isDown ? down : across };
}

/** The furthest old line on each diagonal before each number of differences; `undefined` when there are too many. */
function searchPath(left: readonly string[], right: readonly string[]): readonly Int32Array[] | undefined {
	const most = Math.min(left.length + right.length, mostDifferences);
	const size = 2 * most + 3;
	const middle = (size - 1) / 2;
	const furthest = new Int32Array(size);
	const history: Int32Array[] = [];
	for (let differences = 0; differences <= most; differences += 1) {
		history.push(furthest.slice());
		for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
			let at = firstStep(furthest, diagonal, differences).at;
			while (at < left.length && at - diagonal < right.length && left[at] === right[at - diagonal]) at += 1;
			furthest[middle + diagonal] = at;
			if (at >= left.length && at - diagonal >= right.length) return history;
		}
	}
	return undefined;
}

const removed = (text: string): DiffLine => ({ sign: "-", text });
const added = (text: string): DiffLine => ({ sign: "+", text });
const kept = (text: string): DiffLine => ({ sign: " ", text });

/** Lines of the shortest edit (Myers, 1986), or everything out and everything in when it would be long. */
function editScript(left: readonly string[], right: readonly string[]): readonly DiffLine[] {
	const history = searchPath(left, right);
	if (history === undefined) return [...left.map(removed), ...right.map(added)];
	const lines: DiffLine[] = [];
	let x = left.length;
	let y = right.length;
	for (const [differences, furthest] of [...history.entries()].toReversed()) {
		const { isDown, at } = firstStep(furthest, x - y, differences);
		const startX = differences === 0 ? 0 : at;
		const startY = startX - (x - y);
		for (; x > startX && y > startY; x -= 1, y -= 1) lines.push(kept(left[x - 1] ?? ""));
		if (differences === 0) break;
		lines.push(isDown ? added(right[y - 1] ?? "") : removed(left[x - 1] ?? ""));
		if (isDown) y -= 1;
		else x -= 1;
	}
	return lines.toReversed();
}

function compare(left: readonly string[], right: readonly string[]): readonly DiffLine[] {
	let start = 0;
	while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
	let end = 0;
	const most = Math.min(left.length, right.length) - start;
	while (end < most && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
	return [
		...left.slice(0, start).map(kept),
		...editScript(left.slice(start, left.length - end), right.slice(start, right.length - end)),
		...left.slice(left.length - end).map(kept),
	];
}

function toLines(text: string): string[] {
	if (text === "") return [];
	const lines = text.split("\n");
	// A text that ends in a line break has no further line; one that does not says so.
	if (lines.at(-1) === "") lines.pop();
	else lines.push("\\ No newline at end of file");
	return lines;
}

/** Where hunks begin and end: changed lines with their context, joined when they touch. */
function hunkRanges(lines: readonly DiffLine[]): readonly { readonly from: number; readonly to: number }[] {
	const ranges: { from: number; to: number }[] = [];
	for (const [index, line] of lines.entries()) {
		if (line.sign === " ") continue;
		const from = Math.max(0, index - context);
		const to = Math.min(lines.length, index + context + 1);
		const last = ranges.at(-1);
		if (last !== undefined && from <= last.to) last.to = to;
		else ranges.push({ from, to });
	}
	return ranges;
}

/**
 * The unified diff of two texts, ending in a line break, or `""` when they are equal. Three lines of context; above 400
 * differing lines in one stretch, the stretch is shown as removed and added. `undefined` stands for a file that is not there.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
	const lines = compare(toLines(before ?? ""), toLines(after ?? ""));
	const ranges = hunkRanges(lines);
	if (ranges.length === 0) return "";
	const name = visibleText(path);
	const out = [
		`--- ${before === undefined ? "/dev/null" : `a/${name}`}`,
		`+++ ${after === undefined ? "/dev/null" : `b/${name}`}`,
	];
	let position = 0;
	let left = 0;
	let right = 0;
	const skipTo = (index: number): void => {
		for (; position < index; position += 1) {
			if (lines[position]?.sign !== "+") left += 1;
			if (lines[position]?.sign !== "-") right += 1;
		}
	};
	for (const { from, to } of ranges) {
		skipTo(from);
		const startLeft = left;
		const startRight = right;
		skipTo(to);
		const range = (start: number, count: number): string => `${count === 0 ? start : start + 1},${count}`;
		out.push(`@@ -${range(startLeft, left - startLeft)} +${range(startRight, right - startRight)} @@`);
		for (const { sign, text } of lines.slice(from, to)) out.push(`${sign}${visibleText(text)}`);
	}
	return `${out.join("\n")}\n`;
}
