// One key for commands that are the same, so that an approval for the session is found again. Two commands share a key only
// when the same program gets the same words; in doubt they do not.

import { isSystemProgram, shellLanguage } from "./known/wrappers.ts";
import { onlyCommand, parseShell } from "./shell/parse-shell.ts";
import { baseName } from "./shell/shell-script.ts";
import { literalValues } from "./shell/word.ts";

// Words that only a shell knows: approving a program of that name is not approving these.
const shellOnly: ReadonlySet<string> = new Set(
	[
		". alias bg bind builtin cd command declare disown enable eval exec exit export fg hash let local",
		"mapfile popd pushd read readarray readonly return set shift shopt source trap type typeset ulimit",
		"umask unalias unset",
	]
		.join(" ")
		.split(" "),
);

// Deeper nesting keeps its script as the key.
const maxDepth = 8;

/**
 * The key of a command in a cache of approvals.
 *
 * `[bash, -lc, "x y"]` and `[x, y]` have the same key when the script is one simple command of literal words; any other
 * script keeps its text and its shell in the key. The folder is not part of it: the caller adds what else must be equal.
 *
 * Contract: never throws.
 */
export function canonicalCommand(argv: readonly string[]): string {
	let words = argv;
	for (let depth = 0; depth < maxDepth; depth += 1) {
		const inner = simpleShellCommand(words);
		if (inner === undefined) break;
		words = inner;
	}
	const [program = "", option = "", script = ""] = words;
	const language = shellLanguage(program);
	if (words.length === 3 && language !== undefined && isSystemProgram(program) && isCommandOption(option)) {
		return JSON.stringify(["script", baseName(program), script]);
	}
	return JSON.stringify(["words", ...words]);
}

function isCommandOption(option: string): boolean {
	return option === "-c" || option === "-lc";
}

/** The words of `[shell, -c, SCRIPT]` when the script is nothing but one simple command. */
function simpleShellCommand(argv: readonly string[]): readonly string[] | undefined {
	const [program = "", option = "", script = ""] = argv;
	const language = shellLanguage(program);
	if (argv.length !== 3 || language === undefined || !isSystemProgram(program) || !isCommandOption(option)) {
		return undefined;
	}
	const command = onlyCommand(parseShell(script, language));
	if (command === undefined || command.text !== script.trim()) return undefined;
	const words = literalValues(command.words);
	return words?.[0] === undefined || shellOnly.has(words[0]) || words[0].includes("=") ? undefined : words;
}
