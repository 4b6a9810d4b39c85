// The memory for a screen: what was remembered, newest first, or what fits some words.

import { existsSync } from "node:fs";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** Memories as lines for a person. */
export interface FoundMemories {
	readonly kind: "ok";
	readonly lines: readonly string[];
}

const limit = 100;

/** Searches the memory; all of it, newest first, without words. Secrets are masked. Never rejects. */
export async function searchMemory(context: RuntimeContext, words: string): Promise<FoundMemories | StartError> {
	const file = context.paths.memoryFile;
	// Looking must not make one.
	if (!existsSync(file)) return { kind: "ok", lines: ["Nothing was remembered so far"] };
	const { createMemoryStore, parseSearch } = await import("@codex/local-memory");
	const store = createMemoryStore({ file });
	try {
		const request = parseSearch({ query: words, limit });
		if (request.kind === "error") return startError(exitCodes.usage, request.message);
		const lines = store.search(request.value).flatMap(({ memory: { content, tags } }) => {
			const labels = tags.length === 0 ? "" : ` [${tags.join(", ")}]`;
			return [`• ${context.redactor.text(content).replaceAll("\n", " ")}${labels}`];
		});
		return { kind: "ok", lines: lines.length === 0 ? ["Nothing fits these words"] : lines };
	} catch (thrown) {
		return startError(exitCodes.failed, toError(thrown).message);
	} finally {
		store.close();
	}
}
