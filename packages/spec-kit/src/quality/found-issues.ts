// Reads the answers of gate agents, in any of the shapes that prompts ever asked for, into one shape. Lenient in form,
// strict in caution: what an answer leaves out is read as the more careful value.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import { firstText, isJsonObject, itemsOf, textOf, textsOf } from "../consensus/json.ts";
import type { Confidence, FoundIssue, Magnitude, Resolvability } from "../issue.ts";
import type { Gate } from "../stage.ts";

// Below this a scored requirement is an issue; the older checklist prompt says so.
const passingScore = 6;
// Below this it is an important one, and its score makes it critical only with an agent's word.
const poorScore = 4;

const magnitudes: ReadonlyMap<string, Magnitude> = new Map([
	["critical", "critical"],
	["blocker", "critical"],
	["high", "important"],
	["important", "important"],
	["major", "important"],
	["medium", "important"],
]);

function magnitudeOf(word: string): Magnitude {
	return magnitudes.get(word.toLowerCase()) ?? "minor";
}

function confidenceOf(word: string): Confidence {
	const plain = word.toLowerCase();
	return plain === "high" || plain === "medium" ? plain : "low";
}

function resolvabilityOf(word: string): Resolvability {
	const plain = word.toLowerCase().replaceAll(/[_ ]/g, "-");
	return plain === "auto-fix" || plain === "suggest-fix" ? plain : "need-human";
}

/** Answers that only say that there is none. */
function realAnswer(text: string): string {
	return /^(?:unknown|none|null|n\/?a|tbd|\?|-)?[.]?$/i.test(text.trim()) ? "" : text.trim();
}

function baseOf(gate: Gate, source: AgentName, item: JsonObject, index: number) {
	const fix = realAnswer(firstText(item, ["suggested_fix", "suggested_improvement"]));
	return {
		id: textOf(item, "id") || `${source}-${index + 1}`,
		gate,
		source,
		confidence: confidenceOf(textOf(item, "confidence")),
		resolvability: resolvabilityOf(textOf(item, "resolvability")),
		context: textOf(item, "context"),
		reasoning: textOf(item, "reasoning"),
		...(fix === "" ? {} : { suggestedFix: fix }),
		affectedArtifacts: textsOf(item, "affected_artifacts"),
		fix,
	};
}

function fromIssue(gate: Gate, source: AgentName, item: JsonObject, index: number): readonly FoundIssue[] {
	const { fix, ...base } = baseOf(gate, source, item, index);
	const question = firstText(item, ["question", "description", "text"]);
	if (question === "") return [];
	const type = textOf(item, "type");
	return [
		{
			...base,
			question,
			answer: realAnswer(textOf(item, "answer")) || fix,
			magnitude: magnitudeOf(firstText(item, ["magnitude", "severity"])),
			context: base.context || type,
		},
	];
}

/** A scored requirement, which is an issue when its score does not pass. */
function fromRequirement(gate: Gate, source: AgentName, item: JsonObject, index: number): readonly FoundIssue[] {
	const overall = Number.parseFloat(textOf(item, "overall"));
	const poor = Number.isFinite(overall) ? overall < passingScore : item["needs_improvement"] === true;
	const text = textOf(item, "text");
	if (!poor || text === "") return [];
	const { fix, ...base } = baseOf(gate, source, item, index);
	const scores = item["scores"];
	const parts = isJsonObject(scores) ? Object.keys(scores).map((name) => `${name} ${textOf(scores, name)}`) : [];
	const id = textOf(item, "id");
	return [
		{
			...base,
			question: id === "" || text.includes(id) ? text : `${id}: ${text}`,
			answer: fix,
			magnitude: Number.isFinite(overall) && overall < poorScore ? "important" : "minor",
			context: base.context || parts.join(", "),
		},
	];
}

/**
 * The issues in one agent's answer to a gate. Takes `issues` in the normalised shape or as typed findings
 * (`description`, `severity`), scored `requirements` (those under 6 of 10), and any mix. What is left out reads as: low
 * confidence, minor, need-human, no answer. Entries without words are left out.
 */
export function foundIssues(gate: Gate, agent: AgentName, answer: JsonObject): readonly FoundIssue[] {
	return [
		...itemsOf(answer, "issues").flatMap((item, index) => fromIssue(gate, agent, item, index)),
		...itemsOf(answer, "requirements").flatMap((item, index) => fromRequirement(gate, agent, item, index)),
	];
}
