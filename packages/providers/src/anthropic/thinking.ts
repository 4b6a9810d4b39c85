// How hard a Claude thinks, in the words that its generation takes. Sources: the vendor's pages on thinking and on what
// is new in each model, read in November 2026.

import type { MessageCreateParamsStreaming, OutputConfig } from "@anthropic-ai/sdk/resources/messages/messages";
import type { ReasoningEffort, ReasoningSummary } from "@codex/protocol";

type Thinking = NonNullable<MessageCreateParamsStreaming["thinking"]>;

/** `4.5` of `claude-sonnet-4-5-20250929`, as 405; `undefined` for names of another kind. */
export function generationOf(model: string): number | undefined {
	const match =
		/claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(model) ?? /claude-[a-z]+-(\d{1,2})(?!\d)/.exec(model);
	if (match === null) return undefined;
	return Number(match[1]) * 100 + Number(match[2] ?? 0);
}

// 4.6: the first generation that decides by itself how much to think, and takes an effort. Later ones take nothing else.
const firstAdaptive = 406;

const efforts: Readonly<Record<ReasoningEffort, NonNullable<OutputConfig["effort"]>>> = {
	none: "low",
	minimal: "low",
	low: "low",
	medium: "medium",
	high: "high",
	xhigh: "xhigh",
	max: "max",
};

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
	readonly effort?: NonNullable<OutputConfig["effort"]>;
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
	if (generation === undefined || generation >= firstAdaptive) {
		return {
			thinking: { type: "adaptive", display: summary === "none" ? "omitted" : "summarized" },
			...(effort === undefined ? {} : { effort: efforts[effort] }),
		};
	}
	const budget = Math.min(effort === undefined ? 0 : budgets[effort], maxTokens - 1_024);
	return budget < 1_024 ? {} : { thinking: { type: "enabled", budget_tokens: budget } };
}
