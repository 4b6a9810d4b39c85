// Writes an answer into the document that it concerns. The new text is checked before it is given back: it changed, it
// kept every heading, its code blocks and its end of line. On any doubt the document stays as it was, with the reason.

import { requirementIds } from "../consensus/core-lists.ts";
import type { Gate } from "../stage.ts";
import {
	findSection,
	type MarkdownDocument,
	type MarkdownSection,
	plainLine,
	readMarkdown,
	sectionsOf,
	writeMarkdown,
} from "./markdown.ts";
import type { MergedIssue } from "./merged-issue.ts";

/** One changed line. */
export interface ResolutionChange {
	/** From 1, in the new text. */
	readonly line: number;
	readonly kind: "added" | "modified";
	/** What stood there before; absent for an added line. */
	readonly old?: string;
	readonly text: string;
}

/** What became of a document. */
export type ResolutionResult =
	| { readonly text: string; readonly changes: readonly ResolutionChange[] }
	| { readonly error: string };

/** What applying an answer needs to know of its issue. */
export type ResolvableIssue = Pick<MergedIssue, "gate" | "question" | "context" | "suggestedFix" | "affectedArtifacts">;

const defaultTarget: Readonly<Record<Gate, readonly string[]>> = {
	clarify: ["spec.md", "PRD.md"],
	checklist: ["spec.md", "PRD.md"],
	analyze: ["spec.md", "PRD.md"],
};

const fileOf = (path: string): string => (path.split("/").at(-1) ?? path).toLowerCase();

/**
 * The document of the packet that an answer belongs in: the first that the issue names among `available` (paths relative
 * to the repository), else the spec, else the PRD. `undefined` when none of these exists.
 */
export function resolutionTarget(issue: ResolvableIssue, available: readonly string[]): string | undefined {
	for (const wanted of [...issue.affectedArtifacts, ...defaultTarget[issue.gate]]) {
		const plain = wanted.replace(/:\d+$/, "");
		const found = available.find((path) => path === plain) ?? available.find((path) => fileOf(path) === fileOf(plain));
		if (found !== undefined) return found;
	}
	return undefined;
}

