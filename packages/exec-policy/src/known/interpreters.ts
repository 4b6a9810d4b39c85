// Programs that run text: whether a command line takes its program from its input or from its own words. Must not judge.

import { baseName, type SimpleCommand } from "../shell/shell-script.ts";
import { literalValue } from "../shell/word.ts";
import { shellLanguage } from "./wrappers.ts";

const interpreters: ReadonlySet<string> = new Set(
	[
		"python python2 python3 node nodejs deno bun perl ruby php lua osascript fish csh tcsh pwsh",
		"powershell Rscript awk gawk mawk tclsh expect groovy julia",
	]
		.join(" ")
		.split(" "),
);

const evaluators: ReadonlySet<string> = new Set(["eval", "source", "."]);

/** Whether a program runs text that it is given: a shell, an interpreter, or a builtin that evaluates. */
function isInterpreter(program: string): boolean {
	const name = baseName(program);
	const isVersioned = interpreters.has(name.replace(/[\d.]+$/, ""));
	return isVersioned || interpreters.has(name) || evaluators.has(name) || shellLanguage(name) !== undefined;
}

/** Whether what is piped into the command, or substituted in its words, is run as a program. */
export function readsProgram({ words, input, substitutesDownload }: SimpleCommand): boolean {
	const program = literalValue(words[0]);
	if (program === undefined || !isInterpreter(program)) return false;
	if (substitutesDownload) return true;
	if (input === "inherited") return false;
	const args = words.slice(1).map((word) => literalValue(word) ?? "");
	if (args.includes("-s") || args.includes("-") || args.includes("/dev/stdin")) return true;
	return args.every((arg) => arg.startsWith("-") && !/^-[A-Za-z]*[cempr]$|^--(eval|print|version|help)/.test(arg));
}
