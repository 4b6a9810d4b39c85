// Writes changes as unified diffs that `git apply` accepts. The edits are known, so nothing is compared here: this file
// only groups them into hunks and writes headers. Paths come in relative form with `/`.

import type { Edit } from "./line-edits.ts";
import { sliceLines, type TextLines } from "./text-lines.ts";

// git's own default.
const contextLines = 3;

/** A file before a change and what changes in it. */
export interface DiffBody {
	readonly before: TextLines;
	readonly edits: readonly Edit[];
}

/** What happened to a file, for the header of its diff. */
export type DiffHeader =
	| { readonly kind: "add"; readonly path: string; readonly mode: number }
	| { readonly kind: "delete"; readonly path: string; readonly mode: number }
	| { readonly kind: "modify"; readonly path: string }
	| { readonly kind: "move"; readonly path: string; readonly movePath: string };

/**
 * The diff of one file, ending in a line ending; empty when nothing changed.
 *
 * @param body `binary` when the content cannot be shown: the diff then only says that the files differ
 */
export function unifiedDiff(header: DiffHeader, body: DiffBody | "binary"): string {
	const { oldPath, newPath, extended } = describeHeader(header);
	if (body !== "binary" && body.edits.length === 0 && header.kind === "modify") return "";
	const lines = [`diff --git ${quotePath(oldPath, "a/")} ${quotePath(newPath, "b/")}\n`, ...extended];
	const oldName = header.kind === "add" ? "/dev/null" : quotePath(oldPath, "a/");
	const newName = header.kind === "delete" ? "/dev/null" : quotePath(newPath, "b/");
	if (body === "binary") {
		lines.push(`Binary files ${oldName} and ${newName} differ\n`);
	} else if (body.edits.length > 0) {
		lines.push(`--- ${endName(oldName)}\n`, `+++ ${endName(newName)}\n`, formatHunks(body));
	}
	return lines.join("");
}

interface HeaderParts {
	readonly oldPath: string;
	readonly newPath: string;
	/** Header lines after the first. */
	readonly extended: readonly string[];
}

function describeHeader(header: DiffHeader): HeaderParts {
	switch (header.kind) {
		case "add":
			return {
				oldPath: header.path,
				newPath: header.path,
				extended: [`new file mode ${gitMode(header.mode)}\n`],
			};
		case "delete":
			return {
				oldPath: header.path,
				newPath: header.path,
				extended: [`deleted file mode ${gitMode(header.mode)}\n`],
			};
		case "modify":
			return { oldPath: header.path, newPath: header.path, extended: [] };
		case "move":
			return {
				oldPath: header.path,
				newPath: header.movePath,
				extended: [`rename from ${quotePath(header.path, "")}\n`, `rename to ${quotePath(header.movePath, "")}\n`],
			};
	}
}

/** git knows only whether a file may be executed, and links. */
function gitMode(mode: number): string {
	if ((mode & 0o170000) === 0o120000) return "120000";
	return (mode & 0o111) === 0 ? "100644" : "100755";
}

/** A name with spaces is ended by a tab, as git does, so that readers do not take a part of it for a date. */
function endName(name: string): string {
	return name.includes(" ") ? `${name}\t` : name;
}

/** A path as git writes it: in C quotes when a character of it would break the line. */
function quotePath(path: string, prefix: string): string {
	const name = prefix + path;
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be quoted
	if (!/["\\\u0000-\u001F\u007F]/u.test(name)) return name;
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be quoted
	const quoted = name.replace(/["\\\u0000-\u001F\u007F]/gu, (character) => {
		if (character === '"' || character === "\\") return `\\${character}`;
		return `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
	});
	return `"${quoted}"`;
}

interface HunkRange {
	readonly edits: readonly Edit[];
	/** Old lines from `first` up to, not including, `end`, context included. */
	readonly first: number;
	readonly end: number;
}

function formatHunks({ before, edits: given }: DiffBody): string {
	const edits = moveByteOrderMark(before, given);
	let shift = 0;
	const parts: string[] = [];
	for (const range of groupEdits(edits, before.text.length)) {
		parts.push(formatHunk(before, range, shift));
		for (const edit of range.edits) shift += edit.inserted.length - edit.removed;
	}
	return parts.join("");
}

/** When another line becomes the first one, the byte order mark moves to it, so that this line is a changed one too. */
function moveByteOrderMark(before: TextLines, edits: readonly Edit[]): readonly Edit[] {
	const [first, ...others] = edits;
	if (before.bom === "" || first === undefined || first.start > 0) return edits;
	const isAtEnd = first.removed === before.text.length;
	if (isAtEnd || (first.removed > 0 && first.inserted.length > 0)) return edits;
	const next = sliceLines(before, first.removed, first.removed + 1);
	return [{ start: 0, removed: first.removed + 1, inserted: [...first.inserted, next] }, ...others];
}

/** Edits whose context would touch share a hunk. */
function groupEdits(edits: readonly Edit[], lineCount: number): HunkRange[] {
	const ranges: HunkRange[] = [];
	let group: Edit[] = [];
	const close = (): void => {
		const [first, last] = [group[0], group[group.length - 1]];
		if (first === undefined || last === undefined) return;
		ranges.push({
			edits: group,
			first: Math.max(0, first.start - contextLines),
			end: Math.min(lineCount, last.start + last.removed + contextLines),
		});
		group = [];
	};
	for (const edit of edits) {
		const last = group[group.length - 1];
		if (last !== undefined && edit.start - (last.start + last.removed) > 2 * contextLines) close();
		group.push(edit);
	}
	close();
	return ranges;
}

function formatHunk(before: TextLines, { edits, first, end }: HunkRange, shift: number): string {
	const lines: string[] = [];
	let newCount = 0;
	let next = first;
	const keepUntil = (limit: number): void => {
		newCount += limit - next;
		for (; next < limit; next += 1) lines.push(diffLine(" ", oldLine(before, next)));
	};
	for (const edit of edits) {
		keepUntil(edit.start);
		for (; next < edit.start + edit.removed; next += 1) lines.push(diffLine("-", oldLine(before, next)));
		for (const [offset, line] of edit.inserted.entries()) {
			const bom = edit.start === 0 && offset === 0 ? before.bom : "";
			lines.push(diffLine("+", bom + line));
		}
		newCount += edit.inserted.length;
	}
	keepUntil(end);
	const oldRange = formatRange(first, end - first);
	const newRange = formatRange(first + shift, newCount);
	return `@@ -${oldRange} +${newRange} @@\n${lines.join("")}`;
}

/** Lines are counted from 1; an empty range names the line before it. */
function formatRange(first: number, count: number): string {
	if (count === 1) return String(first + 1);
	return `${count === 0 ? first : first + 1},${count}`;
}

function oldLine(before: TextLines, index: number): string {
	return (index === 0 ? before.bom : "") + sliceLines(before, index, index + 1);
}

function diffLine(sign: string, line: string): string {
	return line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