/** An answer as one line of Markdown: no line ends, no heading, nothing that opens a block. */
function oneLine(answer: string): string {
	return answer
		.replaceAll(/\s+/g, " ")
		.replaceAll(/^(?:#{1,6}|>|[-*+]|`{3,}|~{3,})\s+/g, "")
		.trim();
}

interface Draft {
	readonly texts: string[];
	readonly changes: ResolutionChange[];
}

function draftOf(document: MarkdownDocument): Draft {
	return { texts: document.lines.map(({ text }) => text), changes: [] };
}

function modify(draft: Draft, index: number, text: string): void {
	const old = draft.texts[index] ?? "";
	if (old === text) return;
	draft.texts[index] = text;
	draft.changes.push({ line: index + 1, kind: "modified", old, text });
}

function insert(draft: Draft, index: number, texts: readonly string[]): void {
	draft.texts.splice(index, 0, ...texts);
	for (const [offset, text] of texts.entries()) draft.changes.push({ line: index + offset + 1, kind: "added", text });
}

/** The position past the last line of a section's own text, its subsections and blank lines left out. */
function endOfText(document: MarkdownDocument, section: MarkdownSection): number {
	const sub = document.lines.findIndex(({ level }, index) => index > section.start && level !== undefined);
	let end = sub < 0 ? section.end : Math.min(sub, section.end);
	while (end > section.start + 1 && document.lines[end - 1]?.text.trim() === "") end -= 1;
	return end;
}

/** Adds a bullet at the end of a section's own lines; makes the section at the end of the document when it is missing. */
function addBullet(draft: Draft, document: MarkdownDocument, names: readonly string[], bullet: string): void {
	const section = findSection(document, names);
	if (section === undefined) {
		const title = (names[0] ?? "notes").replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
		const blank = draft.texts.at(-1)?.trim() === "" ? [] : [""];
		insert(draft, draft.texts.length, [...blank, `## ${title}`, "", bullet]);
		return;
	}
	const end = endOfText(document, section);
	const [before, next] = [document.lines[end - 1], document.lines[end]];
	const continues = before !== undefined && !before.code && /^\s*(?:[-*+]|\d+[.)])\s/.test(before.text);
	const after = next === undefined || next.text.trim() === "" ? [] : [""];
	insert(draft, end, [...(continues ? [] : [""]), bullet, ...after]);
}

/** The line that states the requirement an issue is about: by the id in the question, or by its words. */
function requirementLine(document: MarkdownDocument, issue: ResolvableIssue): number {
	const [id] = requirementIds(issue.question);
	if (id !== undefined) {
		const byId = document.lines.findIndex(
			({ text, code, level }) =>
				!code &&
				level === undefined &&
				requirementIds(
					plainLine(text)
						.replace(/^\|\s*/, "")
						.slice(0, id.length + 6),
				)[0] === id,
		);
		if (byId >= 0) return byId;
	}
	const wanted = plainLine(issue.question);
	return document.lines.findIndex(({ text, code, level }) => {
		const plain = plainLine(text);
		return !code && level === undefined && plain.length >= 12 && (plain === wanted || wanted.includes(plain));
	});
}

function clarify(draft: Draft, document: MarkdownDocument, issue: ResolvableIssue, answer: string): void {
	addBullet(draft, document, ["clarifications"], `- Q: ${oneLine(issue.question)} → A: ${answer}`);
	const line = requirementLine(document, issue);
	const text = document.lines[line]?.text;
	if (text === undefined || /^\s*\|/.test(text)) return;
	// The line may have moved: the section of clarifications can stand above it.
	const moved = draft.texts.indexOf(text);
	if (moved >= 0) modify(draft, moved, `${text.trimEnd()} (clarified: ${answer})`);
}

/** Rewrites the requirement's line, keeping its bullet, emphasis of the id, and the id. */
function rewrite(draft: Draft, document: MarkdownDocument, issue: ResolvableIssue, answer: string): string | undefined {
	const line = requirementLine(document, issue);
	const text = document.lines[line]?.text;
	if (text === undefined) return "no line of the document states this requirement";
	if (/^\s*\|/.test(text)) return "the requirement stands in a table: its cell must be edited by hand";
	const lead =
		/^(\s*(?:>\s*)*(?:[-*+]\s+|\d+[.)]\s+)?(?:\[[ xX]\]\s+)?)((?:\*\*|__)?(?:NFR|FR|SC|US|AC|EC|REQ|R)[-_ ]?\d+(?:\*\*|__)?[:.)]?(?:\*\*|__)?\s*)?/i.exec(
			text,
		);
	const bare = answer.replace(/^(?:NFR|FR|SC|US|AC|EC|REQ|R)[-_ ]?\d+\s*[:.)]\s*/i, "");
	modify(draft, line, `${lead?.[1] ?? ""}${lead?.[2] ?? ""}${bare}`);
	return undefined;
}

