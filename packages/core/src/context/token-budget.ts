// How much of the context window is left.

import type { TokenUsage } from "@codex/protocol";

// 12,000: the fixed part of a prompt (instructions and tools) that a user cannot free; as Codex counts it.
const baselineTokens = 12_000;

/** Percent of the window left after a response of `usage`, 0 to 100, rounded; 0 for a window of 12,000 or less. */
export function contextLeftPercent(usage: TokenUsage, contextWindow: number): number {
	if (contextWindow <= baselineTokens) return 0;
	const usable = contextWindow - baselineTokens;
	const used = Math.max(0, usage.inputTokens + usage.outputTokens - baselineTokens);
	return Math.round(Math.min(100, Math.max(0, (100 * (usable - used)) / usable)));
}
