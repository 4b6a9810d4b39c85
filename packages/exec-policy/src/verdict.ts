// What the policy says of a command, as data: one verdict, and why. Types and their order only.

import type { RuleMatch } from "./rules/rule.ts";

/**
 * What the policy says, from the mildest to the strictest.
 *
 * - `safe`: known to read and print only
 * - `allow`: a rule permits it
 * - `ask`: nothing speaks for it and nothing against it; the approval policy and the sandbox decide
 * - `prompt`: a person has to be asked each time: a rule says so, or the text is not understood; with nobody there, no
 * - `dangerous`: known to destroy or to step out of what can be confined; asked each time, with the reason
 * - `forbidden`: a rule forbids it; never run
 */
export type Verdict = "safe" | "allow" | "ask" | "prompt" | "dangerous" | "forbidden";

const order: Readonly<Record<Verdict, number>> = { safe: 0, allow: 1, ask: 2, prompt: 3, dangerous: 4, forbidden: 5 };

/** Whether `verdict` is at least as strict as `limit`. */
export function isAtLeast(verdict: Verdict, limit: Verdict): boolean {
	return order[verdict] >= order[limit];
}

/** The stricter of two verdicts. */
export function stricter(left: Verdict, right: Verdict): Verdict {
	return order[left] >= order[right] ? left : right;
}

/** The verdict on one simple command, wherever in the script it stands. */
export interface CommandJudgement {
	/** As written; for a command inside another one, its words. */
	readonly text: string;
	/** Program and arguments; undefined when a word is not known before the command runs. */
	readonly argv: readonly string[] | undefined;
	readonly verdict: Verdict;
	/** Sentences without a period; empty only for `safe`. */
	readonly reasons: readonly string[];
	/** Rules that matched, the strictest first. */
	readonly matches: readonly RuleMatch[];
	/** 0 for a command of the script itself; more for one that a wrapper or a shell runs. */
	readonly depth: number;
}

/** The verdict on a whole command line or script. */
export interface PolicyDecision {
	/** The strictest verdict of all its commands and of the script around them. */
	readonly verdict: Verdict;
	/** Whether every character was understood; when not, the verdict is at least `prompt`. */
	readonly isUnderstood: boolean;
	/** What is to be said of the script as a whole. */
	readonly reasons: readonly string[];
	/** Every simple command, in the order of the text, each before those inside it. */
	readonly commands: readonly CommandJudgement[];
	/** Files that redirections write, for a check against the sandbox policy; undefined for one that is not known. */
	readonly writes: readonly (string | undefined)[];
}
