// What Anthropic's answers bring from outside, read loosely: counts of tokens, and errors. The vendor adds fields.

import type { TokenUsage } from "@codex/protocol";
import * as z from "zod/mini";
import type { WireError } from "../wire/wire-error.ts";

const count = z.nullish(z.number());
const usageSchema = z.object({
	input_tokens: count,
	cache_creation_input_tokens: count,
	cache_read_input_tokens: count,
	output_tokens: count,
	output_tokens_details: z.nullish(z.object({ thinking_tokens: count })),
});

/** Counts of tokens as one event told them; what it did not tell is missing. */
export interface PartialUsage {
	readonly input?: number;
	readonly cacheWrite?: number;
	readonly cacheRead?: number;
	readonly output?: number;
	readonly thinking?: number;
}

const whole = (value: number | null | undefined): number | undefined =>
	typeof value === "number" && value >= 0 ? value : undefined;

/** Reads a `usage` object; `undefined` when it is none. */
export function parseUsage(value: unknown): PartialUsage | undefined {
	const parsed = usageSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const { data } = parsed;
	const told: [keyof PartialUsage, number | undefined][] = [
		["input", whole(data.input_tokens)],
		["cacheWrite", whole(data.cache_creation_input_tokens)],
		["cacheRead", whole(data.cache_read_input_tokens)],
		["output", whole(data.output_tokens)],
		["thinking", whole(data.output_tokens_details?.thinking_tokens)],
	];
	return Object.fromEntries(told.filter(([, tokens]) => tokens !== undefined));
}

/** The vendor's counts in our words: its input leaves out what the cache had a part in, ours does not. */
export function toTokenUsage(usage: PartialUsage): TokenUsage {
	const { input = 0, cacheWrite = 0, cacheRead = 0, output = 0, thinking = 0 } = usage;
	return {
		inputTokens: input + cacheWrite + cacheRead,
		cachedInputTokens: cacheRead,
		cacheWriteInputTokens: cacheWrite,
		outputTokens: output,
		reasoningOutputTokens: thinking,
	};
}

const errorSchema = z.object({ type: z.nullish(z.string()), message: z.nullish(z.string()) });
const wrappedSchema = z.object({ error: errorSchema });

/** Errors that the vendor tells apart in words only, by the names that the classification knows. */
function codeOf(message: string): string {
	if (/max_tokens` exceed context limit/.test(message)) return "context_length_exceeded";
	return /credit balance is too low/i.test(message) ? "billing_error" : "";
}

/** Reads an error, bare or inside its envelope; of anything that is not one, its text is the message. Never throws. */
export function parseAnthropicError(value: unknown): WireError {
	const wrapped = wrappedSchema.safeParse(value);
	const bare = wrapped.success ? undefined : errorSchema.safeParse(value);
	const error = wrapped.success ? wrapped.data.error : bare?.success === true ? bare.data : undefined;
	const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
	const message = error?.message ?? text;
	return { message, code: codeOf(message), type: error?.type ?? "" };
}
