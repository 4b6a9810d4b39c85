// The book of one reading of a script: what was found, and which parts of the text are accounted for. A character that
// nobody claims and that does not only separate is unknown syntax. Must not know the tree.

import { isSeparation, type Span } from "./gap.ts";
import type { Construct, ShellLanguage, SimpleCommand } from "./shell-script.ts";

const maxProblems = 8;

/** What is collected from a script and from the substitutions in it. */
export interface Collector {
	readonly language: ShellLanguage;
	readonly commands: SimpleCommand[];
	readonly constructs: Set<Construct>;
	readonly problems: string[];
	/** How many of `commands` fetch from the network. */
	downloads: number;
	/** How many here-documents there are. */
	hereDocuments: number;
}

/** One text that a tree's positions point into; a substitution in escaped backticks has its own. */
export interface Region {
	readonly collector: Collector;
	readonly source: string;
	readonly start: number;
	readonly end: number;
	/** Parts of the source that are accounted for. */
	readonly claimed: Span[];
	readonly nesting: number;
}

/** Says once, and at most eight times in all, that something is not understood. */
export function report(collector: Collector, problem: string): void {
	if (collector.problems.length < maxProblems && !collector.problems.includes(problem))
		collector.problems.push(problem);
}

/** Every character of the region belongs to a claimed part, or only separates. */
export function checkCoverage(region: Region): void {
	const { claimed, source, collector } = region;
	claimed.sort((left, right) => left.start - right.start || left.end - right.end);
	let at = region.start;
	for (const span of claimed) {
		if (span.end <= at && span.start < at) continue;
		if (span.start < at) report(collector, "two readings of the same text");
		else if (!isSeparation(source, { start: at, end: span.start })) return reportText(region, at, span.start);
		at = Math.max(at, span.end);
	}
	if (!isSeparation(source, { start: at, end: region.end })) reportText(region, at, region.end);
}

/** Says that a part of the text is not understood. */
export function reportText({ collector, source }: Region, start: number, end: number): void {
	report(collector, `unknown syntax at ${JSON.stringify(source.slice(start, Math.min(end, start + 40)))}`);
}

/** Accounts for a part of the text. */
export function claim(region: Region, start: number, end: number): void {
	region.claimed.push({ start, end });
}

/** Claims one character that must be there. */
export function claimCharacter(region: Region, at: number, character: string): void {
	if (region.source.charAt(at) === character) claim(region, at, at + 1);
	else reportText(region, at, at + 1);
}
