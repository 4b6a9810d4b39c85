// The rules in force: found by program, and the strictest that matches a command. A rule that permits needs the exact
// program and known words; a rule that restricts also sees through paths and git's own options. Must not parse text.

import { gitCommand } from "../known/git-command.ts";
import { literalValue, type ShellWord } from "../shell/word.ts";
import { isRestKnown, meetRule, type PrefixRule, type RuleMatch, type RuleOrigin, withoutPath } from "./rule.ts";

/** Rules from one file, and what they may do. */
export interface RuleSource {
	readonly rules: readonly PrefixRule[];
	/** From a project: its rules may restrict, and those that permit are left out. */
	readonly tightenOnly: boolean;
}

/** All rules that restrict and permit, by the program they begin with. */
export interface RuleSet {
	readonly rules: readonly PrefixRule[];
	/** Rules left out because their source may only restrict; to be said to the user. */
	readonly ignored: readonly RuleOrigin[];
	/** Allow rules by program. */
	readonly permitting: ReadonlyMap<string, readonly PrefixRule[]>;
	/** Prompt and forbidden rules by program. */
	readonly restricting: ReadonlyMap<string, readonly PrefixRule[]>;
}

/** What the rules say of one command. */
export interface RuleFinding {
	/** Every rule that matched, the strictest first. */
	readonly matches: readonly RuleMatch[];
	/** A restricting rule that may match, depending on what the shell makes of the words. */
	readonly possible: PrefixRule | undefined;
}

/** No rules at all. */
export const noRules: RuleSet = createRuleSet([]);

/** Puts rules together; the order of sources does not matter, since the strictest rule wins. */
export function createRuleSet(sources: readonly RuleSource[]): RuleSet {
	const rules: PrefixRule[] = [];
	const ignored: RuleOrigin[] = [];
	const permitting = new Map<string, PrefixRule[]>();
	const restricting = new Map<string, PrefixRule[]>();
	for (const source of sources) {
		for (const rule of source.rules) {
			if (rule.decision === "allow" && source.tightenOnly) {
				ignored.push(rule.origin);
				continue;
			}
			rules.push(rule);
			const index = rule.decision === "allow" ? permitting : restricting;
			for (const program of new Set(rule.pattern[0] ?? [])) {
				const present = index.get(program);
				if (present === undefined) index.set(program, [rule]);
				else present.push(rule);
			}
		}
	}
	return { rules, ignored, permitting, restricting };
}

const strictness: Readonly<Record<PrefixRule["decision"], number>> = { allow: 0, prompt: 1, forbidden: 2 };

/**
 * What the rules say of the words of one simple command.
 *
 * Contract: never throws; looks only at rules that begin with the command's program.
 */
export function findRules(set: RuleSet, words: readonly ShellWord[]): RuleFinding {
	const matches: RuleMatch[] = [];
	let possible: PrefixRule | undefined;
	for (const form of restrictedForms(words)) {
		for (const rule of candidates(set, form)) {
			const meeting = meetRule(rule, form);
			if (meeting === "match" && !matches.some((match) => match.rule === rule)) matches.push(toMatch(rule, form));
			if (meeting === "possible" && (possible === undefined || rule.decision === "forbidden")) possible = rule;
		}
	}
	if (isRestKnown(words)) {
		for (const rule of set.permitting.get(literalValue(words[0]) ?? "") ?? []) {
			if (meetRule(rule, words) === "match") matches.push(toMatch(rule, words));
		}
	}
	matches.sort((left, right) => strictness[right.rule.decision] - strictness[left.rule.decision]);
	return { matches, possible };
}

function toMatch(rule: PrefixRule, words: readonly ShellWord[]): RuleMatch {
	const matchedPrefix = words.slice(0, rule.pattern.length).map((word) => literalValue(word) ?? word.text);
	return { rule, matchedPrefix };
}

function candidates(set: RuleSet, words: readonly ShellWord[]): readonly PrefixRule[] {
	const program = words[0];
	if (program === undefined) return [];
	// An unknown program may be any of them.
	if (program.kind !== "literal") return set.rules.filter(({ decision }) => decision !== "allow");
	return set.restricting.get(program.value) ?? [];
}

/** The command as written, without the program's path, and without what stands between git and its subcommand. */
function restrictedForms(words: readonly ShellWord[]): readonly (readonly ShellWord[])[] {
	const forms = [words];
	const bare = withoutPath(words);
	if (bare !== undefined) forms.push(bare);
	const last = bare ?? words;
	const [program] = last;
	if (program !== undefined && literalValue(program) === "git") {
		const at = gitCommand(last.map(literalValue));
		if (at !== undefined && at > 1) forms.push([program, ...last.slice(at)]);
	}
	return forms;
}
