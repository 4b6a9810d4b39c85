// One issue as several sources found it, and where it goes. Types and the decision alone.

import type { AgentName } from "../agent.ts";
import type { Confidence, FoundIssue, Magnitude, Resolvability } from "../issue.ts";
import type { Gate } from "../stage.ts";

/** An issue with everybody's view of it. */
export interface MergedIssue {
	/** Stable for the same findings: the gate and a number, by weight and then by order. */
	readonly id: string;
	/** The gate that found it first. */
	readonly gate: Gate;
	readonly question: string;
	readonly context: string;
	/** The agents that found it, each once, in the order of the canonical agents. */
	readonly agents: readonly AgentName[];
	/** Whether our own checks found it as well. They never count as a vote. */
	readonly native: boolean;
	/** What each agent proposes; an agent without a proposal is absent. */
	readonly answers: Readonly<Partial<Record<AgentName, string>>>;
	readonly reasoning: Readonly<Partial<Record<AgentName, string>>>;
	/** The proposal that most agents share; empty when none does, or when proposals tie. */
	readonly majorityAnswer: string;
	/** Agents that share it, by the agents of the gate's roster, 0 to 1. */
	readonly agreement: number;
	/** From `agreement`, never from what an agent says of itself. */
	readonly confidence: Confidence;
	/** The gravest of all sources. */
	readonly magnitude: Magnitude;
	/** The most cautious of all sources. */
	readonly resolvability: Resolvability;
	readonly suggestedFix?: string;
	readonly affectedArtifacts: readonly string[];
	/** Everything it was merged from. */
	readonly found: readonly FoundIssue[];
}

/** Where an issue goes: into the file, to a person for a yes, to the validator, or to a person as a question. */
export type IssueRoute = "auto" | "confirm" | "validate" | "ask";

/**
 * Routes an issue. Whatever is critical, needs a person, has no shared proposal or was found by fewer than two agents is
 * asked, always. Then by agreement:
 *
 * - all agents: minor → `auto`; important → `auto` when it is an auto-fix, else `confirm`
 * - at least two thirds: minor → `auto` when it is an auto-fix, else `confirm`; important → `validate`
 * - fewer → `ask`
 */
export function decideIssue(merged: MergedIssue): IssueRoute {
	const { magnitude, resolvability, confidence, agents, majorityAnswer } = merged;
	if (magnitude === "critical" || resolvability === "need-human") return "ask";
	if (agents.length < 2 || majorityAnswer === "" || confidence === "low") return "ask";
	const fixesItself = resolvability === "auto-fix";
	if (confidence === "high") return magnitude === "minor" || fixesItself ? "auto" : "confirm";
	if (magnitude === "important") return "validate";
	return fixesItself ? "auto" : "confirm";
}
