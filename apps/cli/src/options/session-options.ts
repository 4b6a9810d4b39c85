// The options of a run of the agent.

import { jsonOption } from "./config-options.ts";
import type { Option } from "./option.ts";

/** Where a session works and what it is given; also accepted before a subcommand. */
export const sessionOptions: readonly Option[] = [
	{ name: "cd", short: "C", kind: "value", valueName: "DIR", describe: "Work in this folder" },
	{ name: "add-dir", kind: "list", valueName: "DIR", describe: "Another folder that may be written to" },
	{
		name: "image",
		short: "i",
		kind: "list",
		valueName: "FILE",
		describe: "Attach images to the prompt; several with commas or by repeating",
	},
];

/** What only `exec` takes. */
export const execOptions: readonly Option[] = [
	jsonOption,
	{
		name: "output-last-message",
		short: "o",
		kind: "value",
		valueName: "FILE",
		describe: "Write the final message to a file",
	},
	{
		name: "output-schema",
		kind: "value",
		valueName: "FILE",
		describe: "JSON Schema that the final message must fit",
	},
	{ name: "skip-git-repo-check", kind: "flag", describe: "Work outside a git repository too" },
	{ name: "ephemeral", kind: "flag", describe: "Keep no session file" },
	{
		name: "max-turns",
		kind: "value",
		valueName: "N",
		describe: "Stop after N requests to the model",
	},
	{ name: "timeout", kind: "value", valueName: "SECONDS", describe: "Stop after this time" },
	{
		name: "idle-timeout",
		kind: "value",
		valueName: "SECONDS",
		describe: "Give up on a response of the model that sends nothing for this time",
	},
	{ name: "max-cost-usd", kind: "value", valueName: "USD", describe: "Stop when this much is spent" },
	{ name: "record", kind: "value", valueName: "FILE", describe: "Write a recording of the run" },
	{
		name: "replay",
		kind: "value",
		valueName: "FILE",
		describe: "Take the model's answers from a recording; tools are real",
	},
	{
		name: "color",
		kind: "value",
		valueName: "WHEN",
		describe: "Colours: `auto` (the default) follows the terminal and NO_COLOR",
		choices: ["always", "never", "auto"],
	},
	{ name: "thread-source", kind: "value", valueName: "NAME", describe: "Accepted for SDKs; unused", hidden: true },
	{
		name: "cyber-access-program",
		kind: "value",
		valueName: "NAME",
		describe: "Accepted for SDKs; unused",
		hidden: true,
	},
];

const interactiveNames = ["ephemeral", "max-turns", "idle-timeout", "max-cost-usd", "record", "replay"];

/** What an interactive session takes besides {@link sessionOptions}. */
export const interactiveOptions: readonly Option[] = execOptions.filter(({ name }) => interactiveNames.includes(name));

/** Which session goes on. */
export const resumeOptions: readonly Option[] = [
	{ name: "last", kind: "flag", describe: "The newest session of this folder" },
];
