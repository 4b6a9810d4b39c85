// How hard a Gemini thinks, in the words that its generation takes: levels since 3, a budget of tokens before. Source: the
// vendor's page on thinking, read in November 2026.

import type { ReasoningEffort, ReasoningSummary } from "@codex/protocol";
import { isThirdOrLater } from "./generation.ts";

/** The member of the request that says it. */
export interface ThinkingConfig {
	readonly includeThoughts: boolean;
	readonly thinkingLevel?: "MINIMAL" | "LOW" | "MEDIUM" | "HIGH";
	readonly thinkingBudget?: number;
}

// LOW is the least that all of them take; only the small ones are known to take less.
const levels: Readonly<Record<ReasoningEffort, NonNullable<ThinkingConfig["thinkingLevel"]>>> = {
	none: "LOW",
	minimal: "LOW",
	low: "LOW",
	medium: "MEDIUM",
	high: "HIGH",
	xhigh: "HIGH",
	max: "HIGH",
};

// Tokens. 24,576 is the most of the Flash models.
const budgets: Readonly<Record<ReasoningEffort, number>> = {
	none: 0,
	minimal: 512,
	low: 2_048,
	medium: 8_192,
	high: 24_576,
	xhigh: 24_576,
	max: 24_576,
};

// Tokens. Pro thinks at least and at most this much: it cannot do without.
const proBudgets = { least: 128, most: 32_768 };

function levelOf(model: string, effort: ReasoningEffort): NonNullable<ThinkingConfig["thinkingLevel"]> {
	const least = effort === "none" || effort === "minimal";
	return least && model.includes("flash-lite") ? "MINIMAL" : levels[effort];
}

function budgetOf(model: string, effort: ReasoningEffort): number {
	if (!model.includes("pro")) return budgets[effort];
	if (effort === "xhigh" || effort === "max") return proBudgets.most;
	return Math.max(proBudgets.least, budgets[effort]);
}

/** Thinking for one request. Without an effort the model decides for itself. */
export function thinkingConfig(
	model: string,
	effort: ReasoningEffort | undefined,
	summary: ReasoningSummary | undefined,
): ThinkingConfig {
	const shown = { includeThoughts: summary !== "none" };
	if (effort === undefined) return shown;
	return isThirdOrLater(model)
		? { ...shown, thinkingLevel: levelOf(model, effort) }
		: { ...shown, thinkingBudget: budgetOf(model, effort) };
}
