// Merges what several agents and our own checks found: by what the issues say, never by the agents' own numbers.
// Agreement is counted over the gate's whole roster, so that silence is not consent. Deterministic.

import { type AgentName, agentNames } from "../agent.ts";
import type { SpecKitConfig } from "../config.ts";
import { reachesShare } from "../consensus/agreement.ts";
import { type AlignItem, alignItems } from "../consensus/align.ts";
import { requirementIds } from "../consensus/core-lists.ts";
import { normaliseText } from "../consensus/normalise-text.ts";
import { sameItem } from "../consensus/similarity.ts";
import type { Confidence, FoundIssue, Magnitude, Resolvability } from "../issue.ts";
import type { MergedIssue } from "./merged-issue.ts";

const magnitudeOrder: readonly Magnitude[] = ["critical", "important", "minor"];
const cautionOrder: readonly Resolvability[] = ["need-human", "suggest-fix", "auto-fix"];

function gravest<T extends string>(order: readonly T[], values: readonly T[]): T | undefined {
	return order.find((value) => values.includes(value));
}

function toAlignItem({ question }: FoundIssue): AlignItem {
	return { keys: [], hints: requirementIds(question), text: normaliseText(question) };
}

/** Answers that mean the same for a reader: case, space and end marks aside, `yes.` being `true`. */
function spelling(answer: string): string {
	const plain = answer
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N}%]+/gu, " ")
		.trim();
	if (plain === "true" || plain === "y") return "yes";
	return plain === "false" || plain === "n" ? "no" : plain;
}

interface Proposal {
	readonly answer: string;
	readonly agents: readonly AgentName[];
}

/** Groups equal answers; answers in other words join when they are alike enough. */
function proposalsOf(found: readonly FoundIssue[], similarity: number): readonly Proposal[] {
	const groups: { answer: string; agents: AgentName[] }[] = [];
	for (const { source, answer } of found) {
		if (source === "native" || answer === "" || groups.some(({ agents }) => agents.includes(source))) continue;
		const text = normaliseText(answer);
		const group = groups.find(
			(known) =>
				spelling(known.answer) === spelling(answer) ||
				// One word has no other wording: only texts are compared.
				(text.concepts.size > 1 && sameItem(normaliseText(known.answer), text, similarity)),
		);
		if (group === undefined) groups.push({ answer, agents: [source] });
		else group.agents.push(source);
	}
	return groups.sort((left, right) => right.agents.length - left.agents.length);
}

function confidenceOf(agreement: number): Confidence {
	if (reachesShare(agreement, 1)) return "high";
	return reachesShare(agreement, 2 / 3) ? "medium" : "low";
}

function byAgent(found: readonly FoundIssue[], field: "answer" | "reasoning"): Partial<Record<AgentName, string>> {
	const values: Partial<Record<AgentName, string>> = {};
	for (const issue of found) {
		if (issue.source !== "native" && issue[field] !== "") values[issue.source] ??= issue[field];
	}
	return values;
}

type Draft = Omit<MergedIssue, "id">;

/** The proposal that more agents share than any other, or nobody's. */
function leadingProposal(found: readonly FoundIssue[], similarity: number): Proposal {
	const [best, second] = proposalsOf(found, similarity);
	if (best === undefined || best.agents.length === second?.agents.length) return { answer: "", agents: [] };
	return best;
}

function mergeOne(found: readonly [FoundIssue, ...FoundIssue[]], roster: number, similarity: number): Draft {
	const agents = agentNames.filter((name) => found.some(({ source }) => source === name));
	const best = leadingProposal(found, similarity);
	const agreement = best.agents.length / Math.max(roster, agents.length, 1);
	const leading = found.find(({ source }) => source === best.agents[0]) ?? found[0];
	const fix = leading.suggestedFix ?? found.find(({ suggestedFix }) => suggestedFix !== undefined)?.suggestedFix;
	const magnitudes = found.map(({ magnitude }) => magnitude);
	const resolvabilities = found.map(({ resolvability }) => resolvability);
	return {
		gate: found[0].gate,
		question: leading.question,
		context: found.map(({ context }) => context).find((context) => context !== "") ?? "",
		agents,
		native: found.some(({ source }) => source === "native"),
		answers: byAgent(found, "answer"),
		reasoning: byAgent(found, "reasoning"),
		majorityAnswer: best.answer,
		agreement,
		confidence: confidenceOf(agreement),
		magnitude: gravest(magnitudeOrder, magnitudes) ?? "minor",
		resolvability: gravest(cautionOrder, resolvabilities) ?? "need-human",
		...(fix === undefined ? {} : { suggestedFix: fix }),
		affectedArtifacts: [...new Set(found.flatMap(({ affectedArtifacts }) => affectedArtifacts))],
		found,
	};
}

/** The issues of each source, agents in their order. */
function bySource(found: readonly FoundIssue[]): readonly (readonly FoundIssue[])[] {
	return [...agentNames, "native" as const]
		.map((name) => found.filter(({ source }) => source === name))
		.filter(({ length }) => length > 0);
}

/**
 * Merges issues of any number of gates and sources. An agent's place in `gateRoster` counts in the agreement whether it
 * found the issue or not. Gravest first, then by agreement, then as found.
 */
export function mergeIssues(
	found: readonly FoundIssue[],
	config: Pick<SpecKitConfig, "gateRoster" | "consensus">,
): readonly MergedIssue[] {
	const sources = bySource(found);
	const { similarity } = config.consensus;
	const { clusters } = alignItems(
		sources.map((issues) => ({ items: issues.map(toAlignItem) })),
		similarity,
	);
	const roster = new Set(config.gateRoster).size;
	const drafts = clusters.flatMap((cluster) => {
		const members = cluster.flatMap(({ voter, item }) => sources[voter]?.[item] ?? []);
		const [first, ...others] = members;
		return first === undefined ? [] : [mergeOne([first, ...others], roster, similarity)];
	});
	const weight = ({ magnitude }: Draft): number => magnitudeOrder.indexOf(magnitude);
	return drafts
		.map((draft, index) => ({ draft, index }))
		.sort(
			(left, right) =>
				weight(left.draft) - weight(right.draft) ||
				right.draft.agreement - left.draft.agreement ||
				left.index - right.index,
		)
		.map(({ draft }, index) => ({ ...draft, id: `${draft.gate}-${index + 1}` }));
}
