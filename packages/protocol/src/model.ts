// The model stream: what a session asks of a provider, and the grammar of the answer.
//
//   start (text_delta | reasoning_delta | reasoning_break | item_done | rate_limits)* usage? (done | error)
//
// Deltas are advisory and may be coalesced; an item_done is the whole truth about its item.

import type { ConversationItem, MessageItem, ReasoningItem, ToolCallItem } from "./item.ts";
import type { ReasoningEffort, ReasoningSummary, Verbosity } from "./policy.ts";

/** A JSON value. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON Schema or any JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** A tool as a model sees it. */
export interface ToolSpec {
	/** 1 to 64 characters of `[A-Za-z0-9_-]`. */
	readonly name: string;
	readonly description: string;
	/** JSON Schema of the arguments, an object schema. */
	readonly parameters: JsonObject;
	/** Whether the vendor's strict mode may be used. Default false. */
	readonly strict?: boolean;
}

/** One request for one response. */
export interface ModelRequest {
	readonly model: string;
	/** The system prompt; byte-stable over the turns of a session. */
	readonly instructions: string;
	readonly input: readonly ConversationItem[];
	/** In a fixed order; byte-stable over the turns of a session. */
	readonly tools: readonly ToolSpec[];
	readonly parallelToolCalls: boolean;
	readonly reasoning?: { readonly effort?: ReasoningEffort; readonly summary?: ReasoningSummary };
	readonly verbosity?: Verbosity;
	/** JSON Schema for the final answer. */
	readonly outputSchema?: JsonObject;
	/** Upper limit of output tokens; the vendor's default when absent. */
	readonly maxOutputTokens?: number;
	/** Stable over a session, for the vendor's prompt cache. */
	readonly promptCacheKey?: string;
}

/** Tokens of one response. Missing parts are 0. */
export interface TokenUsage {
	/** All input tokens, cached ones included. */
	readonly inputTokens: number;
	/** The part of the input read from the vendor's cache. */
	readonly cachedInputTokens: number;
	/** The part of the input written to the vendor's cache. */
	readonly cacheWriteInputTokens: number;
	/** All output tokens, reasoning included. */
	readonly outputTokens: number;
	readonly reasoningOutputTokens: number;
}

/** No tokens. */
export const zeroUsage: TokenUsage = Object.freeze({
	inputTokens: 0,
	cachedInputTokens: 0,
	cacheWriteInputTokens: 0,
	outputTokens: 0,
	reasoningOutputTokens: 0,
});

/** The sum of two usages. */
export function addUsage(left: TokenUsage, right: TokenUsage): TokenUsage {
	return {
		inputTokens: left.inputTokens + right.inputTokens,
		cachedInputTokens: left.cachedInputTokens + right.cachedInputTokens,
		cacheWriteInputTokens: left.cacheWriteInputTokens + right.cacheWriteInputTokens,
		outputTokens: left.outputTokens + right.outputTokens,
		reasoningOutputTokens: left.reasoningOutputTokens + right.reasoningOutputTokens,
	};
}

/** Why a response ended well. `length`: cut at the output limit; `content_filter`: the vendor stopped it. */
export type StopReason = "stop" | "tool_calls" | "length" | "content_filter";

/**
 * Why a response failed.
 * - `auth`: 401/403, no retry. `quota`: 429 for good (plan, credit), no retry. `context_length`: the input is too long.
 * - `invalid_request`: the vendor refused the request. `not_found`: unknown model or path.
 * - `rate_limit`, `server`, `network`, `stream`, `idle`: may be tried again. `stream` covers a response that ended before its final event.
 * - `protocol`: an answer that is not this wire (HTML, wrong content type).
 * - `replay`: a request departed from its recording. `aborted`: the caller's signal.
 */
export type ModelErrorKind =
	| "auth"
	| "quota"
	| "context_length"
	| "invalid_request"
	| "not_found"
	| "rate_limit"
	| "server"
	| "network"
	| "stream"
	| "idle"
	| "protocol"
	| "replay"
	| "aborted";

/** A failed response as a value. */
export interface ModelError {
	readonly kind: ModelErrorKind;
	/** One sentence for a person, without secrets. */
	readonly message: string;
	/** Whether trying again can help. The caller decides within its budget. */
	readonly retryable: boolean;
	/** HTTP status, when there was one. */
	readonly status?: number;
	/** How long the server asked to wait, in milliseconds. */
	readonly retryAfterMs?: number;
	/** The vendor's request id, for a bug report. */
	readonly requestId?: string;
}

/** A snapshot of the account's rate limits, as the vendor's headers told it. */
export interface RateLimitWindow {
	/** 0 to 100. */
	readonly usedPercent: number;
	readonly windowMinutes?: number;
	readonly resetsInSeconds?: number;
}

/** One event of a model's answer. */
export type ModelEvent =
	| { readonly type: "start"; readonly responseId?: string }
	| { readonly type: "text_delta"; readonly text: string }
	/** `raw` is the reasoning itself, `summary` its summary. */
	| { readonly type: "reasoning_delta"; readonly text: string; readonly channel: "summary" | "raw" }
	| { readonly type: "reasoning_break" }
	| { readonly type: "item_done"; readonly item: MessageItem | ReasoningItem | ToolCallItem }
	| { readonly type: "rate_limits"; readonly primary?: RateLimitWindow; readonly secondary?: RateLimitWindow }
	| { readonly type: "usage"; readonly usage: TokenUsage }
	| { readonly type: "done"; readonly stopReason: StopReason; readonly responseId?: string }
	| { readonly type: "error"; readonly error: ModelError };

/**
 * What is known of a model. Limits are tokens.
 */
export interface ModelInfo {
	readonly id: string;
	/** Total window. */
	readonly contextWindow: number;
	readonly maxOutputTokens: number;
	readonly supportsImages: boolean;
	/** Takes `reasoning` in a request. */
	readonly supportsReasoning: boolean;
	readonly supportsVerbosity: boolean;
	readonly supportsParallelToolCalls: boolean;
	/** False when the table has no line for it and safe defaults were taken. */
	readonly known: boolean;
	/** Absent when unknown. */
	readonly price?: ModelPrice;
}

/** US dollars per million tokens. */
export interface TokenPrices {
	readonly input: number;
	readonly cachedInput: number;
	/** Input written to the vendor's cache. Default: as `input`. */
	readonly cacheWriteInput?: number;
	/** Reasoning counts as output. */
	readonly output: number;
}

/** What a model costs. */
export interface ModelPrice extends TokenPrices {
	/** The prices of a whole response whose input is longer than this many tokens. */
	readonly longInput?: TokenPrices & { readonly aboveTokens: number };
	/** The day the price was read, `YYYY-MM-DD`. */
	readonly asOf: string;
}

/** Cost of one response in US dollars, or `null` when the price of the model is unknown. */
export function responseCostUsd(price: ModelPrice | undefined, usage: TokenUsage): number | null {
	if (price === undefined) return null;
	const { longInput } = price;
	const per = longInput !== undefined && usage.inputTokens > longInput.aboveTokens ? longInput : price;
	const uncached = Math.max(0, usage.inputTokens - usage.cachedInputTokens - usage.cacheWriteInputTokens);
	const perMillion =
		uncached * per.input +
		usage.cachedInputTokens * per.cachedInput +
		usage.cacheWriteInputTokens * (per.cacheWriteInput ?? per.input) +
		usage.outputTokens * per.output;
	return perMillion / 1_000_000;
}
