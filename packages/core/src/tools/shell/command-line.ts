// Turns what a model asked for into arguments of a process, and back into a line for a person.

import { findProgram } from "../find-program.ts";

/**
 * The arguments to start. A script runs under bash when PATH has it, else under sh. Two slips of models are put right: an
 * array inside a string, and a whole script as the only word of an array.
 *
 * `-c`, not `-lc`: a login shell reads the profile again, which on Debian resets PATH (another Node, no virtual
 * environment), brings back variables that the environment policy has taken out, and costs up to 300 ms a call.
 */
export function toArgv(command: string | readonly string[], env: Readonly<Record<string, string>>): readonly string[] {
	const words = typeof command === "string" ? readWords(command) : command;
	const script = words === undefined ? command : onlyScript(words);
	if (typeof script !== "string") return words ?? [];
	const hasBash = findProgram({ name: "bash", searchPath: env.PATH }) !== undefined;
	return [hasBash ? "bash" : "sh", "-c", script];
}

/** The words of a JSON array of strings; as a script it would mean nothing. */
function readWords(text: string): readonly string[] | undefined {
	if (!text.startsWith('["')) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		const areWords = Array.isArray(value) && value.every((word) => typeof word === "string");
		return areWords ? value : undefined;
	} catch {
		// Not JSON, so a script after all.
		return undefined;
	}
}

function onlyScript(words: readonly string[]): string | undefined {
	const [word] = words;
	return words.length === 1 && word !== undefined && !word.startsWith("/") && /\s/.test(word) ? word : undefined;
}

const shellScript = /^(.*\/)?(bash|sh|zsh)$/;

/** The command as a person would type it: the script of `bash -c SCRIPT`, else the words, quoted where needed. */
export function displayCommand(argv: readonly string[]): string {
	const [program, flag, script] = argv;
	const isScript = argv.length === 3 && shellScript.test(program ?? "") && (flag === "-c" || flag === "-lc");
	if (isScript && script !== undefined) return script;
	return argv.map(quote).join(" ");
}

function quote(word: string): string {
	if (/^[\w@%+=:,./-]+$/.test(word)) return word;
	return `'${word.replaceAll("'", `'\\''`)}'`;
}
