// The parser of the hot path. It decides only what is plain (long names, single short letters, values in the next word
// or after `=`); for everything else it answers `undefined`, and yargs, which costs 60 ms to load, decides.

import { allOptions } from "../options/commands.ts";
import type { Option } from "../options/option.ts";
import { isDashedText, type Tokens } from "./tokens.ts";

function optionIndex(): ReadonlyMap<string, Option> {
	const index = new Map<string, Option>();
	for (const option of allOptions()) {
		index.set(`--${option.name}`, option);
		for (const alias of option.aliases ?? []) index.set(`--${alias}`, option);
		if (option.short !== undefined) index.set(`-${option.short}`, option);
	}
	return index;
}

type Step = { readonly option: Option; readonly value?: string; readonly used: 1 | 2 } | undefined;

function takeOption(word: string, next: string | undefined, index: ReadonlyMap<string, Option>): Step {
	const equals = word.startsWith("--") ? word.indexOf("=") : -1;
	const option = index.get(equals === -1 ? word : word.slice(0, equals));
	if (option === undefined) return undefined;
	if (option.kind === "flag") return equals === -1 ? { option, used: 1 } : undefined;
	if (equals !== -1) return equals === word.length - 1 ? undefined : { option, value: word.slice(equals + 1), used: 1 };
	// An empty or dashed word may be a mistake: the other parser says so.
	if (next === undefined || next === "" || next.startsWith("-")) return undefined;
	return { option, value: next, used: 2 };
}

/** Takes `argv` (without node and script) apart, or answers `undefined` when it is not plain. Never throws. */
export function parseFast(argv: readonly string[]): Tokens | undefined {
	const index = optionIndex();
	const options = new Map<string, string[]>();
	const positionals: string[] = [];
	for (let at = 0; at < argv.length; ) {
		const word = argv[at] ?? "";
		if (word === "--") {
			const beforeDashes = positionals.length;
			return { options, positionals: [...positionals, ...argv.slice(at + 1)], beforeDashes };
		}
		if (!word.startsWith("-") || word === "-" || isDashedText(word)) {
			positionals.push(word);
			at += 1;
			continue;
		}
		const step = takeOption(word, argv[at + 1], index);
		if (step === undefined) return undefined;
		const values = options.get(step.option.name) ?? [];
		if (step.value !== undefined) values.push(step.value);
		options.set(step.option.name, values);
		at += step.used;
	}
	return { options, positionals, beforeDashes: positionals.length };
}
