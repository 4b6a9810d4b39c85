// The options of wrappers that we read (env, nice, timeout, xargs, sudo, …), to find where the inner command begins. An
// option that is not in the table makes the reading fail; the caller then suspects every argument.

import { literalValue, literalValues, type ShellWord } from "../shell/word.ts";
import type { InnerCommand } from "./inner-command.ts";

/** How the arguments before the inner command look. */
export interface WrapperOptions {
	/** Options without a value. */
	readonly flags: readonly string[];
	/** Options that take a value: the next word, or the rest of the word (`-n5`, `--name=5`). */
	readonly valued: readonly string[];
	/** How many words that are no options stand before the program: `timeout 5 PROGRAM`. */
	readonly operands: number;
	/** `NAME=value` words before the program are assignments. */
	readonly assigns: boolean;
	/** Only flags of this list keep the wrapper harmless; none: never. */
	readonly harmless: readonly string[] | undefined;
	/** What it adds to the inner command: xargs appends words that nobody knows. */
	readonly appends: boolean;
}

const base: WrapperOptions = {
	flags: [],
	valued: [],
	operands: 0,
	assigns: false,
	harmless: undefined,
	appends: false,
};

const sudoFlags = [
	"-A",
	"-b",
	"-E",
	"-H",
	"-i",
	"-K",
	"-k",
	"-n",
	"-P",
	"-S",
	"-s",
	"--preserve-env",
	"--non-interactive",
];
const sudoValued = ["-C", "-D", "-g", "-h", "-p", "-R", "-r", "-T", "-t", "-U", "-u", "--user", "--group", "--chdir"];
const xargsFlags = ["-0", "-o", "-p", "-r", "-t", "-x", "--null", "--no-run-if-empty", "--verbose", "--interactive"];
const xargsValued = [
	"-a -d -E -I -J -L -n -P -R -S -s --arg-file --delimiter --max-args --max-procs --max-lines",
	"--replace --max-chars",
]
	.join(" ")
	.split(" ");

/** The wrappers whose options are read, by name. */
export const optionWrappers: ReadonlyMap<string, WrapperOptions> = new Map([
	[
		"env",
		{
			...base,
			flags: ["-", "-i", "-0", "-v", "--ignore-environment"],
			valued: ["-u", "-C", "--unset"],
			assigns: true,
			harmless: [],
		},
	],
	["nice", { ...base, valued: ["-n", "--adjustment"], harmless: ["-n", "--adjustment"] }],
	["nohup", base],
	["time", { ...base, flags: ["-p", "-v", "-a"], valued: ["-o", "-f"] }],
	[
		"timeout",
		{
			...base,
			flags: ["-v", "--foreground", "--preserve-status", "--verbose"],
			valued: ["-k", "-s", "--kill-after", "--signal"],
			operands: 1,
			harmless: ["-v", "-k", "-s", "--foreground", "--preserve-status", "--verbose", "--kill-after", "--signal"],
		},
	],
	["command", { ...base, flags: ["-p"], harmless: [] }],
	["builtin", { ...base, harmless: [] }],
	["exec", { ...base, flags: ["-c", "-l"], valued: ["-a"] }],
	["sudo", { ...base, flags: sudoFlags, valued: sudoValued, assigns: true }],
	["xargs", { ...base, flags: xargsFlags, valued: xargsValued, appends: true }],
]);

/** Where the inner command begins, and whether the wrapper is harmless. `inner` is undefined when there is none. */
export interface OptionReading {
	readonly inner: InnerCommand | undefined;
	readonly transparent: boolean;
}

/** Reads the options of a wrapper. Undefined when it has one that is not in its table, or a word that is not known. */
export function readOptions(words: readonly ShellWord[], options: WrapperOptions): OptionReading | undefined {
	const start = findProgram(words, options);
	if (start === undefined) return undefined;
	const { at, transparent } = start;
	// A word that is not known may stand for several, and then the program is another one.
	if (literalValues(words.slice(0, at)) === undefined) return undefined;
	if (at >= words.length) return { inner: undefined, transparent: false };
	const replaced = options.appends ? replaceUnknown(words, at) : words.slice(at);
	return { inner: { kind: "words", words: replaced, at, suspected: false }, transparent };
}

function findProgram(
	words: readonly ShellWord[],
	options: WrapperOptions,
): { readonly at: number; readonly transparent: boolean } | undefined {
	let transparent = options.harmless !== undefined;
	let operands = options.operands;
	let isEnded = false;
	for (let at = 1; at < words.length; at += 1) {
		const value = literalValue(words[at]);
		if (value === undefined) return undefined;
		if (!isEnded && value === "--") isEnded = true;
		else if (!isEnded && value.startsWith("-")) {
			const option = readOption(value, options);
			if (option === undefined) return undefined;
			if (options.harmless?.includes(option.name) !== true) transparent = false;
			if (option.takesNext) at += 1;
		} else if (options.assigns && /^[^=]+=/.test(value)) transparent = false;
		else if (operands > 0) operands -= 1;
		else return { at, transparent };
	}
	return { at: words.length, transparent: false };
}

function readOption(value: string, options: WrapperOptions): { name: string; takesNext: boolean } | undefined {
	if (options.flags.includes(value)) return { name: value, takesNext: false };
	if (options.valued.includes(value)) return { name: value, takesNext: true };
	const isLong = value.startsWith("--");
	const name = isLong ? (value.split("=", 1)[0] ?? value) : value.slice(0, 2);
	if (options.valued.includes(name)) return { name, takesNext: false };
	const letters = value.slice(1).split("");
	const isBundle = !isLong && letters.every((letter) => options.flags.includes(`-${letter}`));
	return isBundle ? { name: value, takesNext: false } : undefined;
}

const unknownWord: ShellWord = { kind: "dynamic", text: "…" };

/** xargs appends what it reads, or puts it where its `-I` text stands. */
function replaceUnknown(words: readonly ShellWord[], at: number): readonly ShellWord[] {
	const options = words.slice(1, at).map((word) => literalValue(word) ?? "");
	const separate = options.indexOf("-I");
	const attached = options.find((value) => value.startsWith("-I") && value.length > 2);
	const text = separate === -1 ? attached?.slice(2) : options[separate + 1];
	const inner = words.slice(at);
	return text === undefined
		? [...inner, unknownWord]
		: inner.map((word) => (word.text.includes(text) ? unknownWord : word));
}

const findRunners: ReadonlySet<string> = new Set(["-exec", "-execdir", "-ok", "-okdir"]);

/** The commands that a find runs on what it finds. */
export function findCommands(words: readonly ShellWord[]): readonly InnerCommand[] {
	const commands: InnerCommand[] = [];
	for (let at = 1; at < words.length; at += 1) {
		if (!findRunners.has(literalValue(words[at]) ?? "")) continue;
		let end = at + 1;
		while (end < words.length && ![";", "+"].includes(literalValue(words[end]) ?? "")) end += 1;
		const inner = words.slice(at + 1, end).map((word) => (word.text.includes("{}") ? unknownWord : word));
		if (inner.length > 0) commands.push({ kind: "words", words: inner, at: at + 1, suspected: false });
		at = end;
	}
	return commands;
}
