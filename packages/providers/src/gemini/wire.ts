// What Gemini's answers bring from outside, read loosely: counts of tokens, and errors. The vendor adds fields.

import type { TokenUsage } from "@codex/protocol";
import * as z from "zod/mini";
import type { WireError } from "../wire/wire-error.ts";

const count = z.nullish(z.number());
const usageSchema = z.object({
	promptTokenCount: count,
	cachedContentTokenCount: count,
	candidatesTokenCount: count,
	thoughtsTokenCount: count,
	toolUsePromptTokenCount: count,
});

/** Reads `usageMetadata`; `undefined` when it is none. The vendor counts thoughts beside the answer, we count them in. */
export function parseUsage(value: unknown): TokenUsage | undefined {
	const parsed = usageSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const told = parsed.data;
	const thoughts = told.thoughtsTokenCount ?? 0;
	return {
		inputTokens: (told.promptTokenCount ?? 0) + (told.toolUsePromptTokenCount ?? 0),
		cachedInputTokens: told.cachedContentTokenCount ?? 0,
		cacheWriteInputTokens: 0,
		outputTokens: (told.candidatesTokenCount ?? 0) + thoughts,
		reasoningOutputTokens: thoughts,
	};
}

const detailSchema = z.object({
	reason: z.nullish(z.string()),
	retryDelay: z.nullish(z.string()),
	violations: z.nullish(z.array(z.object({ quotaId: z.nullish(z.string()) }))),
});
const errorSchema = z.object({
	message: z.nullish(z.string()),
	status: z.nullish(z.string()),
	details: z.nullish(z.array(z.unknown())),
});
const wrappedSchema = z.object({ error: errorSchema });

interface Details {
	readonly reason?: string;
	readonly retryInSeconds?: number;
	/** A limit of a day: waiting a little does not help. */
	readonly perDay?: boolean;
}

function readDetails(details: readonly unknown[]): Details {
	let read: Details = {};
	for (const detail of details) {
		const parsed = detailSchema.safeParse(detail);
		if (!parsed.success) continue;
		const { reason, retryDelay, violations } = parsed.data;
		if (reason) read = { ...read, reason };
		const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(retryDelay ?? "")?.[1] ?? Number.NaN);
		if (!Number.isNaN(seconds)) read = { ...read, retryInSeconds: seconds };
		if (violations?.some(({ quotaId }) => /PerDay/i.test(quotaId ?? "")) === true) read = { ...read, perDay: true };
	}
	return read;
}

function errorOf(value: unknown): z.infer<typeof errorSchema> | undefined {
	const wrapped = wrappedSchema.safeParse(value);
	if (wrapped.success) return wrapped.data.error;
	const bare = errorSchema.safeParse(value);
	return bare.success ? bare.data : undefined;
}

/** Reads an error, bare, in its envelope or in a list; of anything that is not one, its text is the message. */
export function parseGeminiError(value: unknown): WireError {
	const error = errorOf(Array.isArray(value) ? value[0] : value);
	const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
	const { reason, retryInSeconds, perDay } = readDetails(error?.details ?? []);
	return {
		message: error?.message ?? text,
		code: perDay === true ? "usage_limit_reached" : (reason ?? ""),
		type: error?.status ?? "",
		...(retryInSeconds === undefined ? {} : { resetsInSeconds: retryInSeconds }),
	};
}
