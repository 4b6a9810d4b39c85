// Help as text, from the tables alone: yargs would cost as much time again as the whole start of the program.

import { commands, rootCommand } from "./commands.ts";
import { type CommandSpec, commandName, type Option } from "./option.ts";

const indent = "  ";

function optionTerm(option: Option): string {
	const short = option.short === undefined ? "    " : `-${option.short}, `;
	return `${short}--${option.name}${option.kind === "flag" ? "" : ` ${option.valueName ?? "VALUE"}`}`;
}

function optionText(option: Option): string {
	return option.choices === undefined ? option.describe : `${option.describe} [${option.choices.join(", ")}]`;
}

/** Breaks `text` at blanks into lines of at most `width` columns (a longer word stays whole). */
function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(" ")) {
		if (line !== "" && line.length + 1 + word.length > width) {
			lines.push(line);
			line = word;
		} else line = line === "" ? word : `${line} ${word}`;
	}
	return [...lines, line];
}

function table(rows: readonly (readonly [term: string, text: string])[], width: number): string[] {
	const longest = Math.max(0, ...rows.map(([term]) => term.length));
	const column = Math.min(longest, 30) + indent.length * 2;
	return rows.flatMap(([term, text]) => {
		const [first = "", ...rest] = wrap(text, Math.max(20, width - column));
		const head = indent + term;
		const lines = head.length + 1 < column ? [head.padEnd(column) + first] : [head, " ".repeat(column) + first];
		return [...lines, ...rest.map((line) => " ".repeat(column) + line)];
	});
}

function usageLine(command: CommandSpec): string {
	const words = command.positionals.map(({ name, required }) => (required === true ? name : `[${name}]`));
	const subcommand = command === rootCommand ? ["COMMAND"] : [];
	return ["Usage:", commandName(command), ...subcommand, "[OPTIONS]", ...words].join(" ");
}

function subcommandRows(command: CommandSpec): (readonly [string, string])[] {
	return commands
		.filter(({ path }) => path.length > command.path.length && command.path.every((word, at) => word === path[at]))
		.map((sub) => [sub.path.slice(command.path.length).join(" "), sub.describe]);
}

function section(title: string, lines: readonly string[]): string[] {
	return lines.length === 0 ? [] : ["", title, ...lines];
}

/** The help of `command` for a terminal of `width` columns, ending in a newline. */
export function renderHelp(command: CommandSpec, width: number): string {
	const columns = Math.min(Math.max(width, 40), 110);
	const shown = command.options.filter(({ hidden }) => hidden !== true);
	const lines = [
		...wrap(command.describe, columns),
		"",
		usageLine(command),
		...section("Commands:", table(subcommandRows(command), columns)),
		...section(
			"Arguments:",
			table(
				command.positionals.map(({ name, describe, choices }) => [
					name,
					choices === undefined ? describe : `${describe} [${choices.join(", ")}]`,
				]),
				columns,
			),
		),
		...section(
			"Options:",
			table(
				shown.map((option) => [optionTerm(option), optionText(option)]),
				columns,
			),
		),
		...section(
			"",
			(command.notes ?? []).flatMap((note) => wrap(note, columns)),
		).slice(1),
	];
	return `${lines.join("\n")}\n`;
}
