// From tokens to a command: which one is meant, whether its options and positionals are its own. Pure.

import { commands, rootCommand } from "../options/commands.ts";
import { type CommandSpec, commandName, type Option } from "../options/option.ts";
import { nearest } from "./nearest.ts";
import type { Tokens } from "./tokens.ts";

/** A command with what it was given. */
export interface Invocation {
	readonly command: CommandSpec;
	readonly options: ReadonlyMap<string, readonly string[]>;
	/** Those after the command's words. */
	readonly positionals: readonly string[];
}

/** What the command line asks for. */
export type Selection =
	| { readonly kind: "run"; readonly invocation: Invocation }
	| { readonly kind: "help"; readonly command: CommandSpec }
	| { readonly kind: "version" }
	| { readonly kind: "error"; readonly message: string; readonly command: CommandSpec };

const isNamed = (command: CommandSpec, words: readonly string[]): boolean =>
	command.path.length === words.length &&
	command.path.every((word, at) => {
		const last = at === command.path.length - 1;
		return word === words[at] || (last && (command.aliases ?? []).includes(words[at] ?? ""));
	});

/** The longest command that the leading positionals name; the program itself when none. */
function findCommand(words: readonly string[]): { readonly command: CommandSpec; readonly length: number } {
	for (let length = Math.min(2, words.length); length > 0; length -= 1) {
		const lead = words.slice(0, length);
		const named = commands.find((command) => isNamed(command, lead));
		if (named !== undefined) return { command: named, length };
		// `code e resume`: an alias in front of a subcommand.
		const full = commands.find((command) => isNamed(command, lead.slice(0, 1)))?.path ?? lead.slice(0, 1);
		const nested = commands.find((command) => isNamed(command, [...full, ...lead.slice(1)]));
		if (nested !== undefined) return { command: nested, length };
	}
	return { command: rootCommand, length: 0 };
}

function strayOption({ command, options }: Invocation): string | undefined {
	const own = new Set(command.options.map(({ name }) => name));
	for (const name of options.keys()) {
		if (!own.has(name)) return `\`--${name}\` is not an option of \`${commandName(command)}\``;
	}
	return undefined;
}

function wrongChoice({ command, options }: Invocation): string | undefined {
	for (const option of command.options) {
		for (const value of options.get(option.name) ?? []) {
			const complaint = choiceComplaint(`--${option.name}`, value, option.choices);
			if (complaint !== undefined) return complaint;
		}
	}
	return undefined;
}

function choiceComplaint(name: string, value: string, choices: Option["choices"]): string | undefined {
	if (choices === undefined || choices.includes(value)) return undefined;
	return `\`${name}\` is one of ${choices.join(", ")}, not \`${value}\``;
}

function wrongPositionals({ command, positionals }: Invocation): string | undefined {
	for (const [at, positional] of command.positionals.entries()) {
		const value = positionals[at];
		if (value === undefined) {
			if (positional.required === true) return `\`${commandName(command)}\` needs ${positional.name}`;
			continue;
		}
		const complaint = choiceComplaint(positional.name, value, positional.choices);
		if (complaint !== undefined) return complaint;
	}
	if (command.positionals.at(-1)?.rest === true) return undefined;
	const extra = positionals[command.positionals.length];
	// `exec PROMPT -` says: wait for stdin and add it to the prompt.
	const mayWait = command.path[0] === "exec" && extra === "-" && positionals.length === command.positionals.length + 1;
	if (extra === undefined || mayWait) return undefined;
	return `unexpected argument \`${extra}\`${command.path[0] === "exec" ? " (a prompt of several words needs quotes)" : ""}`;
}

/** Names of groups such as `config` and mistyped commands: neither is a prompt. */
function notACommand(words: readonly string[]): string | undefined {
	const first = words[0];
	if (first === undefined) return undefined;
	const group = commands.filter(({ path }) => path.length > 1 && path[0] === first);
	if (group.length > 0) return `\`code ${first}\` needs a subcommand: ${group.map(({ path }) => path[1]).join(", ")}`;
	if (words.length > 1 || /\s/.test(first)) return undefined;
	const close = nearest(first, [...new Set(commands.map(({ path }) => path[0] ?? ""))]);
	return close === undefined ? undefined : `\`${first}\` is not a command; did you mean \`code ${close}\`?`;
}

/** Finds the command and checks what it was given. */
export function selectCommand(tokens: Tokens): Selection {
	const words = tokens.positionals.slice(0, tokens.beforeDashes);
	const { command, length } = findCommand(words);
	if (tokens.options.has("help")) return { kind: "help", command };
	if (tokens.options.has("version")) return { kind: "version" };
	const invocation: Invocation = { command, options: tokens.options, positionals: tokens.positionals.slice(length) };
	const group = command === rootCommand ? notACommand(words) : undefined;
	const message =
		group ??
		strayOption(invocation) ??
		wrongChoice(invocation) ??
		(command === rootCommand ? undefined : wrongPositionals(invocation));
	return message === undefined ? { kind: "run", invocation } : { kind: "error", message, command };
}
