// The checks that cost nothing: what can be seen in the packet's documents without a model. Deterministic; an issue names
// its place, and never proposes an answer that only a person can know. Native issues are no votes.

import { requirementIds } from "../consensus/core-lists.ts";
import type { FoundIssue } from "../issue.ts";
import type { Gate } from "../stage.ts";
import { coverageIssues } from "./coverage-issues.ts";
import { findSection, type MarkdownDocument, plainLine, readMarkdown } from "./markdown.ts";
import type { NativeFinding, PacketDocuments } from "./native-finding.ts";

/** Words that leave open how much, how well or when, and what to ask about each. */
const vagueWords: readonly (readonly [words: string, ask: string])[] = [
	["fast|quick|quickly|performant|responsive|snappy|efficient|efficiently|low latency", "How fast, in numbers?"],
	["scalable|scales well|high load|many users|large amounts", "Up to which load, in numbers?"],
	["robust|reliable|stable|resilient|highly available", "How reliable, in numbers?"],
	["secure|safe|safely|securely", "Against what, and how is it tested?"],
	["user-friendly|intuitive|easy|easily|simple|seamless|seamlessly|nice|modern", "By what is that recognised?"],
	[
		"appropriate|appropriately|adequate|sufficient|reasonable|suitable|proper|properly|relevant",
		"What exactly is meant?",
	],
	["some|several|various|a few|many|most", "How many, or which?"],
	["soon|timely|periodically|regularly|occasionally|in a timely manner", "When, or how often?"],
	[
		"as needed|if necessary|where possible|if possible|as appropriate|when needed|as far as possible",
		"In which cases?",
	],
	["etc|and so on|and/or|among others", "What else belongs to it?"],
];

const openMarks = /\b(?:TBD|TODO|FIXME|TBC|XXX)\b|\?\?\?|\[NEEDS CLARIFICATION(?::\s*([^\]]*))?\]/g;
const measurable = /\d|\b(?:each|every|exactly|always|never|only|none|all|no)\b/i;
const obligation = /\b(?:must|shall|should|will|has to|have to|needs? to|can|may|is|are)\b/i;

interface VaguePattern {
	readonly pattern: RegExp;
	readonly ask: string;
}

let vaguePatterns: readonly VaguePattern[] | undefined;

function patterns(): readonly VaguePattern[] {
	vaguePatterns ??= vagueWords.map(([words, ask]) => ({
		pattern: new RegExp(`(?<![\\w-])(?:${words})(?![\\w-])`, "i"),
		ask,
	}));
	return vaguePatterns;
}

/** Whether a line is a requirement or a criterion: it has an id, or is a bullet that obliges. */
function isRequirement(text: string): boolean {
	const plain = plainLine(text);
	if (requirementIds(plain.slice(0, 24)).length > 0) return true;
	return /^\s*(?:[-*+]|\d+[.)])\s/.test(text) && /\b(?:must|shall|should|has to|have to)\b/i.test(plain);
}

function contentLines(document: MarkdownDocument): readonly { readonly text: string; readonly number: number }[] {
	return document.lines.flatMap(({ text, code, level }, index) =>
		code || level !== undefined || text.trim() === "" ? [] : [{ text, number: index + 1 }],
	);
}

// A line is quoted whole up to this length.
const maxQuote = 160;

function quote(text: string): string {
	const plain = plainLine(text);
	const letters = Array.from(plain);
	return letters.length > maxQuote ? `${letters.slice(0, maxQuote).join("")}…` : plain;
}

