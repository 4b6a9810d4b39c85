// How hard a Gemini thinks, in the words that its generation takes: levels since 3, a budget of tokens before. Source: the
// vendor's page on thinking, read in November 2026.

import type { ReasoningEffort, ReasoningSummary } from "@codex/protocol";

/** The member of the request that says it. */
export interface ThinkingConfig {
	readonly includeThoughts: boolean;
	readonly thinkingLevel?: "MINIMAL" | "LOW" | "MEDIUM" | "HIGH";
	readonly thinkingBudget?: number;
}

/** `2.5` of `gemini-2.5-pro`; `undefined` for names of another kind. */
export function generationOf(model: string): number | undefined {
	const match = /gemini-(\d+(?:\.\d+)?)/.exec(model);
	return match === null ? undefined : Number(match[1]);
}

const levels: Readonly<Record<ReasoningEffort, NonNullable<ThinkingConfig["thinkingLevel"]>>> = {
	none: "LOW",
	minimal: "LOW",
	low: "LOW",
	medium: "MEDIUM",
	high: "HIGH",
	xhigh: "HIGH",
	max: "HIGH",
};

// Tokens. 128 is the least of the Pro models, which cannot do without; 24,576 the most of the Flash models.
const budgets: Readonly<Record<ReasoningEffort, number>> = {
	none: 0,
	minimal: 512,
	low: 2_048,
	medium: 8_192,
	high: 24_576,
	xhigh: 24_576,
	max: 24_576,
};

/** Thinking for one request. Without an effort the model decides for itself. */
export function thinkingConfig(
	model: string,
	effort: ReasoningEffort | undefined,
	summary: ReasoningSummary | undefined,
): ThinkingConfig {
	const shown = { includeThoughts: summary !== "none" };
	if (effort === undefined) return shown;
	if ((generationOf(model) ?? 3) >= 3) return { ...shown, thinkingLevel: levels[effort] };
	const least = model.includes("pro") ? 128 : 0;
	return { ...shown, thinkingBudget: Math.max(least, budgets[effort]) };
}
