// Ids across documents: what the spec requires and nobody plans, what tasks name and does not exist. Reads ids only.

import { requirementIds } from "../consensus/core-lists.ts";
import { plainLine, readMarkdown } from "./markdown.ts";
import type { NativeFinding, PacketDocuments } from "./native-finding.ts";

/** Requirement ids that a document defines: they begin a line, a bullet or a table row. In order, each once. */
function definedIds(text: string): readonly string[] {
	const found = new Set<string>();
	for (const { text: line, code } of readMarkdown(text).lines) {
		if (code) continue;
		const start = plainLine(line.replace(/^\s*#+\s*/, "")).replace(/^\|\s*/, "");
		const id = /^(?:NFR|FR|SC|AC|REQ|R)[-_ ]?\d+\b/i.exec(start)?.[0];
		for (const known of id === undefined ? [] : requirementIds(id)) found.add(known);
	}
	return [...found];
}

/** All requirement ids that a text names outside code. */
function namedIds(text: string): ReadonlySet<string> {
	const lines = readMarkdown(text).lines.filter(({ code }) => !code);
	return new Set(requirementIds(lines.map(({ text: line }) => line).join("\n")));
}

// Stories and criteria are covered through the requirements they belong to.
const mustBeCovered = /^(?:NFR|FR|REQ|R)-/;

function uncovered(ids: readonly string[], artifact: string, text: string): readonly NativeFinding[] {
	const named = namedIds(text);
	return ids
		.filter((id) => mustBeCovered.test(id) && !named.has(id))
		.map(
			(id): NativeFinding => ({
				question: `${id} is not covered by ${artifact}`,
				context: artifact,
				reasoning: `${id} is required, and ${artifact} does not name it`,
				magnitude: "important",
				resolvability: "suggest-fix",
				artifact,
			}),
		);
}

function unknownIds(known: ReadonlySet<string>, artifact: string, text: string): readonly NativeFinding[] {
	return [...namedIds(text)]
		.filter((id) => mustBeCovered.test(id) && !known.has(id))
		.map(
			(id): NativeFinding => ({
				question: `${artifact} names ${id}, which no requirement has: what is meant?`,
				context: artifact,
				reasoning: "The id is in neither spec.md nor PRD.md",
				magnitude: "important",
				resolvability: "need-human",
				artifact,
			}),
		);
}

const taskLine = /^\s*[-*+]\s+\[[ xX]\]\s+\**(T\d+)\b/;

function taskFindings(text: string): readonly NativeFinding[] {
	const lines = readMarkdown(text).lines.filter(({ code }) => !code);
	const counts = new Map<string, number>();
	for (const { text: line } of lines) {
		const id = taskLine.exec(line)?.[1];
		if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
	}
	if (counts.size === 0) return [];
	const finding = (question: string, reasoning: string): NativeFinding => ({
		question,
		context: "tasks.md",
		reasoning,
		magnitude: "important",
		resolvability: "need-human",
		artifact: "tasks.md",
	});
	const named = new Set(lines.flatMap(({ text: line }) => line.match(/\bT\d{2,}\b/g) ?? []));
	return [
		...[...counts].flatMap(([id, count]) =>
			count < 2
				? []
				: [finding(`${id} stands for ${count} tasks: which one keeps the number?`, "A number must name one task")],
		),
		...[...named].flatMap((id) =>
			counts.has(id)
				? []
				: [finding(`tasks.md refers to ${id}, which is no task: what is meant?`, "No task has this number")],
		),
	];
}

/** What does not fit together between the documents. Compares only documents that exist. */
export function coverageIssues({ spec, prd, plan, tasks }: PacketDocuments): readonly NativeFinding[] {
	const required = [
		...new Set([...(spec === undefined ? [] : definedIds(spec)), ...(prd === undefined ? [] : definedIds(prd))]),
	];
	const known = new Set([...required, ...namedIds(spec ?? ""), ...namedIds(prd ?? "")]);
	return [
		...(spec === undefined || prd === undefined ? [] : uncovered(definedIds(prd), "spec.md", spec)),
		...(plan === undefined || required.length === 0
			? []
			: [...uncovered(required, "plan.md", plan), ...unknownIds(known, "plan.md", plan)]),
		...(tasks === undefined || required.length === 0
			? []
			: [...uncovered(required, "tasks.md", tasks), ...unknownIds(known, "tasks.md", tasks)]),
		...(tasks === undefined ? [] : taskFindings(tasks)),
	];
}
