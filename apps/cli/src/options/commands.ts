// All commands of the program. A command that does not work is not in here.

import { configOptions, globalOptions, jsonOption, limitOption } from "./config-options.ts";
import type { CommandSpec, Option } from "./option.ts";
import { sessionCommands } from "./session-commands.ts";
import { execOptions, interactiveOptions, resumeOptions, sessionOptions } from "./session-options.ts";

/** Names that `code schema` knows; files of protocol's schema folder. */
const schemaNames: readonly string[] = ["exec-event", "config", "recording", "command-output"];

/** Shells that `code completion` knows. */
const shellNames: readonly string[] = ["bash", "zsh", "fish"];

const prompt = { name: "PROMPT", describe: "What to do; `-` reads it from stdin" } as const;

const mcpServeOptions: readonly Option[] = [
	...globalOptions,
	...configOptions,
	{
		name: "http",
		kind: "value",
		valueName: "ADDRESS",
		describe: "Serve streamable HTTP there, for example 127.0.0.1:8700",
	},
	{
		name: "token-env-var",
		kind: "value",
		valueName: "NAME",
		describe: "With --http: variable that holds the bearer token; default: a new one, shown on stderr",
	},
];

const serverName = { name: "NAME", describe: "Name of the server", required: true } as const;

const commandWords = { name: "COMMAND", describe: "The command, after `--`", required: true, rest: true } as const;

/** Options that choose a sandbox policy. */
const sandboxOptions: readonly Option[] = [
	{
		name: "policy",
		kind: "value",
		valueName: "MODE",
		describe: "read-only (default: the configured mode), workspace-write or danger-full-access",
		choices: ["read-only", "workspace-write", "danger-full-access"],
	},
	{ name: "writable", kind: "list", valueName: "DIR", describe: "Another folder that may be written" },
	{ name: "network", kind: "flag", describe: "Allow the network" },
	...sessionOptions.filter(({ name }) => name === "cd"),
	...configOptions.filter(({ name }) => name === "config" || name === "profile" || name === "full-auto"),
];

/** Options that select memories. */
const memoryOptions: readonly Option[] = [
	{ name: "tags", kind: "list", valueName: "TAG", describe: "Only memories with this tag; all of them when repeated" },
	{ name: "domain", kind: "value", valueName: "NAME", describe: "Only memories of this domain" },
	limitOption,
];

/** The program itself. */
export const rootCommand: CommandSpec = {
	path: [],
	describe: "A coding agent for the terminal; without a command an interactive session begins",
	positionals: [{ name: "PROMPT", describe: "What to do first" }],
	options: [...globalOptions, ...configOptions, ...sessionOptions, ...interactiveOptions],
	notes: [
		"Options before a command count for it too; those after it win",
		"An interactive session needs a terminal (exit code 13 without one); `code exec` does not",
	],
};

