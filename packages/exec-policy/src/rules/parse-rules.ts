// Text of a rules file to prefix rules. A rule counts only when its examples hold: each `match` must match it and no
// `not_match` may; a mistake is a value with file, line and column. Must not read files.

import { onlyCommand, parseShell } from "../shell/parse-shell.ts";
import { literalValues, literalWord } from "../shell/word.ts";
import type { PrefixRule, RuleDecision } from "./rule.ts";
import { createRuleSet, findRules } from "./rule-set.ts";
import { type Position, parseRuleCalls, type RuleCall, type RuleValue } from "./rule-syntax.ts";

/** A mistake in a rules file. */
export interface RuleFileError {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	/** From 1. */
	readonly column: number;
	/** One sentence without a period. */
	readonly message: string;
}

/** The rules of a file, or every mistake in it; a file with a mistake has no rules. */
export type ParsedRules =
	| { readonly kind: "ok"; readonly rules: readonly PrefixRule[] }
	| { readonly kind: "error"; readonly errors: readonly RuleFileError[] };

const knownKeys: ReadonlySet<string> = new Set(["pattern", "decision", "exact", "justification", "match", "not_match"]);
const decisions: readonly RuleDecision[] = ["allow", "prompt", "forbidden"];

/**
 * Reads a rules file:
 *
 *     prefix_rule(
 *         pattern = ["git", ["push", "fetch"]],   # words, or lists of words that fit
 *         decision = "prompt",                    # allow (default) | prompt | forbidden
 *         exact = False,                          # True: nothing may follow
 *         justification = "goes to the network",
 *         match = ["git push origin", ["git", "fetch"]],
 *         not_match = ["git status"],
 *     )
 *
 * Contract: never throws; linear in the length of the text times the number of examples of a rule.
 *
 * @param file its name, for messages and origins.
 */
export function parseRules(text: string, file: string): ParsedRules {
	const { calls, error } = parseRuleCalls(text);
	const errors: RuleFileError[] = [];
	const rules: PrefixRule[] = [];
	const report: Report = ({ line, column }, message) => {
		errors.push({ file, line, column, message });
	};
	for (const call of calls) {
		const rule = readRule(call, file, report);
		if (rule === undefined) continue;
		rules.push(rule);
		checkExamples(call, rule, report);
	}
	if (error !== undefined) report(error.position, error.message);
	return errors.length === 0 ? { kind: "ok", rules } : { kind: "error", errors };
}

type Report = (position: Position, message: string) => void;

function readRule(call: RuleCall, file: string, report: Report): PrefixRule | undefined {
	if (call.name !== "prefix_rule") {
		report(call.position, `unknown function \`${call.name}\`; only \`prefix_rule\` is known`);
		return undefined;
	}
	for (const [key, { position }] of call.values) {
		if (!knownKeys.has(key)) report(position, `\`prefix_rule\` has no \`${key}\``);
	}
	const pattern = readPattern(call, report);
	const decision = readDecision(call.values.get("decision"), report);
	const justification = readText(call.values.get("justification"), report);
	const exact = call.values.get("exact");
	if (exact !== undefined && exact.kind !== "boolean") report(exact.position, "`exact` is `True` or `False`");
	if (pattern === undefined || decision === undefined) return undefined;
	const isExact = exact?.kind === "boolean" && exact.isTrue;
	return { pattern, decision, isExact, justification, origin: { file, line: call.position.line } };
}

function readPattern(call: RuleCall, report: Report): PrefixRule["pattern"] | undefined {
	const value = call.values.get("pattern");
	if (value?.kind !== "list" || value.items.length === 0) {
		report(value?.position ?? call.position, "`pattern` is a list of at least one word");
		return undefined;
	}
	const pattern: (readonly string[])[] = [];
	for (const item of value.items) {
		const fitting = readWords(item.kind === "list" ? item.items : [item], report);
		if (item.kind === "list" && item.items.length === 0) report(item.position, "a list of words that fit is not empty");
		if (fitting === undefined || fitting.length === 0) return undefined;
		pattern.push(fitting);
	}
	return pattern;
}

function readWords(values: readonly RuleValue[], report: Report): readonly string[] | undefined {
	const words: string[] = [];
	for (const value of values) {
		if (value.kind !== "string") report(value.position, "a word is a string");
		else if (value.text === "") report(value.position, "a word is not empty");
		else words.push(value.text);
	}
	return words.length === values.length ? words : undefined;
}

function readDecision(value: RuleValue | undefined, report: Report): RuleDecision | undefined {
	if (value === undefined) return "allow";
	const decision = decisions.find((known) => value.kind === "string" && value.text === known);
	if (decision === undefined) report(value.position, "`decision` is `allow`, `prompt` or `forbidden`");
	return decision;
}

function readText(value: RuleValue | undefined, report: Report): string | undefined {
	if (value === undefined) return undefined;
	if (value.kind === "string") return value.text;
	report(value.position, "`justification` is a string");
	return undefined;
}

function checkExamples(call: RuleCall, rule: PrefixRule, report: Report): void {
	const set = createRuleSet([{ rules: [rule], tightenOnly: false }]);
	for (const [key, isWanted] of [
		["match", true],
		["not_match", false],
	] as const) {
		const examples = call.values.get(key);
		if (examples === undefined) continue;
		if (examples.kind !== "list") {
			report(examples.position, `\`${key}\` is a list of commands`);
			continue;
		}
		for (const example of examples.items) {
			const words = readExample(example, report);
			if (words === undefined) continue;
			const isMatched = findRules(set, words.map(literalWord)).matches.length > 0;
			if (isMatched !== isWanted) {
				report(example.position, `the rule ${isMatched ? "matches" : "does not match"} \`${words.join(" ")}\``);
			}
		}
	}
}

/** An example is a list of words, or a string with one simple command. */
function readExample(value: RuleValue, report: Report): readonly string[] | undefined {
	if (value.kind === "list") return readWords(value.items, report);
	if (value.kind === "boolean") {
		report(value.position, "an example is a command");
		return undefined;
	}
	const words = literalValues(onlyCommand(parseShell(value.text))?.words ?? []);
	if (words === undefined || words.length === 0) {
		report(value.position, "an example is one simple command without expansions");
		return undefined;
	}
	return words;
}