/** Two terms of which the second is to stand for the first: `X → Y`, `replace X with Y`, `use Y instead of X`. */
export function terminologyOf(text: string): { readonly old: string; readonly next: string } | undefined {
	const clean = (term: string | undefined): string => (term ?? "").replaceAll(/^["'`“”‘’\s]+|["'`“”‘’.\s]+$/g, "");
	const verb = String.raw`(?:replace|rename|change)\s+`;
	const forward =
		new RegExp(String.raw`^\s*(?:${verb})?([^→\n]+?)\s*(?:→|->)\s*(.+)$`, "i").exec(text) ??
		new RegExp(String.raw`\b${verb}(.+?)\s+(?:with|by|to)\s+(.+)$`, "i").exec(text);
	const backward = /\buse\s+(.+?)\s+instead of\s+(.+)$/i.exec(text);
	const [old, next] =
		backward === null ? [clean(forward?.[1]), clean(forward?.[2])] : [clean(backward[2]), clean(backward[1])];
	return old === "" || next === "" || old === next || old.length > 60 || next.length > 60 ? undefined : { old, next };
}

function escapeRegExp(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

// Code and addresses: a term in them is a name of something else.
const untouched = /(`[^`]*`|\]\([^)]*\)|https?:\/\/\S+)/;

/** Replaces whole words outside code and addresses, keeping a capital first letter. */
function replaceTerm(
	draft: Draft,
	document: MarkdownDocument,
	{ old, next }: { readonly old: string; readonly next: string },
): void {
	const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])${escapeRegExp(old)}(?![\\p{L}\\p{N}_])`, "giu");
	const swap = (found: string): string =>
		/^\p{Lu}/u.test(found) && !/^\p{Lu}/u.test(next) ? next.charAt(0).toUpperCase() + next.slice(1) : next;
	for (const [index, { text, code }] of document.lines.entries()) {
		if (code) continue;
		const pieces = text.split(untouched);
		modify(
			draft,
			index,
			pieces.map((piece) => (untouched.test(piece) ? piece : piece.replace(pattern, swap))).join(""),
		);
	}
}

function isTerminology({ question, context }: ResolvableIssue): boolean {
	return /\bterminolog|\bterms?\b|\bnaming\b/i.test(`${context} ${question}`);
}

function isMissing({ question, context }: ResolvableIssue): boolean {
	return /\bmissing|\bnot covered|\bcoverage|\bno task|\bnot defined|\bis absent|\black/i.test(
		`${context} ${question}`,
	);
}

function analyze(draft: Draft, document: MarkdownDocument, issue: ResolvableIssue, answer: string): string | undefined {
	const terms = isTerminology(issue) ? (terminologyOf(answer) ?? terminologyOf(issue.suggestedFix ?? "")) : undefined;
	if (terms !== undefined) {
		replaceTerm(draft, document, terms);
		return draft.changes.length === 0 ? `the document does not use "${terms.old}"` : undefined;
	}
	const target = fileOf(issue.affectedArtifacts[0] ?? "spec.md");
	const places: readonly string[] =
		target === "tasks.md"
			? ["open points", "notes"]
			: target === "plan.md"
				? ["work breakdown", "notes"]
				: ["functional requirements", "requirements"];
	if (isMissing(issue)) addBullet(draft, document, places, `- ${answer}`);
	else addBullet(draft, document, ["notes"], `- ${oneLine(issue.question)}: ${answer}`);
	return undefined;
}

function headingsOf(document: MarkdownDocument): readonly string[] {
	return sectionsOf(document).map(({ start }) => document.lines[start]?.text ?? "");
}

/** Why the new text may not replace the old one, or `undefined`. Headings may be added, never lost. */
function faultOf(before: MarkdownDocument, after: MarkdownDocument, renamed: boolean): string | undefined {
	const code = ({ lines }: MarkdownDocument): string =>
		lines.flatMap((line) => (line.code ? [line.text] : [])).join("\n");
	if (code(before) !== code(after)) return "the edit would change a code block";
	const kept = headingsOf(after);
	if (kept.length === 0) return "the document would have no heading";
	if (renamed) return kept.length === headingsOf(before).length ? undefined : "the edit would change the sections";
	let next = 0;
	for (const title of headingsOf(before)) {
		next = kept.indexOf(title, next) + 1;
		if (next === 0) return `the edit would lose the heading "${title}"`;
	}
	return undefined;
}

/**
 * Applies an answer to the text of the document that `resolutionTarget` names.
 *
 * - clarify: a bullet in "Clarifications", and a note behind the requirement's line
 * - checklist: the requirement's line in the answer's words, its id kept
 * - analyze: a term replaced throughout, a missing item added to its section, anything else a bullet in "Notes"
 *
 * Never throws. Line ends and the end of the file stay. `error` says why nothing was changed.
 */
export function applyResolution(document: string, issue: ResolvableIssue, answer: string): ResolutionResult {
	const words = oneLine(answer);
	if (words === "") return { error: "the answer is empty" };
	const before = readMarkdown(document);
	if (headingsOf(before).length === 0) return { error: "the document has no heading" };
	const draft = draftOf(before);
	let error: string | undefined;
	if (issue.gate === "clarify") clarify(draft, before, issue, words);
	else if (issue.gate === "checklist") error = rewrite(draft, before, issue, words);
	else error = analyze(draft, before, issue, words);
	if (error !== undefined) return { error };
	const text = writeMarkdown(draft.texts, before);
	if (draft.changes.length === 0 || text === document) return { error: "the document says so already" };
	const renamed = draft.changes.every(({ kind }) => kind === "modified");
	const fault = faultOf(before, readMarkdown(text), renamed);
	if (fault !== undefined) return { error: fault };
	return { text, changes: [...draft.changes].sort((left, right) => left.line - right.line) };
}