/** The others, in the order of help. */
export const commands: readonly CommandSpec[] = [
	{
		path: ["exec"],
		aliases: ["e"],
		describe: "Do a task without a person: progress on stderr, the final message on stdout",
		positionals: [prompt],
		options: [...globalOptions, ...configOptions, ...sessionOptions, ...execOptions],
		notes: [
			"Piped input joins the prompt when it is there at the start; `code exec PROMPT -` waits for its end",
			"Exit codes: 0 done, 1 failed, 2 usage or config, 3 no credentials or provider unreachable, 4 limit reached, 11 approval needed, 130 interrupted",
		],
	},
	{
		path: ["exec", "resume"],
		describe: "Go on with an earlier session",
		positionals: [{ name: "ID", describe: "The session's id; left out with --last" }, prompt],
		options: [...globalOptions, ...configOptions, ...sessionOptions, ...execOptions, ...resumeOptions],
	},
	{
		path: ["resume"],
		describe: "Go on with an earlier session interactively; without an ID, choose one",
		positionals: [
			{ name: "ID", describe: "The session's id, or the beginning of it; left out with --last" },
			{ name: "PROMPT", describe: "What to do first" },
		],
		options: [...globalOptions, ...configOptions, ...sessionOptions, ...interactiveOptions, ...resumeOptions],
	},
	...sessionCommands,
	{
		path: ["search", "files"],
		describe: "Find files by name, best first",
		positionals: [
			{ name: "QUERY", describe: "Letters of the path, in order; several words must all match", rest: true },
		],
		options: [
			...globalOptions,
			{ name: "cwd", kind: "value", valueName: "DIR", describe: "Folder to search; default: the current one" },
			limitOption,
			{ name: "hidden", kind: "flag", describe: "Outside a repository, also names that begin with a dot" },
			jsonOption,
		],
		notes: [
			"In a repository its files are searched, ignored ones excepted; elsewhere .gitignore and .ignore count",
			"Exit codes: 0 found, 1 nothing matches, 2 the folder cannot be used",
		],
	},
	{
		path: ["replay"],
		describe: "Show a recorded run again: nothing is executed and no network is used",
		positionals: [{ name: "FILE", describe: "A recording made by `code exec --record`", required: true, files: true }],
		options: [
			...globalOptions,
			jsonOption,
			...execOptions.filter(({ name }) => name === "color" || name === "output-last-message"),
		],
	},
	{
		path: ["apply-patch"],
		describe: "Apply a patch in the `*** Begin Patch` format, all or nothing",
		positionals: [{ name: "FILE", describe: "The patch, or its text; `-` or nothing reads stdin", files: true }],
		options: [
			...globalOptions,
			...sessionOptions.filter(({ name }) => name === "cd"),
			{ name: "unconfined", kind: "flag", describe: "Let the patch touch files outside the folder" },
			jsonOption,
		],
	},
	{
		path: ["config", "explain"],
		describe: "Say what a config key is set to, by which layer and where",
		positionals: [{ name: "KEY", describe: "For example `model` or `sandbox_workspace_write.network_access`" }],
		options: [
			...globalOptions,
			...configOptions,
			{ name: "all", kind: "flag", describe: "Explain every key that is set" },
			jsonOption,
		],
	},
	{
		path: ["config", "trust"],
		describe: "Show what a repository's own settings would do, and let them count",
		positionals: [{ name: "DIR", describe: "Default: the repository of the current folder" }],
		options: [
			...globalOptions,
			{ name: "yes", short: "y", kind: "flag", describe: "Trust the present content without asking" },
			{ name: "hash", kind: "value", valueName: "SHA256", describe: "Trust the content with this hash, and no other" },
			{ name: "remove", kind: "flag", describe: "End the trust" },
			{ name: "list", kind: "flag", describe: "List the trusted folders" },
			jsonOption,
		],
		notes: ["Any change of the content ends the trust. Exit code 11: it was shown, and nobody said yes"],
	},
	{
		path: ["doctor"],
		describe: "Check this installation",
		positionals: [],
		options: [
			...globalOptions,
			...configOptions,
			{ name: "online", kind: "flag", describe: "Also try to reach the provider" },
			jsonOption,
		],
	},
	{
		path: ["sandbox", "run"],
		describe: "Run a command under a sandbox policy; the exit code is the command's own",
		positionals: [commandWords],
		options: [...globalOptions, ...sandboxOptions],
		notes: [
			"Put `--` before the command: `code sandbox run --policy read-only -- ls -l`",
			"Exit code 3: it was not run, because this machine cannot keep the policy",
		],
	},
	{
		path: ["sandbox", "check"],
		describe: "Prove by trying what this machine enforces",
		positionals: [],
		options: [...globalOptions, jsonOption],
		notes: ["Exit codes: 0 everything is enforced, 1 something is not"],
	},
	{
		path: ["sandbox", "explain"],
		describe: "Say whether a path may be read and written, or a host reached, and which rule says so",
		positionals: [{ name: "PATH|HOST", describe: "A path, or a host such as example.com", required: true }],
		options: [...globalOptions, ...sandboxOptions, jsonOption],
	},
	{
		path: ["debug", "landlock"],
		describe: "The same as `sandbox run`",
		positionals: [commandWords],
		options: [...globalOptions, ...sandboxOptions],
	},
	{
		path: ["debug", "seatbelt"],
		describe: "The same as `sandbox run`",
		positionals: [commandWords],
		options: [...globalOptions, ...sandboxOptions],
	},
	{
		path: ["rule", "check"],
		describe: "Judge a command by the command rules in force",
		positionals: [commandWords],
		options: [...globalOptions, ...configOptions, jsonOption],
		notes: [
			"One word is a script, several are a program and its arguments",
			"Exit codes: 0 it may run, 12 it is asked about or forbidden",
		],
	},
	{
		path: ["rule", "explain"],
		describe: "Say for each part of a command what is known of it and which rule applies",
		positionals: [commandWords],
		options: [...globalOptions, ...configOptions, jsonOption],
	},
	{
		path: ["rule", "list"],
		describe: "List the command rules in force",
		positionals: [],
		options: [...globalOptions, ...configOptions, jsonOption],
	},
	{
		path: ["rule", "add"],
		describe: "Allow commands that begin with these words",
		positionals: [commandWords],
		options: [
			...globalOptions,
			{ name: "exact", kind: "flag", describe: "Only exactly these words, nothing after them" },
			jsonOption,
		],
		notes: ["Saved in rules/default.rules of the program's home: `code rule add -- npm test`"],
	},
	{
		path: ["acp"],
		describe: "Serve an editor over the Agent Client Protocol on stdin and stdout",
		positionals: [],
		options: [...globalOptions, ...configOptions],
		notes: ["The editor starts it; see docs/acp.md"],
	},
	{
		path: ["memory", "serve"],
		describe: "Serve the memory over MCP on stdin and stdout",
		positionals: [],
		options: globalOptions,
	},
	{
		path: ["memory", "search"],
		describe: "Find memories by words and tags, best first",
		positionals: [{ name: "QUERY", describe: "Words; left out with --tags", rest: true }],
		options: [...globalOptions, ...memoryOptions, jsonOption],
		notes: ["Exit codes: 0 found or not, 1 the memory cannot be used"],
	},
	{
		path: ["memory", "list"],
		describe: "List memories, newest first",
		positionals: [],
		options: [...globalOptions, ...memoryOptions, jsonOption],
	},
	{
		path: ["memory", "export"],
		describe: "Print every memory as a JSON line",
		positionals: [],
		options: [...globalOptions, jsonOption],
	},
	{
		path: ["memory", "import"],
		describe: "Store the lines of an export, all or nothing; memories that are there are kept",
		positionals: [{ name: "FILE", describe: "The lines; `-` or nothing reads stdin", files: true }],
		options: [...globalOptions, jsonOption],
	},
	{
		path: ["mcp"],
		describe: "The same as `code mcp serve`",
		positionals: [],
		options: mcpServeOptions,
	},
	{
		path: ["mcp", "serve"],
		describe: "Serve the agent over MCP: tools that start and continue sessions",
		positionals: [],
		options: mcpServeOptions,
		notes: ["Without `--http` on stdin and stdout; approvals are asked of the client"],
	},
	{
		path: ["mcp", "list"],
		describe: "List the configured MCP servers",
		positionals: [],
		options: [...globalOptions, ...configOptions, jsonOption],
	},
	{
		path: ["mcp", "get"],
		describe: "Show the settings of an MCP server; values of variables and headers are masked",
		positionals: [serverName],
		options: [...globalOptions, ...configOptions, jsonOption],
	},
	{
		path: ["mcp", "add"],
		describe: "Add an MCP server to config.toml, or replace one; the rest of the file stays as it is",
		positionals: [serverName, { name: "COMMAND", describe: "The command, after `--`", rest: true }],
		options: [
			...globalOptions,
			{ name: "env", kind: "list", valueName: "NAME=VALUE", describe: "Set a variable for the command" },
			{ name: "url", kind: "value", valueName: "URL", describe: "Address of a server, in place of a command" },
			{
				name: "bearer-token-env-var",
				kind: "value",
				valueName: "NAME",
				describe: "Variable that holds the token for the address",
			},
			jsonOption,
		],
		notes: ["For example `code mcp add files -- npx -y @modelcontextprotocol/server-filesystem .`"],
	},
	{
		path: ["mcp", "remove"],
		describe: "Remove an MCP server from config.toml",
		positionals: [serverName],
		options: [...globalOptions, jsonOption],
	},
	{
		path: ["mcp", "test"],
		describe: "Start an MCP server and list its tools",
		positionals: [serverName],
		options: [
			...globalOptions,
			...configOptions,
			{ name: "trust-changes", kind: "flag", describe: "Trust its command and tools as they are now" },
			jsonOption,
		],
		notes: ["Exit codes: 0 it runs, 1 it does not"],
	},
	{
		path: ["mcp", "login"],
		describe: "Log in at the address of an MCP server",
		positionals: [serverName],
		options: [
			...globalOptions,
			...configOptions,
			{ name: "scopes", kind: "value", valueName: "A,B", describe: "Ask for these scopes" },
			jsonOption,
		],
		notes: ["Shows a page to open and waits five minutes for it; tokens are kept in mcp-credentials.json"],
	},
	{
		path: ["mcp", "logout"],
		describe: "Forget the login at an MCP server; its tokens are not revoked there",
		positionals: [serverName],
		options: [...globalOptions, ...configOptions, jsonOption],
	},
	{
		path: ["speckit"],
		describe: "From a requirement to checked work, agreed between several models; `code speckit --help`",
		positionals: [{ name: "VERB", describe: "init, new, auto, plan, status, …", rest: true }],
		options: globalOptions,
	},
	{
		path: ["schema"],
		describe: "Print the JSON Schema of an output or file format",
		positionals: [{ name: "NAME", describe: "Which one", required: true, choices: schemaNames }],
		options: globalOptions,
	},
	{
		path: ["completion"],
		describe: "Print a completion script for a shell",
		positionals: [{ name: "SHELL", describe: "Default: bash", choices: shellNames }],
		options: globalOptions,
	},
];

/** Every option of every command, each name once. */
export function allOptions(): readonly Option[] {
	const byName = new Map<string, Option>();
	for (const command of [rootCommand, ...commands]) {
		for (const option of command.options) byName.set(option.name, option);
	}
	return [...byName.values()];
}
