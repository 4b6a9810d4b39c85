// The complete parser: yargs over the same tables. Loaded only for what the fast parser leaves undecided.

import yargs from "yargs";
import { allOptions } from "../options/commands.ts";
import { nearest } from "./nearest.ts";
import { isDashedText, type TokenResult } from "./tokens.ts";

const parserConfiguration = {
	"boolean-negation": false,
	"camel-case-expansion": false,
	"dot-notation": false,
	"duplicate-arguments-array": true,
	"flatten-duplicate-arrays": true,
	"greedy-arrays": false,
	"parse-numbers": false,
	"parse-positional-numbers": false,
	"populate--": true,
	"short-option-groups": true,
	"strip-aliased": true,
	"unknown-options-as-args": true,
} as const;

function unknownOption(word: string): TokenResult {
	const name = word.replace(/=.*$/s, "");
	const known = allOptions()
		.filter(({ hidden }) => hidden !== true)
		.map((option) => `--${option.name}`);
	const close = name.startsWith("--") ? nearest(name, known) : undefined;
	const hint = close === undefined ? "" : `; did you mean \`${close}\`?`;
	return { kind: "error", message: `unknown option \`${name}\`${hint}` };
}

function words(value: unknown): string[] {
	return (Array.isArray(value) ? value : [value]).filter((entry) => entry !== undefined).map(String);
}

/** yargs reads `--` only outside of option values; the words after it are ours to keep as they are. */
function splitAtDashes(parsed: Record<string, unknown>): { readonly before: string[]; readonly after: string[] } {
	return { before: words(parsed["_"] ?? []), after: words(parsed["--"] ?? []) };
}

/** Takes `argv` (without node and script) apart. Never throws and never ends the process. */
export function parseWithYargs(argv: readonly string[]): TokenResult {
	let failure: string | undefined;
	const parser = yargs([...argv])
		.locale("en")
		.help(false)
		.version(false)
		.exitProcess(false)
		.parserConfiguration(parserConfiguration)
		.fail((message, error) => {
			failure ??= message ?? error?.message ?? "unreadable arguments";
		});
	for (const option of allOptions()) {
		const alias = [...(option.aliases ?? []), ...(option.short === undefined ? [] : [option.short])];
		if (option.kind === "flag") parser.option(option.name, { alias, type: "boolean", nargs: 0 });
		else parser.option(option.name, { alias, type: "string", nargs: 1, requiresArg: true });
	}
	const parsed: Record<string, unknown> = { ...parser.parseSync() };
	if (failure !== undefined) return { kind: "error", message: plainFailure(failure) };
	const { before, after } = splitAtDashes(parsed);
	const stray = before.find((word) => word.length > 1 && word.startsWith("-") && !isDashedText(word));
	if (stray !== undefined) return unknownOption(stray);
	const options = new Map<string, readonly string[]>();
	for (const option of allOptions()) {
		const value = parsed[option.name];
		if (value === undefined) continue;
		options.set(option.name, option.kind === "flag" ? [] : words(value));
	}
	return { kind: "ok", tokens: { options, positionals: [...before, ...after], beforeDashes: before.length } };
}

/** yargs' words for what it refuses, in ours. */
function plainFailure(message: string): string {
	const [, problem, word] = /^(Not enough arguments following|Argument unexpected for): (.+)$/.exec(message) ?? [];
	if (word === undefined) return message;
	const option = allOptions().find(({ name, short, aliases }) => [name, short, ...(aliases ?? [])].includes(word));
	const name = option?.name ?? word;
	if (problem !== "Not enough arguments following") return `\`--${name}\` takes no value`;
	return `\`--${name}\` needs a value (one that begins with a dash is written \`--${name}=VALUE\`)`;
}
