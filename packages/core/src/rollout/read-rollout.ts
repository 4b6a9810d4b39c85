// Reads a rollout back into what a session needs to go on. Only what joins the history is checked in full; bad lines are
// counted and passed over, so that one torn write never costs a session. Nothing in a file is ever used as a path here.

import {
	type ConversationItem,
	rolloutFormat,
	type SessionMeta,
	type TokenUsage,
	toError,
	zeroUsage,
} from "@codex/protocol";
import type * as schemas from "@codex/protocol/schema";
import { blobFolderOf, mayNameBlobs, resolveBlobs } from "./blob-store.ts";
import { type EndedCall, takeEndedCall } from "./ended-calls.ts";
import { type Fields, isFields, tryParseJson } from "./json-fields.ts";
import { LineChain } from "./line-chain.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";

/** A rollout that was read, or why it could not be. */
export type ReadRolloutResult =
	| {
			readonly kind: "ok";
			/** Of the first `session_meta`. */
			readonly meta: SessionMeta;
			/** Of the branch that the last line is on, as written: a crash may have left calls without outputs, see `repairHistory`. */
			readonly history: readonly ConversationItem[];
			/** The same with all that compactions took out of it, and without their notes. */
			readonly log: readonly ConversationItem[];
			/** The session's sum at its last `token_count`; zero without one. */
			readonly usage: TokenUsage;
			/** Lines that are not JSON objects, are malformed, repeat an id, or exceed 64 MiB. Lines of unknown types are not counted. */
			readonly skippedLines: number;
			/** Those of them that no `repair` line has told of. */
			readonly newlySkippedLines: number;
			/** Where the next line goes: after `parent`, with ids above `lastId`. */
			readonly end: RolloutEnd;
			/** What commands and patches that ended said, by call id: for calls whose output was lost. */
			readonly endedCalls: ReadonlyMap<string, EndedCall>;
			/** Turns that began on this branch. */
			readonly turns: number;
	  }
	/** One sentence for a person. */
	| { readonly kind: "error"; readonly message: string };

/** The end of a rollout. */
export interface RolloutEnd {
	/** The greatest id; for lines without ids, their number. */
	readonly lastId: number;
	/** The id of the last line; `null` when there is none. */
	readonly parent: number | null;
}

type Schemas = Pick<typeof schemas, "rolloutItemSchema" | "rolloutItemTypes" | "sessionMetaSchema">;

/** What a line does to the session. */
export type RolloutStep =
	| { readonly kind: "item"; readonly item: ConversationItem }
	/** A compaction. `reason` is `""` when another program does not say. */
	| {
			readonly kind: "replace";
			readonly items: readonly ConversationItem[];
			readonly summary: string;
			readonly reason: string;
	  }
	| { readonly kind: "usage"; readonly usage: TokenUsage }
	| { readonly kind: "turn" }
	| { readonly kind: "ended"; readonly call: EndedCall }
	| { readonly kind: "nothing" };

const nothing: RolloutStep = { kind: "nothing" };

/** What a step stands for besides: the event of its line, when events are wanted. */
type ReadStep = RolloutStep & { readonly event?: unknown };

class RolloutReader {
	meta: SessionMeta | undefined;
	newerFormat: number | undefined;
	lines = 0;
	skippedLines = 0;
	toldOf = 0;
	readonly chain = new LineChain<ReadStep>();
	readonly #schemas: Schemas;

	readonly #blobs: string | undefined;
	readonly #keepsEvents: boolean;

	constructor(schemas: Schemas, blobs: string | undefined, keepsEvents: boolean) {
		this.#schemas = schemas;
		this.#blobs = blobs;
		this.#keepsEvents = keepsEvents;
	}

	take(text: string | undefined): void {
		if (text !== undefined && text.trim() === "") return;
		this.lines += 1;
		const line = text === undefined ? undefined : tryParseJson(text);
		const payload = isFields(line) ? this.#payloadOf(line, text ?? "") : undefined;
		const step = isFields(line) && isFields(payload) ? this.#stepOf(line.type, payload) : undefined;
		const isNew = isFields(line) && step !== undefined && this.chain.add(line.id, line.parent, step);
		if (!isNew) this.skippedLines += 1;
	}

	#payloadOf(line: Fields, text: string): unknown {
		if (this.#blobs === undefined || !mayNameBlobs(text)) return line.payload;
		return resolveBlobs(line.payload, this.#blobs);
	}

	/** `undefined` when the payload is not what its type says. */
	#stepOf(type: unknown, payload: Fields): ReadStep | undefined {
		switch (type) {
			case "session_meta":
				return this.#takeMeta(payload);
			case "response_item":
				return this.#itemStep(payload);
			case "event_msg": {
				const step = eventStep(payload);
				return this.#keepsEvents && step !== undefined ? { ...step, event: payload } : step;
			}
			case "compacted":
				return this.#replaceStep(payload);
			case "repair":
				this.toldOf = Math.max(this.toldOf, count(payload, "skipped_lines"));
				return nothing;
			default:
				return typeof type === "string" ? nothing : undefined;
		}
	}

