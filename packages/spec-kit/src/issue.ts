// What quality gates find: one normalised shape, whichever gate and agent it came from.

import type { AgentName } from "./agent.ts";
import type { Gate } from "./stage.ts";

/** How sure the agents are, by the share that agrees: all, at least two thirds, fewer. */
export type Confidence = "high" | "medium" | "low";

/** How much an issue matters. */
export type Magnitude = "critical" | "important" | "minor";

/** What it takes to settle an issue. */
export type Resolvability = "auto-fix" | "suggest-fix" | "need-human";

/** One issue as one source found it. */
export interface FoundIssue {
	/** The source's own id; ids of different sources do not correspond. */
	readonly id: string;
	readonly gate: Gate;
	/** `native` are our own deterministic checks. */
	readonly source: AgentName | "native";
	readonly question: string;
	/** The answer that the source proposes; empty when it has none. */
	readonly answer: string;
	readonly confidence: Confidence;
	readonly magnitude: Magnitude;
	readonly resolvability: Resolvability;
	readonly context: string;
	readonly reasoning: string;
	readonly suggestedFix?: string;
	/** Paths of the packet's files that it concerns, relative to the repository. */
	readonly affectedArtifacts: readonly string[];
}

/** One question for a person. */
export interface Question {
	/** Stable within a run. */
	readonly id: string;
	readonly text: string;
	readonly context: string;
	readonly magnitude: Magnitude;
	/** Short answers to choose from; a free answer is always possible. */
	readonly options: readonly string[];
	/** Position in `options` of the one that is recommended. */
	readonly recommended?: number;
	readonly agentAnswers: Readonly<Partial<Record<AgentName, string>>>;
	/** Why the validator did not follow the majority, when it did not. */
	readonly validatorReason?: string;
}

/** A person's answer. `skipped` leaves the issue open and on record. */
export type Answer =
	| { readonly id: string; readonly kind: "answered"; readonly text: string }
	| { readonly id: string; readonly kind: "skipped" };
