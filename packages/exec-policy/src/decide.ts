// The one question of this package: may this command run, as far as rules and knowledge of commands go? Pure; the
// approval policy, the sandbox and trust are the caller's.

import { judgeCommand, judgeScript, startJudging } from "./judge.ts";
import { noRules, type RuleSet } from "./rules/rule-set.ts";
import type { ShellLanguage } from "./shell/shell-script.ts";
import { literalWord } from "./shell/word.ts";
import type { PolicyDecision } from "./verdict.ts";

/** What is to be judged: the words of a command that is started without a shell, or the text that a shell runs. */
export type CommandRequest =
	| { readonly argv: readonly string[] }
	| {
			readonly script: string;
			/** Default: bash. */
			readonly language?: ShellLanguage;
	  };

/**
 * Judges a command: every simple command in it at any depth, by the rules and by what is known of programs.
 *
 * Contract: never throws; the same request and rules give the same decision; time is linear in the length of the text.
 * `[bash, -lc, SCRIPT]` and the like are judged by the script. Nothing is looked up: not PATH, not files.
 *
 * @param rules default: none.
 */
export function decideCommand(request: CommandRequest, rules: RuleSet = noRules): PolicyDecision {
	const judging = startJudging(rules);
	const verdict =
		"argv" in request
			? judgeCommand(judging, wholeCommand(request.argv), { depth: 0, isSuspected: false })
			: judgeScript(judging, request.script, request.language ?? "bash");
	const { isUnderstood, reasons, commands, writes } = judging;
	return { verdict, isUnderstood, reasons, commands, writes };
}

function wholeCommand(argv: readonly string[]): Parameters<typeof judgeCommand>[1] {
	return {
		text: argv.join(" "),
		words: argv.map(literalWord),
		assigns: [],
		redirects: [],
		input: "inherited",
		substitutesDownload: false,
	};
}