	#takeMeta(payload: Fields): RolloutStep | undefined {
		const format = count(payload, "format");
		if (format > rolloutFormat && this.meta === undefined) this.newerFormat ??= format;
		const { success, data } = this.#schemas.sessionMetaSchema.safeParse(payload);
		if (!success) return undefined;
		this.meta ??= data;
		return nothing;
	}

	#itemStep(payload: unknown): RolloutStep | undefined {
		if (!isFields(payload) || typeof payload.type !== "string") return undefined;
		if (!this.#schemas.rolloutItemTypes.has(payload.type)) return nothing;
		const { success, data } = this.#schemas.rolloutItemSchema.safeParse(payload);
		return success ? { kind: "item", item: data } : undefined;
	}

	/** Codex's own compaction replaces the history, when it says by what. */
	#replaceStep(payload: Fields): RolloutStep | undefined {
		if (!Array.isArray(payload.replacement_history)) return nothing;
		const items: ConversationItem[] = [];
		const replacement: readonly unknown[] = payload.replacement_history;
		for (const value of replacement) {
			const step = this.#itemStep(value);
			if (step === undefined) return undefined;
			if (step.kind === "item") items.push(step.item);
		}
		const { message, reason } = payload;
		const summary = typeof message === "string" ? message : "";
		return { kind: "replace", items, summary, reason: typeof reason === "string" ? reason : "" };
	}
}

function eventStep(payload: Fields): RolloutStep | undefined {
	switch (payload.type) {
		case "token_count": {
			const usage = readTotal(payload);
			return usage === undefined ? nothing : { kind: "usage", usage };
		}
		case "turn_started":
			return { kind: "turn" };
		case "exec_command_end":
		case "patch_apply_end": {
			const call = takeEndedCall(payload);
			return call === undefined ? nothing : { kind: "ended", call };
		}
		default:
			return typeof payload.type === "string" ? nothing : undefined;
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

function resultOf(reader: RolloutReader, path: string): ReadRolloutResult {
	const { meta, skippedLines, newerFormat, chain } = reader;
	if (newerFormat !== undefined) {
		const message = `${path} was written by a newer version of Code (format ${newerFormat}; this one reads up to ${rolloutFormat})`;
		return { kind: "error", message };
	}
	if (meta === undefined) {
		const problem = reader.lines === 0 ? "it is empty" : "it has no session_meta line";
		return { kind: "error", message: `${path} is not a session: ${problem}` };
	}
	let history: ConversationItem[] = [];
	const log: ConversationItem[] = [];
	let usage = zeroUsage;
	let turns = 0;
	const endedCalls = new Map<string, EndedCall>();
	for (const step of chain.branch()) {
		if (step.kind === "item") {
			history.push(step.item);
			log.push(step.item);
			// A later turn may use an id again.
			if ("call_id" in step.item && !step.item.type.endsWith("_output")) endedCalls.delete(step.item.call_id);
		}
		if (step.kind === "replace") history = [...step.items];
		else if (step.kind === "usage") usage = step.usage;
		else if (step.kind === "turn") turns += 1;
		else if (step.kind === "ended") endedCalls.set(step.call.callId, step.call);
	}
	const newlySkippedLines = Math.max(0, skippedLines - reader.toldOf);
	return { kind: "ok", meta, history, log, usage, skippedLines, newlySkippedLines, end: chain.end, endedCalls, turns };
}

/**
 * Reads the rollout at `path`, of this program or of another Codex.
 *
 * Never rejects. Memory holds the items and one line at most. An empty file, one without a `session_meta`, one of a newer
 * format, a symbolic link and what is no file are errors.
 */
export async function readRollout(path: string): Promise<ReadRolloutResult> {
	try {
		return resultOf(await readAll(path), path);
	} catch (thrown) {
		return unreadable(thrown);
	}
}

const unreadable = (thrown: unknown): { readonly kind: "error"; readonly message: string } => ({
	kind: "error",
	message: `the session cannot be read: ${toError(thrown).message}`,
});

/** What each line of the present branch does, in order; one sentence when that cannot be read. Never rejects. */
export async function readSteps(
	path: string,
): Promise<
	{ readonly kind: "ok"; readonly steps: readonly RolloutStep[] } | { readonly kind: "error"; readonly message: string }
> {
	try {
		const reader = await readAll(path);
		const result = resultOf(reader, path);
		return result.kind === "error" ? result : { kind: "ok", steps: reader.chain.branch() };
	} catch (thrown) {
		return unreadable(thrown);
	}
}

/** What the present branch told, in order: its events as they stand in the file, not checked. Never rejects. */
export async function readSavedEvents(
	path: string,
): Promise<
	{ readonly kind: "ok"; readonly events: readonly unknown[] } | { readonly kind: "error"; readonly message: string }
> {
	try {
		const reader = await readAll(path, true);
		const result = resultOf(reader, path);
		if (result.kind === "error") return result;
		return { kind: "ok", events: reader.chain.branch().flatMap(({ event }) => (event === undefined ? [] : [event])) };
	} catch (thrown) {
		return unreadable(thrown);
	}
}

async function readAll(path: string, keepsEvents = false): Promise<RolloutReader> {
	const handle = await openForReading(path);
	try {
		// The schemas load zod, which a session that starts anew never needs.
		const reader = new RolloutReader(await import("@codex/protocol/schema"), blobFolderOf(path), keepsEvents);
		await readLines(handle, (line) => {
			reader.take(line);
			return true;
		});
		return reader;
	} finally {
		await handle.close();
	}
}