function vagueFindings(artifact: string, document: MarkdownDocument): readonly NativeFinding[] {
	return contentLines(document).flatMap(({ text, number }): NativeFinding[] => {
		if (!isRequirement(text)) return [];
		// Code and quotations name things; their words are not ours to judge.
		const judged = text.replaceAll(/`[^`]*`|"[^"]*"/g, "");
		const found = patterns().flatMap(({ pattern, ask }) => {
			const word = pattern.exec(judged)?.[0];
			return word === undefined ? [] : [{ word, ask }];
		});
		const [first] = found;
		if (first === undefined || /\d/.test(judged.replaceAll(/\b(?:NFR|FR|SC|US|AC|EC|REQ|R)[-_ ]?\d+/gi, ""))) return [];
		return [
			{
				question: `"${first.word}" in "${quote(text)}": ${first.ask}`,
				context: `${artifact}:${number}`,
				reasoning: `${found.map(({ word }) => `"${word}"`).join(", ")} cannot be tested`,
				magnitude: "important",
				resolvability: "need-human",
				artifact,
			},
		];
	});
}

function openFindings(artifact: string, document: MarkdownDocument): readonly NativeFinding[] {
	return contentLines(document).flatMap(({ text, number }) =>
		[...text.matchAll(openMarks)].map(
			(match): NativeFinding => ({
				question: (match[1] ?? "").trim() || `What belongs in the place of ${match[0]} in "${quote(text)}"?`,
				context: `${artifact}:${number}`,
				reasoning: "The document itself marks it as open",
				magnitude: "important",
				resolvability: "need-human",
				artifact,
			}),
		),
	);
}

interface NeededSection {
	/** What a reader calls it. */
	readonly title: string;
	/** Titles that count, in lower case. */
	readonly names: readonly string[];
}

const neededSections: Readonly<Record<keyof PacketDocuments, readonly NeededSection[]>> = {
	spec: [
		{ title: "User Scenarios", names: ["user scenarios", "user stories", "scenarios", "user scenarios & testing"] },
		{ title: "Requirements", names: ["requirements", "functional requirements"] },
		{ title: "Success Criteria", names: ["success criteria", "acceptance criteria"] },
		{ title: "Edge Cases", names: ["edge cases"] },
	],
	prd: [
		{ title: "Problem Statement", names: ["problem statement", "problem", "background"] },
		{ title: "Goals", names: ["goals", "objectives"] },
		{ title: "Non-Goals", names: ["non-goals", "non goals", "out of scope"] },
		{ title: "Functional Requirements", names: ["functional requirements", "requirements"] },
	],
	plan: [
		{ title: "Work Breakdown", names: ["work breakdown"] },
		{ title: "Acceptance Mapping", names: ["acceptance mapping"] },
		{ title: "Risks & Unknowns", names: ["risks & unknowns", "risks and unknowns", "risks"] },
	],
	tasks: [],
	constitution: [],
};

const fileNames: Readonly<Record<keyof PacketDocuments, string>> = {
	spec: "spec.md",
	prd: "PRD.md",
	plan: "plan.md",
	tasks: "tasks.md",
	constitution: "memory/constitution.md",
};

function sectionFindings(kind: keyof PacketDocuments, document: MarkdownDocument): readonly NativeFinding[] {
	const artifact = fileNames[kind];
	return neededSections[kind].flatMap(({ title, names }): NativeFinding[] => {
		const section = findSection(document, names);
		const filled =
			section !== undefined &&
			document.lines
				.slice(section.start + 1, section.end)
				.some(({ text, level }) => level === undefined && !/^\s*(?:\[[A-Z_ ]+\]|<!--.*-->)?\s*$/.test(text));
		if (filled) return [];
		return [
			{
				question: `What belongs in the section "${title}" of ${artifact}?`,
				context: section === undefined ? artifact : `${artifact}:${section.start + 1}`,
				reasoning: section === undefined ? "The section is missing" : "The section is empty",
				magnitude: title === "Edge Cases" || title === "Non-Goals" ? "minor" : "important",
				resolvability: "need-human",
				artifact,
			},
		];
	});
}

/** Requirements and criteria that nobody could test: no obligation, or nothing to observe. */
function untestableFindings(artifact: string, document: MarkdownDocument): readonly NativeFinding[] {
	const criteria = findSection(document, ["success criteria", "acceptance criteria"]);
	return contentLines(document).flatMap(({ text, number }): NativeFinding[] => {
		const inCriteria =
			criteria !== undefined &&
			number - 1 > criteria.start &&
			number - 1 < criteria.end &&
			/^\s*(?:[-*+]|\d+[.)])\s/.test(text);
		if (!inCriteria && requirementIds(plainLine(text).slice(0, 24)).length === 0) return [];
		if (/^\s*\|/.test(text)) return [];
		const words = plainLine(text).replaceAll(/\b(?:NFR|FR|SC|US|AC|EC|REQ|R)[-_ ]?\d+/gi, "");
		const given = /\bgiven\b.*\bwhen\b.*\bthen\b/i.test(words);
		if (given || (inCriteria ? measurable.test(words) : obligation.test(words))) return [];
		return [
			{
				question: `How is "${quote(text)}" tested?`,
				context: `${artifact}:${number}`,
				reasoning: inCriteria ? "The criterion names nothing to measure" : "The requirement obliges nobody to anything",
				magnitude: inCriteria ? "important" : "minor",
				resolvability: "need-human",
				artifact,
			},
		];
	});
}

function duplicateIdFindings(artifact: string, document: MarkdownDocument): readonly NativeFinding[] {
	const first = new Map<string, { readonly number: number; readonly text: string }>();
	return contentLines(document).flatMap(({ text, number }): NativeFinding[] => {
		const id = /^(?:NFR|FR|SC|AC|EC|REQ|R)[-_ ]?\d+\b/i.exec(plainLine(text).replace(/^\|\s*/, ""))?.[0];
		const [known] = id === undefined ? [] : requirementIds(id);
		if (known === undefined) return [];
		const before = first.get(known);
		first.set(known, before ?? { number, text: plainLine(text) });
		if (before === undefined || before.text === plainLine(text)) return [];
		return [
			{
				question: `${known} stands for two requirements in ${artifact}: which one keeps the id?`,
				context: `${artifact}:${before.number} and :${number}`,
				reasoning: "An id must name one requirement",
				magnitude: "important",
				resolvability: "need-human",
				artifact,
			},
		];
	});
}

function findingsOf(gate: Gate, documents: PacketDocuments): readonly NativeFinding[] {
	const kinds = (["spec", "prd"] as const).flatMap((kind) => {
		const text = documents[kind];
		return text === undefined ? [] : [{ kind, artifact: fileNames[kind], document: readMarkdown(text) }];
	});
	switch (gate) {
		case "clarify":
			return kinds.flatMap(({ artifact, document }) => [
				...openFindings(artifact, document),
				...vagueFindings(artifact, document),
			]);
		case "checklist":
			return kinds.flatMap(({ kind, artifact, document }) => [
				...sectionFindings(kind, document),
				...untestableFindings(artifact, document),
				...duplicateIdFindings(artifact, document),
			]);
		case "analyze":
			return [
				...coverageIssues(documents),
				...(documents.plan === undefined ? [] : sectionFindings("plan", readMarkdown(documents.plan))),
			];
	}
}

/**
 * The native checks of a gate. Clarify: open marks, vague words. Checklist: missing or empty sections, untestable
 * criteria, ids used twice. Analyze: requirements that plan or tasks do not cover, references to what does not exist,
 * missing sections of the plan. In the order of the documents; ids `native-<gate>-<n>`.
 */
export function nativeIssues(gate: Gate, documents: PacketDocuments): readonly FoundIssue[] {
	return findingsOf(gate, documents).map(({ artifact, ...finding }, index) => ({
		id: `native-${gate}-${index + 1}`,
		gate,
		source: "native",
		answer: finding.suggestedFix ?? "",
		confidence: "high",
		affectedArtifacts: [artifact],
		...finding,
	}));
}
