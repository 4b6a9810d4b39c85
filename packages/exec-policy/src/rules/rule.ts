// Prefix rules as data, and how a rule meets the words of one simple command. Must not read files or judge scripts.

import { baseName } from "../shell/shell-script.ts";
import { literalValue, mayBeOption, type ShellWord } from "../shell/word.ts";

/** What a rule says of the commands it matches. `prompt`: a person is asked each time. */
export type RuleDecision = "allow" | "prompt" | "forbidden";

/** Where a rule was read from; for a rule that is only proposed, the name says so. Lines count from 1. */
export interface RuleOrigin {
	readonly file: string;
	readonly line: number;
}

/** One `prefix_rule`. */
export interface PrefixRule {
	/** One entry a word, each with the words that fit there; never empty. */
	readonly pattern: readonly (readonly string[])[];
	readonly decision: RuleDecision;
	/** Nothing may follow the pattern. */
	readonly isExact: boolean;
	/** Shown to who is asked or refused. */
	readonly justification: string | undefined;
	readonly origin: RuleOrigin;
}

/** A rule that matched, and the words that it matched. */
export interface RuleMatch {
	readonly rule: PrefixRule;
	readonly matchedPrefix: readonly string[];
}

/** How a rule meets a command: it matches, it would match for some expansion of its words, or it cannot. */
export type RuleMeeting = "match" | "possible" | "none";

/**
 * Compares a rule with the words of one command.
 *
 * A literal word fits when it is one of the words of its place. A word that is not known before the command runs may fit:
 * then the answer is `possible`, since it may also stand for several words or for none.
 */
export function meetRule(rule: PrefixRule, words: readonly ShellWord[]): RuleMeeting {
	for (const [at, fitting] of rule.pattern.entries()) {
		const word = words[at];
		if (word === undefined) return "none";
		if (word.kind === "dynamic") return "possible";
		if (word.kind === "pattern") return fitting.some((value) => value.startsWith(word.prefix)) ? "possible" : "none";
		if (!fitting.includes(word.value)) return "none";
	}
	const rest = words.slice(rule.pattern.length);
	if (!rule.isExact || rest.length === 0) return "match";
	return rest.every(({ kind }) => kind === "dynamic") ? "possible" : "none";
}

/**
 * Whether an allow rule may speak for the command: what follows the prefix is known before the command runs, or is a file
 * name that cannot become an option.
 */
export function isRestKnown(words: readonly ShellWord[]): boolean {
	return words.every((word) => word.kind === "literal" || (word.kind === "pattern" && !mayBeOption(word)));
}

/** The words with the program's path cut off; undefined when it has none or is not known. */
export function withoutPath(words: readonly ShellWord[]): readonly ShellWord[] | undefined {
	const program = literalValue(words[0]);
	if (program === undefined || !program.includes("/")) return undefined;
	const name = baseName(program);
	return [{ kind: "literal", text: name, value: name }, ...words.slice(1)];
}
