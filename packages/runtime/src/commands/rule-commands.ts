// What `code rule` does: judge a command by the rules in force, say why, show the rules, and add one.

import { type ConfigFlags, formatProblem, loadConfig } from "@codex/config";
import type { RuleCheck, Verdict } from "@codex/exec-policy";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { loadCommandRules } from "../sandbox/command-rules.ts";
import { saveRuleLines } from "../sandbox/live-rules.ts";
import { type StartError, startError } from "../session/start-request.ts";

const usage = (...lines: readonly string[]): StartError => startError(exitCodes.usage, ...lines);

async function rulesInForce(context: RuntimeContext, flags: ConfigFlags) {
	const loaded = await loadConfig(context.environment, context.paths, flags);
	if (loaded.kind === "error") return usage(...loaded.problems.map(formatProblem));
	const rules = await loadCommandRules(context.paths, loaded);
	return rules.kind === "error" ? usage(...rules.lines) : rules;
}

/** A command judged. */
export interface RuleJudgement {
	readonly kind: "judged";
	readonly verdict: Verdict;
	/** For people. */
	readonly lines: readonly string[];
	/** For programs. */
	readonly check: RuleCheck;
}

/** Judges a command: one word with blanks is a script, several are a program and its arguments. */
export async function judgeCommandLine(
	context: RuntimeContext,
	flags: ConfigFlags,
	words: readonly string[],
): Promise<RuleJudgement | StartError> {
	const found = await rulesInForce(context, flags);
	if (found.kind === "error") return found;
	const { decideCommand, explainDecision, toRuleCheck } = await import("@codex/exec-policy");
	const [script = ""] = words;
	const decision = decideCommand(words.length === 1 ? { script } : { argv: words }, found.rules);
	return { kind: "judged", verdict: decision.verdict, lines: explainDecision(decision), check: toRuleCheck(decision) };
}

/** One rule in force. */
export interface ListedRule {
	readonly pattern: readonly (readonly string[])[];
	readonly decision: string;
	readonly file: string;
	/** From 1. */
	readonly line: number;
}

/** All rules in force, in the order of their files. */
export async function listRules(
	context: RuntimeContext,
	flags: ConfigFlags,
): Promise<
	{ readonly kind: "ok"; readonly rules: readonly ListedRule[]; readonly warnings: readonly string[] } | StartError
> {
	const found = await rulesInForce(context, flags);
	if (found.kind === "error") return found;
	const rules = found.rules.rules.map(
		({ pattern, decision, origin }): ListedRule => ({
			pattern: pattern.map((words) => [...words]),
			decision,
			file: origin.file,
			line: origin.line,
		}),
	);
	return { kind: "ok", rules, warnings: found.warnings };
}

/** A rule that was added. */
export interface AddedRule {
	readonly kind: "added";
	readonly file: string;
	/** Exactly what stands there now; none when it stood there before. */
	readonly lines: readonly string[];
}

/** Adds a rule that allows what begins with these words to the user's own rules. */
export async function addRule(
	context: RuntimeContext,
	words: readonly string[],
	options: { readonly exact: boolean },
): Promise<AddedRule | StartError> {
	const { writeAllowRule } = await import("@codex/exec-policy");
	let line: string;
	try {
		line = writeAllowRule({ pattern: words, isExact: options.exact });
	} catch (thrown) {
		return usage(toError(thrown).message);
	}
	const saved = await saveRuleLines(context.paths, [line]);
	return saved.kind === "error" ? usage(...saved.lines) : { kind: "added", file: saved.file, lines: saved.added };
}
