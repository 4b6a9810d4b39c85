// Collects what changes in a file, line by line and in file order, and writes the result. Lines that are not part of an
// edit keep their exact bytes; the result of any edit ends in a line ending.

import { endingOf, isUnterminated, sliceLines, type TextLines } from "./text-lines.ts";

/** A run of lines of the old text and the lines that take their place. */
export interface Edit {
	/** Index of the first old line; the number of lines of the file for text added at its end. */
	readonly start: number;
	/** How many old lines go. */
	readonly removed: number;
	/** What comes instead, each with its line ending. */
	readonly inserted: readonly string[];
}

/** Builds the edits of one file; every old line is named once, in order, by `keep` or `remove`. */
export interface EditBuilder {
	/** Keeps the old lines up to, not including, `end`. */
	keepUntil(end: number): void;
	/** Drops the next old line. */
	remove(): void;
	/** Adds a line with its ending before the next old line. */
	insert(line: string): void;
	/** Keeps what is left and gives the edits: disjoint, in order, without lines that stay the same at their borders. */
	finish(): readonly Edit[];
}

/** Starts the edits of one file. */
export function createEditBuilder(lines: TextLines): EditBuilder {
	const edits: Edit[] = [];
	let next = 0;
	let start = 0;
	let inserted: string[] = [];

	const close = (): void => {
		const edit = trimEdit(lines, { start, removed: next - start, inserted });
		if (edit !== undefined) edits.push(edit);
		inserted = [];
	};
	const builder: EditBuilder = {
		keepUntil(end) {
			if (end <= next) return;
			// Whatever is changed, the result ends in a line ending, so an unterminated last line is never kept as it is.
			const exact = isUnterminated(lines, end - 1) ? end - 1 : end;
			if (exact > next) {
				close();
				start = exact;
				next = exact;
			}
			if (exact === end) return;
			builder.remove();
			builder.insert((lines.text[exact] ?? "") + endingOf(lines, exact));
		},
		remove() {
			next += 1;
		},
		insert(line) {
			inserted.push(line);
		},
		finish() {
			builder.keepUntil(lines.text.length);
			close();
			return edits;
		},
	};
	return builder;
}

/** The text after the edits, its byte order mark kept unless nothing else is left. */
export function applyEdits(lines: TextLines, edits: readonly Edit[]): string {
	const parts: string[] = [];
	let next = 0;
	for (const edit of edits) {
		parts.push(sliceLines(lines, next, edit.start), edit.inserted.join(""));
		next = edit.start + edit.removed;
	}
	parts.push(sliceLines(lines, next, lines.text.length));
	const body = parts.join("");
	return body === "" ? "" : lines.bom + body;
}

/** The one edit that turns a text into another: everything between their common first and last lines. */
export function replacementEdit(before: TextLines, after: TextLines): readonly Edit[] {
	const inserted = after.text.map((_, index) => sliceLines(after, index, index + 1));
	const edit = trimEdit(before, { start: 0, removed: before.text.length, inserted });
	return edit === undefined ? [] : [edit];
}

function trimEdit(lines: TextLines, edit: Edit): Edit | undefined {
	const { start, removed, inserted } = edit;
	const limit = Math.min(removed, inserted.length);
	const old = (offset: number): string => sliceLines(lines, start + offset, start + offset + 1);
	let head = 0;
	while (head < limit && old(head) === inserted[head]) head += 1;
	let tail = 0;
	while (tail < limit - head && old(removed - 1 - tail) === inserted[inserted.length - 1 - tail]) tail += 1;
	if (head + tail === removed && head + tail === inserted.length) return undefined;
	return {
		start: start + head,
		removed: removed - head - tail,
		inserted: inserted.slice(head, inserted.length - tail),
	};
}
