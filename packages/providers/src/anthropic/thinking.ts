// How hard a Claude thinks, in the words that its generation takes. Sources: the vendor's pages on thinking, effort and
// preserved thinking (platform.claude.com/docs/en/build-with-claude), read in November 2026.

import type { BetaThinkingConfigAdaptive } from "@anthropic-ai/sdk/resources/beta/messages/messages";
import type {
	OutputConfig,
	ThinkingConfigAdaptive,
	ThinkingConfigParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ReasoningEffort, ReasoningSummary } from "@codex/protocol";

/** The vendor's `thinking`, whose binding of blocks is a beta feature still. */
export type Thinking =
	| ThinkingConfigParam
	| (ThinkingConfigAdaptive & Pick<BetaThinkingConfigAdaptive, "block_binding">);

/** The vendor's scale of effort. */
export type Effort = NonNullable<OutputConfig["effort"]>;

/** `4.5` of `claude-sonnet-4-5-20250929`, as 405; `undefined` for names of another kind. */
export function generationOf(model: string): number | undefined {
	const match = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(model);
	return match === null ? undefined : Number(match[1]) * 100 + Number(match[2] ?? 0);
}

// 4.6: the first generation that decides by itself how much to think, and takes an effort. From 4.7 on, nothing else.
const firstAdaptive = 406;

/**
 * Whether the model checks that nothing stood differently before a thinking block that comes back: from 5.1 on for Fable
 * and Mythos, from 5.5 on for the others. Such a request is a beta one.
 */
export function bindsThinking(model: string): boolean {
	const generation = generationOf(model);
	return generation !== undefined && generation >= (/claude-(?:fable|mythos)/.test(model) ? 501 : 505);
}

/** Whether thinking can be switched off: never with Fable and Mythos, up to 5.0 with the others. */
function canStopThinking(model: string, generation: number): boolean {
	return generation < 505 && !/claude-(?:fable|mythos)/.test(model);
}

const efforts: Readonly<Record<ReasoningEffort, Effort>> = {
	none: "low",
	minimal: "low",
	low: "low",
	medium: "medium",
	high: "high",
	xhigh: "xhigh",
	max: "max",
};

/** 4.6 knows no `xhigh`, and `max` with Opus only. */
function effortOf(model: string, generation: number | undefined, effort: ReasoningEffort): Effort {
	const wanted = efforts[effort];
	if (generation !== firstAdaptive || (wanted !== "xhigh" && wanted !== "max")) return wanted;
	return wanted === "max" && model.includes("opus") ? "max" : "high";
}

// Tokens to think with, for models that want a number: at least 1,024 and less than the answer's limit.
const budgets: Readonly<Record<ReasoningEffort, number>> = {
	none: 0,
	minimal: 1_024,
	low: 4_096,
	medium: 10_000,
	high: 24_000,
	xhigh: 32_000,
	max: 48_000,
};

/** What a request says about thinking. */
export interface ThinkingParts {
	readonly thinking?: Thinking;
	readonly effort?: Effort;
}

/** What is asked for. */
export interface ThinkingRequest {
	readonly model: string;
	readonly effort: ReasoningEffort | undefined;
	readonly summary: ReasoningSummary | undefined;
	/** The limit of the whole answer, in tokens. */
	readonly maxTokens: number;
}

/** Thinking for one request; empty where the model decides for itself or was not asked to think. */
export function thinkingParts({ model, effort, summary, maxTokens }: ThinkingRequest): ThinkingParts {
	const generation = generationOf(model);
	if (generation !== undefined && generation < firstAdaptive) {
		const budget = Math.min(effort === undefined ? 0 : budgets[effort], maxTokens - 1_024);
		return budget < 1_024 ? {} : { thinking: { type: "enabled", budget_tokens: budget } };
	}
	if (effort === "none" && generation !== undefined && canStopThinking(model, generation)) {
		return { thinking: { type: "disabled" } };
	}
	return {
		thinking: {
			type: "adaptive",
			display: summary === "none" ? "omitted" : "summarized",
			// A history that was shortened or repaired would be refused because of thoughts that it still holds.
			...(bindsThinking(model) ? { block_binding: { prefix_mismatch_behavior: "drop_block" } } : {}),
		},
		...(effort === undefined ? {} : { effort: effortOf(model, generation, effort) }),
	};
}
