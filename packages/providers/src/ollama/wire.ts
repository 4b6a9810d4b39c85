// What Ollama's answers bring from outside, read loosely: counts of tokens, and errors.

import type { TokenUsage } from "@codex/protocol";
import * as z from "zod/mini";
import type { WireError } from "../wire/wire-error.ts";

const count = z.nullish(z.number());
const usageSchema = z.object({ prompt_eval_count: count, eval_count: count });

/** The counts of a last line; `undefined` when it has none. */
export function parseUsage(value: unknown): TokenUsage | undefined {
	const parsed = usageSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const { prompt_eval_count: input, eval_count: output } = parsed.data;
	if (typeof input !== "number" && typeof output !== "number") return undefined;
	return {
		inputTokens: input ?? 0,
		cachedInputTokens: 0,
		cacheWriteInputTokens: 0,
		outputTokens: output ?? 0,
		reasoningOutputTokens: 0,
	};
}

const errorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.nullish(z.string()) })]) });

/** Reads an error; of anything that is not one, its text is the message. Never throws. */
export function parseOllamaError(value: unknown): WireError {
	const parsed = errorSchema.safeParse(value);
	const error = parsed.success ? parsed.data.error : undefined;
	const message = typeof error === "string" ? error : error?.message;
	const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
	const missing = /model ["'`]?([^\s"'`]+)["'`]? not found/.exec(message ?? "")?.[1];
	if (missing === undefined) return { message: message ?? text, code: "", type: "" };
	return { message: `it is not on this machine yet; get it with \`ollama pull ${missing}\``, code: "", type: "" };
}
