// Says in a few words what a patch would do, for a person who is asked to allow it. Reads nothing but the patch.

import type { ChunkLine, Hunk, Patch } from "./patch.ts";

/**
 * One line for each hunk, in patch order, such as `update src/a.ts -> src/b.ts (+3 -1)`; without a final line ending,
 * and empty for an empty patch. Control characters in paths are shown as `?`.
 */
export function describePatch(patch: Patch): string {
	return patch.hunks.map(describeHunk).join("\n");
}

/** Every path that the patch reads, writes or removes, move targets included, as written, each once, in patch order. */
export function patchPaths(patch: Patch): readonly string[] {
	const paths = patch.hunks.flatMap((hunk) =>
		hunk.kind === "update" && hunk.movePath !== undefined ? [hunk.path, hunk.movePath] : [hunk.path],
	);
	return [...new Set(paths)];
}

function describeHunk(hunk: Hunk): string {
	switch (hunk.kind) {
		case "add":
			return `add ${printable(hunk.path)} (+${hunk.content.split("\n").length - 1})`;
		case "delete":
			return `delete ${printable(hunk.path)}`;
		case "update": {
			const lines = hunk.chunks.flatMap((chunk) => chunk.lines);
			const target = hunk.movePath === undefined ? "" : ` -> ${printable(hunk.movePath)}`;
			return `update ${printable(hunk.path)}${target} (+${count(lines, "add")} -${count(lines, "remove")})`;
		}
	}
}

function count(lines: readonly ChunkLine[], kind: ChunkLine["kind"]): number {
	return lines.reduce((total, line) => total + (line.kind === kind ? 1 : 0), 0);
}

// A path comes from a model and the result goes to a terminal: no escape sequence and no reversed text may pass.
function printable(path: string): string {
	return path.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "?");
}
