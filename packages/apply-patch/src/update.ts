// Applies the chunks of an update to the text of a file. Pure. Lines that the patch does not name keep their exact bytes;
// lines that it matched only loosely take the patch's text; new lines take the line ending of their surroundings.

import { applyEdits, createEditBuilder, type Edit, type EditBuilder } from "./line-edits.ts";
import { locateChunks, type PlacedChunk } from "./locate-chunks.ts";
import type { Chunk } from "./patch.ts";
import type { Fuzz } from "./seek.ts";
import { endingOf, splitTextLines, type TextLines } from "./text-lines.ts";

/** What updating a text gives. */
export type UpdateResult =
	| {
			readonly kind: "ok";
			readonly content: string;
			/** The loosest match that was needed; 0 when every line matched exactly. */
			readonly fuzz: Fuzz;
	  }
	| { readonly kind: "error"; readonly message: string };

/** The same with what a diff needs. */
export type EditedText =
	| {
			readonly kind: "ok";
			readonly content: string;
			readonly fuzz: Fuzz;
			readonly before: TextLines;
			readonly edits: readonly Edit[];
	  }
	| { readonly kind: "error"; readonly message: string };

/**
 * The text of `original` after `chunks`; `path` is used in messages only.
 *
 * LF, CRLF and mixed line endings and a byte order mark are kept. A result that is not empty ends in a line ending.
 * A chunk of added lines only goes to the end of the file, before a blank last line, whatever its `@@` line says.
 *
 * Contract: never throws. Lines that are not found give an error whose message begins
 * `Failed to find expected lines in PATH:` or `Failed to find context '…' in PATH` and shows the nearest lines.
 */
export function computeUpdate(original: string, chunks: readonly Chunk[], path: string): UpdateResult {
	const result = editText(original, chunks, path);
	return result.kind === "ok" ? { kind: "ok", content: result.content, fuzz: result.fuzz } : result;
}

/** Like {@link computeUpdate}, with the edits that were made. */
export function editText(original: string, chunks: readonly Chunk[], path: string): EditedText {
	const before = splitTextLines(original);
	const placement = locateChunks(before.text, chunks, path);
	if (placement.kind === "error") return placement;
	const builder = createEditBuilder(before);
	for (const chunk of placement.chunks) applyChunk(before, builder, chunk);
	const edits = builder.finish();
	return { kind: "ok", content: applyEdits(before, edits), fuzz: placement.fuzz, before, edits };
}

function applyChunk(before: TextLines, builder: EditBuilder, chunk: PlacedChunk): void {
	builder.keepUntil(chunk.index);
	let next = chunk.index;
	// Each added line takes the ending of the removed line that it stands for, or else of the last line passed.
	let removedEndings: string[] = [];
	let ending = endingBefore(before, next);
	for (const line of chunk.lines) {
		switch (line.kind) {
			case "context":
				ending = endingOf(before, next);
				removedEndings = [];
				keepContext(before, builder, { index: next, text: line.text });
				next += 1;
				break;
			case "remove":
				removedEndings.push(endingOf(before, next));
				builder.remove();
				next += 1;
				break;
			case "add":
				ending = removedEndings.shift() ?? ending;
				builder.insert(line.text + ending);
				break;
		}
	}
}

function keepContext(before: TextLines, builder: EditBuilder, line: { index: number; text: string }): void {
	if (before.text[line.index] === line.text) {
		builder.keepUntil(line.index + 1);
		return;
	}
	builder.remove();
	builder.insert(line.text + endingOf(before, line.index));
}

function endingBefore(before: TextLines, index: number): string {
	if (index > 0) return endingOf(before, index - 1);
	return before.text.length > 0 ? endingOf(before, 0) : before.dominantEnding;
}
