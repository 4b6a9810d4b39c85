// The commands about saved sessions.

import { configOptions, globalOptions, jsonOption, limitOption } from "./config-options.ts";
import type { CommandSpec, Option, Positional } from "./option.ts";
import { execOptions, sessionOptions } from "./session-options.ts";

const id: Positional = { name: "ID", describe: "The session's id, or the beginning of it", required: true };

const simple: readonly Option[] = [...globalOptions, jsonOption];

const teamOptions = new Set(["json", "timeout", "color"]);

const checkOption: Option = {
	name: "check",
	kind: "value",
	valueName: "COMMAND",
	describe: "Decides whether work passes, beside build, lint and test of [speckit.commands]",
};

const agentsOption: Option = {
	name: "agents",
	kind: "value",
	valueName: "NAMES",
	describe: "Who takes part, with commas: gemini, claude, code, gpt_codex, gpt_pro (default gemini,claude,gpt_codex)",
};

const budgetOption: Option = {
	name: "budget",
	kind: "value",
	valueName: "USD",
	describe: "Stop before all of it costs more",
};

const dryRunOption: Option = { name: "dry-run", kind: "flag", describe: "Only say what would be done" };

/** A command for several agents. */
function teamCommand(name: string, describe: string, more: readonly Option[]): CommandSpec {
	return {
		path: [name],
		describe,
		positionals: [{ name: "TASK", describe: "What is to be done; `-` reads it from standard input" }],
		options: [
			...globalOptions,
			...configOptions,
			...sessionOptions.filter((option) => option.name === "cd"),
			...execOptions.filter((option) => teamOptions.has(option.name)),
			agentsOption,
			budgetOption,
			dryRunOption,
			...more,
		],
		notes: ["Who answers for each agent: `code speckit doctor`"],
	};
}

const reviewOptions = new Set(["json", "ephemeral", "max-turns", "timeout", "idle-timeout", "max-cost-usd", "color"]);

/** In the order of help. */
export const sessionCommands: readonly CommandSpec[] = [
	{
		path: ["fork"],
		describe: "Make a new session of an earlier one; with a prompt, go on with it",
		positionals: [id, { name: "PROMPT", describe: "What to do; `-` reads it from stdin" }],
		options: [
			...globalOptions,
			...configOptions,
			...sessionOptions,
			...execOptions,
			{ name: "at", kind: "value", valueName: "TURN", describe: "The last turn to take over: its number, or its id" },
		],
		notes: [
			"In a terminal and without a prompt it goes on interactively; else it prints the new session's id",
			"The earlier session stays as it is; one that is in use can be forked too",
		],
	},
	{
		path: ["review"],
		describe: "Review a change and list what is wrong with it; nothing is changed",
		positionals: [{ name: "PROMPT", describe: "What to look at in particular" }],
		options: [
			...globalOptions,
			...configOptions,
			...sessionOptions.filter(({ name }) => name === "cd"),
			...execOptions.filter(({ name }) => reviewOptions.has(name)),
			{ name: "uncommitted", kind: "flag", describe: "Staged, unstaged and new files (the default)" },
			{ name: "base", kind: "value", valueName: "BRANCH", describe: "What was done since HEAD left this branch" },
			{ name: "commit", kind: "value", valueName: "COMMIT", describe: "One commit" },
			{
				name: "fail-on",
				kind: "value",
				valueName: "PRIORITY",
				describe: "Exit with 12 when there is a finding as urgent as this; 0 is the most urgent",
				choices: ["0", "1", "2", "3"],
			},
		],
		notes: ["The model is `review_model` where that is set"],
	},
	teamCommand("plan", "Several agents plan a task, each for itself; then one plan is made of theirs", []),
	teamCommand(
		"solve",
		"Several agents race for an answer; with `--check` they do the work, and the first that passes wins",
		[checkOption],
	),
	teamCommand("code", "Several agents do a task in work trees of their own; the best that passes is merged", [
		checkOption,
		{
			name: "candidates",
			kind: "value",
			valueName: "N",
			describe: "How many do it; default: as many as agents are named",
		},
	]),
	{
		path: ["rewind"],
		describe: "Go back to the end of an earlier turn: conversation, files or both",
		positionals: [{ name: "ID", describe: "The session; default: the latest of this folder" }],
		options: [
			...simple,
			{
				name: "to",
				kind: "value",
				valueName: "TURN",
				describe: "The last turn that stays, from 0; default: all but the last",
			},
			{
				name: "only",
				kind: "value",
				valueName: "WHAT",
				describe: "Go back with one of the two",
				choices: ["files", "conversation"],
			},
			{ name: "preview", kind: "flag", describe: "Only say what would happen" },
			{
				name: "overwrite",
				kind: "list",
				valueName: "FILE",
				describe: "Put this file back although you changed it since; may be repeated",
			},
			{ name: "overwrite-all", kind: "flag", describe: "Put all such files back" },
			{ name: "redo", kind: "flag", describe: "Take the last rewind back" },
		],
		notes: ["A file that you changed since is left as it is, and the exit code is 11"],
	},
	{
		path: ["sessions", "list"],
		describe: "List saved sessions, newest first",
		positionals: [],
		options: [
			...simple,
			limitOption,
			{ name: "here", kind: "flag", describe: "Only those that were started in this folder" },
		],
	},
	{
		path: ["sessions", "show"],
		describe: "Show what was said and done in a session",
		positionals: [id],
		options: [
			...simple,
			{ name: "compaction", kind: "flag", describe: "Show what compactions took out of the context, and their notes" },
		],
	},
	{
		path: ["sessions", "search"],
		describe: "Find sessions by words of the user, the model and commands",
		positionals: [{ name: "WORDS", describe: "All of them must be there", required: true, rest: true }],
		options: [...simple, limitOption],
	},
	{
		path: ["sessions", "export"],
		describe: "Write a session as Markdown or JSON, secrets masked",
		positionals: [id],
		options: [
			...simple,
			{ name: "format", kind: "value", valueName: "FORMAT", describe: "Default: md", choices: ["md", "json"] },
			{ name: "output", kind: "value", valueName: "FILE", describe: "Write to a new file instead of stdout" },
		],
	},
	{
		path: ["sessions", "delete"],
		describe: "Delete a session for good",
		positionals: [id],
		options: simple,
		notes: ["Exit code 3: a process has it"],
	},
	{
		path: ["sessions", "compact"],
		describe: "Summarise a session's conversation to free the context; the file keeps all of it",
		positionals: [id],
		options: [...simple, ...configOptions, ...sessionOptions],
	},
	{
		path: ["sessions", "doctor"],
		describe: "Look for damaged and interrupted sessions; nothing is changed",
		positionals: [],
		options: simple,
		notes: ["Exit codes: 0 all load whole, 1 something was found"],
	},
	{
		path: ["sessions", "reindex"],
		describe: "Make the index of sessions anew from their files",
		positionals: [],
		options: simple,
	},
	{
		path: ["gc"],
		describe: "Delete sessions beyond the caps of the config table `sessions`",
		positionals: [],
		options: [...globalOptions, ...configOptions, jsonOption, dryRunOption],
		notes: ["Sessions that are in use stay; the cap on size takes none of the last 7 days"],
	},
];
