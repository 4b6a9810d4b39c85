// The part of a chat stream that is more than a delta: usage. Loose, because servers leave details out.

import type { TokenUsage } from "@codex/protocol";
import * as z from "zod/mini";

const usageSchema = z.object({
	prompt_tokens: z.nullish(z.number()),
	completion_tokens: z.nullish(z.number()),
	prompt_tokens_details: z.nullish(
		z.object({ cached_tokens: z.nullish(z.number()), cache_write_tokens: z.nullish(z.number()) }),
	),
	completion_tokens_details: z.nullish(z.object({ reasoning_tokens: z.nullish(z.number()) })),
});

/** Reads the `usage` of a chunk; `undefined` when it is absent, `null` or something else. Never throws. */
export function parseChatUsage(value: unknown): TokenUsage | undefined {
	const parsed = usageSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const {
		prompt_tokens,
		completion_tokens,
		prompt_tokens_details: input,
		completion_tokens_details: output,
	} = parsed.data;
	return {
		inputTokens: prompt_tokens ?? 0,
		cachedInputTokens: input?.cached_tokens ?? 0,
		cacheWriteInputTokens: input?.cache_write_tokens ?? 0,
		outputTokens: completion_tokens ?? 0,
		reasoningOutputTokens: output?.reasoning_tokens ?? 0,
	};
}
