// A decision in words for a person, and as the object that `rule check` prints. Must not decide anything.

import type { RuleDecision } from "./rules/rule.ts";
import { type CommandJudgement, isAtLeast, type PolicyDecision, type Verdict } from "./verdict.ts";

const verdictWords: Readonly<Record<Verdict, string>> = {
	safe: "safe: only reads and prints",
	allow: "allowed by a rule",
	ask: "not known to be harmless: the approval policy decides",
	prompt: "asked about each time",
	dangerous: "dangerous: asked about each time",
	forbidden: "forbidden by a rule",
};

// A list that is longer is not read.
const maxShownCommands = 60;
const maxShownCharacters = 200;

/** The decision in lines of text: the verdict, what is to be said of the script, then each command with its reasons. */
export function explainDecision(decision: PolicyDecision): readonly string[] {
	const lines = [
		verdictWords[decision.verdict],
		...decision.reasons.map((reason) => `  the script ${describe(reason)}`),
	];
	for (const command of decision.commands.slice(0, maxShownCommands)) lines.push(...explainCommand(command));
	const hidden = decision.commands.length - maxShownCommands;
	if (hidden > 0) lines.push(`  and ${hidden} more`);
	return lines;
}

/** Reasons begin with a verb, except those that name their subject. */
function describe(reason: string): string {
	return /^(has|runs|defines|starts|sets|decides) /.test(reason) ? reason : `is not understood: ${reason}`;
}

function explainCommand({ depth, text, verdict, reasons }: CommandJudgement): readonly string[] {
	const indent = "  ".repeat(depth + 1);
	return [`${indent}\`${shorten(text)}\`: ${verdict}`, ...reasons.map((reason) => `${indent}  ${reason}`)];
}

/** Head and tail of a text on one line, with how much is left out: a long command must not hide its end. */
function shorten(text: string): string {
	const line = text.replaceAll("\n", "⏎");
	if (line.length <= maxShownCharacters) return line;
	const half = maxShownCharacters / 2;
	return `${line.slice(0, half)} … ${line.length - maxShownCharacters} characters … ${line.slice(-half)}`;
}

/** What `rule check --json` says. Names as other tools that read rules files have them. */
export interface RuleCheck {
	readonly matchedRules: readonly {
		readonly prefixRuleMatch: {
			readonly matchedPrefix: readonly string[];
			readonly decision: RuleDecision;
			readonly justification?: string;
		};
	}[];
	/** Absent when the rules do not decide: none matched, or not every command is allowed. */
	readonly decision?: RuleDecision;
}

/** The part of a decision that the rules made. */
export function toRuleCheck({ commands, verdict }: PolicyDecision): RuleCheck {
	const matches = commands.flatMap((command) => command.matches);
	const matchedRules = matches.map(({ matchedPrefix, rule: { decision, justification } }) => ({
		prefixRuleMatch: { matchedPrefix, decision, ...(justification === undefined ? {} : { justification }) },
	}));
	const decision = (["forbidden", "prompt"] as const).find((one) => matches.some(({ rule }) => rule.decision === one));
	if (decision !== undefined) return { matchedRules, decision };
	const isAllowed = matches.length > 0 && !isAtLeast(verdict, "ask");
	return isAllowed ? { matchedRules, decision: "allow" } : { matchedRules };
}
