// The options that choose model, provider and policies. They come before or after a subcommand.

import type { Option } from "./option.ts";

/** Options of every command that reads the configuration. */
export const configOptions: readonly Option[] = [
	{
		name: "config",
		short: "c",
		kind: "list",
		valueName: "KEY=VALUE",
		describe: "Set a config key for this run; VALUE is TOML, or text when it is not",
	},
	{ name: "model", short: "m", kind: "value", valueName: "MODEL", describe: "Model to ask" },
	{ name: "profile", short: "p", kind: "value", valueName: "NAME", describe: "Profile of config.toml to use" },
	{
		name: "sandbox",
		short: "s",
		kind: "value",
		valueName: "MODE",
		describe: "What commands and patches may touch",
		choices: ["read-only", "workspace-write", "danger-full-access"],
	},
	{
		name: "ask-for-approval",
		short: "a",
		kind: "value",
		valueName: "POLICY",
		describe: "When a person is asked before a command runs",
		choices: ["untrusted", "on-failure", "on-request", "never"],
	},
	{ name: "full-auto", kind: "flag", describe: "Same as `-a on-request -s workspace-write`" },
	{
		name: "dangerously-bypass-approvals-and-sandbox",
		aliases: ["yolo"],
		kind: "flag",
		describe: "Run everything, unasked and unconfined",
	},
	{ name: "trust", kind: "flag", describe: "Let the repository's own settings count in this run" },
	{ name: "oss", kind: "flag", describe: "Use a local model server" },
	{ name: "strict-config", kind: "flag", describe: "An unknown config key is an error" },
	{ name: "ignore-user-config", kind: "flag", describe: "Do not read config.toml and profiles" },
];

/** Options of every command at all. */
export const globalOptions: readonly Option[] = [
	{ name: "help", short: "h", kind: "flag", describe: "Show this help" },
	{ name: "version", short: "V", kind: "flag", describe: "Show the version" },
];

/** The option of every command that can answer as JSON. */
export const jsonOption: Option = {
	name: "json",
	aliases: ["experimental-json"],
	kind: "flag",
	describe: "Print JSON on stdout and nothing else",
};

/** The option of every command that lists. */
export const limitOption: Option = {
	name: "limit",
	kind: "value",
	valueName: "N",
	describe: "Show N at most (default: 50 sessions, 20 memories, 64 files)",
};
