// Export and import: one memory a line, as JSON. An import takes all of the text or nothing of it.

import type { Memory } from "./memory.ts";
import type { MemoryStore } from "./memory-store.ts";
import { parseRecord } from "./tools-schema.ts";

// Rows read at once: bounds what is in our memory.
const pageRows = 500;

/** Every memory as a line with its newline, in the order they were stored. @throws MemoryError */
export function* exportLines(store: MemoryStore): Generator<string, void, undefined> {
	let after: string | undefined;
	for (;;) {
		const memories = store.page(pageRows, after);
		for (const memory of memories) yield `${JSON.stringify(memory)}\n`;
		if (memories.length < pageRows) return;
		after = memories.at(-1)?.id;
	}
}

/** What an import did. */
export type ImportOutcome =
	| { readonly kind: "ok"; readonly added: number; readonly skipped: number }
	/** Nothing was stored; each line says where and why, the first 20 of them. */
	| { readonly kind: "error"; readonly lines: readonly string[] };

function parseLine(line: string): ReturnType<typeof parseRecord> {
	try {
		return parseRecord(JSON.parse(line));
	} catch {
		// Not JSON: the line's number is what helps.
		return { kind: "error", message: "not JSON" };
	}
}

/** Stores the lines of an export; a memory whose id is there is skipped. @throws MemoryError */
export function importText(store: MemoryStore, text: string): ImportOutcome {
	const memories: Memory[] = [];
	const problems: string[] = [];
	for (const [index, line] of text.split("\n").entries()) {
		if (line.trim() === "") continue;
		const parsed = parseLine(line);
		if (parsed.kind === "ok") memories.push(parsed.value);
		else problems.push(`line ${index + 1}: ${parsed.message}`);
	}
	if (problems.length > 0) return { kind: "error", lines: problems.slice(0, 20) };
	const added = store.addAll(memories);
	return { kind: "ok", added, skipped: memories.length - added };
}
