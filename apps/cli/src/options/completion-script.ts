// Completion scripts for shells, from the tables alone. They are static: pressing Tab starts no program of ours.

import { commands, rootCommand } from "./commands.ts";
import type { CommandSpec, Option } from "./option.ts";

/** The shells that there is a script for. */
export type CompletionShell = "bash" | "zsh" | "fish";

const visible = (command: CommandSpec): readonly Option[] => command.options.filter(({ hidden }) => hidden !== true);

function dashed(option: Option): string[] {
	return [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])];
}

/** What may follow the words of `command`: its subcommands and the choices of its first positional. */
function nextWords(command: CommandSpec): string[] {
	const depth = command.path.length;
	const subcommands = commands
		.filter(({ path }) => path.length > depth && command.path.every((word, at) => word === path[at]))
		.map(({ path }) => path[depth] ?? "");
	return [...new Set([...subcommands, ...(command.positionals[0]?.choices ?? [])])];
}

const groups = (): string[] => commands.filter(({ path }) => path.length > 1).flatMap(({ path }) => path.slice(0, 1));

/** The commands, and the bare words in front of a subcommand. */
function nodes(): CommandSpec[] {
	const known = new Set(commands.map(({ path }) => path.join(" ")));
	const bare = [...new Set(groups())].filter((word) => !known.has(word));
	return [
		rootCommand,
		...commands,
		...bare.map((word): CommandSpec => ({ path: [word], describe: "", positionals: [], options: [] })),
	];
}

function valueChoices(): { readonly pattern: string; readonly words: string }[] {
	const seen = new Map<string, { pattern: string; words: string }>();
	for (const option of nodes().flatMap(visible)) {
		if (option.choices === undefined) continue;
		seen.set(option.name, { pattern: dashed(option).join("|"), words: option.choices.join(" ") });
	}
	return [...seen.values()];
}

function filePatterns(): string {
	const names = ["FILE", "DIR"];
	const options = nodes()
		.flatMap(visible)
		.filter(({ valueName }) => valueName !== undefined && names.includes(valueName));
	return [...new Set(options.flatMap(dashed))].join("|");
}

function bashScript(functionName: string): string {
	const cases = nodes().map((node) => {
		const words = [...nextWords(node), ...visible(node).flatMap(dashed)].join(" ");
		return `\t\t"${node.path.join(" ")}") words="${words}" ;;`;
	});
	return `${functionName}() {
	local current previous word path="" at words=""
	current="\${COMP_WORDS[COMP_CWORD]}"
	previous="\${COMP_WORDS[COMP_CWORD-1]}"
	COMPREPLY=()
	case "$previous" in
${valueChoices()
	.map(({ pattern, words }) => `\t\t${pattern}) COMPREPLY=($(compgen -W "${words}" -- "$current")); return ;;`)
	.join("\n")}
		${filePatterns()}) COMPREPLY=($(compgen -f -- "$current")); return ;;
	esac
	for ((at = 1; at < COMP_CWORD; at++)); do
		word="\${COMP_WORDS[at]}"
		case "\${path:+$path }$word" in
			${nodes()
				.filter(({ path }) => path.length > 0)
				.map(({ path }) => `"${path.join(" ")}"`)
				.join("|")}) path="\${path:+$path }$word" ;;
		esac
	done
	case "$path" in
${cases.join("\n")}
	esac
	COMPREPLY=($(compgen -W "$words" -- "$current"))
	if [[ \${#COMPREPLY[@]} -eq 0 && "$current" != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F ${functionName} code coder
`;
}

function zshScript(): string {
	return `#compdef code coder
autoload -U +X bashcompinit && bashcompinit
${bashScript("_code")}`;
}

const fishQuote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function fishCondition(command: CommandSpec): string {
	if (command.path.length === 0) return "__fish_use_subcommand";
	return command.path.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
}

function fishOption(program: string, condition: string, option: Option): string {
	const short = option.short === undefined ? "" : ` -s ${option.short}`;
	const files = option.valueName === "FILE" || option.valueName === "DIR";
	const takes = option.kind === "flag" ? "" : files ? " -r -F" : " -x";
	const choices = option.choices === undefined ? "" : ` -a ${fishQuote(option.choices.join(" "))}`;
	return `complete -c ${program} -n ${fishQuote(condition)} -l ${option.name}${short}${takes}${choices} -d ${fishQuote(option.describe)}`;
}

function fishScript(): string {
	const lines: string[] = [];
	for (const program of ["code", "coder"]) {
		for (const node of nodes()) {
			const condition = fishCondition(node);
			for (const word of nextWords(node)) {
				const described =
					commands.find(({ path }) => path.join(" ") === [...node.path, word].join(" "))?.describe ?? "";
				lines.push(`complete -c ${program} -n ${fishQuote(condition)} -a ${word} -d ${fishQuote(described)}`);
			}
			for (const option of visible(node)) lines.push(fishOption(program, condition, option));
		}
	}
	return `${lines.join("\n")}\n`;
}

/** The script that `code completion SHELL` prints. */
export function completionScript(shell: CompletionShell): string {
	switch (shell) {
		case "bash":
			return bashScript("_code");
		case "zsh":
			return zshScript();
		case "fish":
			return fishScript();
	}
}
