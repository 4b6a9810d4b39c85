// Reads a rollout back into what a session needs to go on. Only what joins the history is checked in full; bad lines are
// counted and passed over, so that one torn write never costs a session. Nothing in a file is ever used as a path here.

import { type ConversationItem, type SessionMeta, type TokenUsage, toError, zeroUsage } from "@codex/protocol";
import type * as schemas from "@codex/protocol/schema";
import { type Fields, isFields, tryParseJson } from "./json-fields.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";

/** A rollout that was read, or why it could not be. */
export type ReadRolloutResult =
	| {
			readonly kind: "ok";
			/** Of the first `session_meta`. */
			readonly meta: SessionMeta;
			/** As it was written: a crash may have left calls without outputs, see `repairHistory`. */
			readonly history: readonly ConversationItem[];
			/** The session's sum at its last `token_count`; zero without one. */
			readonly usage: TokenUsage;
			/** Lines that are not JSON objects, are malformed, or exceed 64 MiB. Lines of unknown types are not counted. */
			readonly skippedLines: number;
	  }
	/** One sentence for a person. */
	| { readonly kind: "error"; readonly message: string };

type Schemas = Pick<typeof schemas, "rolloutItemSchema" | "rolloutItemTypes" | "sessionMetaSchema">;

class RolloutReader {
	meta: SessionMeta | undefined;
	history: ConversationItem[] = [];
	usage: TokenUsage = zeroUsage;
	lines = 0;
	skippedLines = 0;
	readonly #schemas: Schemas;

	constructor(schemas: Schemas) {
		this.#schemas = schemas;
	}

	take(text: string | undefined): void {
		if (text !== undefined && text.trim() === "") return;
		this.lines += 1;
		const line = text === undefined ? undefined : tryParseJson(text);
		if (!isFields(line) || !isFields(line.payload) || !this.#takePayload(line.type, line.payload)) {
			this.skippedLines += 1;
		}
	}

	/** False when the payload is not what its type says. */
	#takePayload(type: unknown, payload: Fields): boolean {
		switch (type) {
			case "session_meta": {
				const { success, data } = this.#schemas.sessionMetaSchema.safeParse(payload);
				if (success) this.meta ??= data;
				return success;
			}
			case "response_item":
				return this.#takeItem(payload, this.history);
			case "event_msg":
				if (payload.type === "token_count") this.usage = readTotal(payload) ?? this.usage;
				return typeof payload.type === "string";
			case "compacted":
				return this.#takeCompacted(payload);
			default:
				return typeof type === "string";
		}
	}

	#takeItem(payload: unknown, history: ConversationItem[]): boolean {
		if (!isFields(payload) || typeof payload.type !== "string") return false;
		if (!this.#schemas.rolloutItemTypes.has(payload.type)) return true;
		const { success, data } = this.#schemas.rolloutItemSchema.safeParse(payload);
		if (success) history.push(data);
		return success;
	}

	/** Codex's own compaction replaces the history, when it says by what. */
	#takeCompacted(payload: Fields): boolean {
		if (!Array.isArray(payload.replacement_history)) return true;
		const replacement: ConversationItem[] = [];
		const items: readonly unknown[] = payload.replacement_history;
		if (!items.every((item) => this.#takeItem(item, replacement))) return false;
		this.history = replacement;
		return true;
	}
}

function count(fields: Fields, ...names: readonly string[]): number {
	for (const name of names) {
		const value = fields[name];
		if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
	}
	return 0;
}

/** The total of a token count, ours or that of other Codex programs; `undefined` when it has none. */
function readTotal(payload: Fields): TokenUsage | undefined {
	const info = isFields(payload.info) ? payload.info : {};
	const total = isFields(payload.total) ? payload.total : info.total_token_usage;
	if (!isFields(total)) return undefined;
	return {
		inputTokens: count(total, "inputTokens", "input_tokens"),
		cachedInputTokens: count(total, "cachedInputTokens", "cached_input_tokens"),
		cacheWriteInputTokens: count(total, "cacheWriteInputTokens", "cache_write_input_tokens"),
		outputTokens: count(total, "outputTokens", "output_tokens"),
		reasoningOutputTokens: count(total, "reasoningOutputTokens", "reasoning_output_tokens"),
	};
}

/**
 * Reads the rollout at `path`, of this program or of another Codex.
 *
 * Never rejects. Memory holds the history and one line at most. An empty file, one without a `session_meta`, a symbolic
 * link and what is no file are errors.
 */
export async function readRollout(path: string): Promise<ReadRolloutResult> {
	try {
		const handle = await openForReading(path);
		try {
			// The schemas load zod, which a session that starts anew never needs.
			const reader = new RolloutReader(await import("@codex/protocol/schema"));
			await readLines(handle, (line) => {
				reader.take(line);
				return true;
			});
			const { meta, history, usage, skippedLines } = reader;
			if (meta !== undefined) return { kind: "ok", meta, history, usage, skippedLines };
			const problem = reader.lines === 0 ? "it is empty" : "it has no session_meta line";
			return { kind: "error", message: `${path} is not a session: ${problem}` };
		} finally {
			await handle.close();
		}
	} catch (thrown) {
		return { kind: "error", message: `the session cannot be read: ${toError(thrown).message}` };
	}
}
