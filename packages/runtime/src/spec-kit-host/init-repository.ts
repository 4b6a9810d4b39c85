// `speckit init`: the files that a repository needs for the pipeline. What is there already stays as it is.

import { existsSync } from "node:fs";
import path from "node:path";
import { templateNames, templateText } from "@codex/spec-kit";
import type { ReadySpecKitHost } from "./create-host.ts";
import { type DetectedCommands, detectCommands } from "./detect-commands.ts";

/** What was made. */
export interface InitReport {
	/** Relative to the repository, sorted as they were made. */
	readonly created: readonly string[];
	/** Those that were there. */
	readonly kept: readonly string[];
	readonly commands: DetectedCommands;
}

const constitution = `# Constitution

Principles that every change of this project keeps. Plans are checked against them; say what must hold, one principle a
heading, so that a reviewer can tell whether it does.

## Behaviour is tested

Every acceptance criterion has a test that fails without the change and passes with it.

## Small steps

A change does one thing. What it does not need, it does not touch.

## Documents agree

Requirements, plan, tasks and code say the same; whoever changes one of them changes the others.
`;

const tracker = `# Tracker

| Order | Task ID | Title | Status | Owners | PRD | Branch | PR | Last Validation | Evidence | Notes |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
`;

function settings(commands: DetectedCommands): string {
	const line = (name: keyof DetectedCommands): string => {
		const command = commands[name];
		return command === undefined ? `# ${name} = "…"` : `${name} = ${JSON.stringify(command)}`;
	};
	return [
		"# Settings of this project for Code. They count after `code config trust`.",
		"",
		"[speckit.commands]",
		"# Run by guardrails, in the sandbox.",
		line("build"),
		line("lint"),
		line("test"),
		"",
	].join("\n");
}

/** Makes the files. `dryRun`: only says which. Rejects as the host's files do. */
export async function initRepository({ host, root }: ReadySpecKitHost, dryRun: boolean): Promise<InitReport> {
	const commands = detectCommands(root);
	const wanted: [string, string][] = [
		["memory/constitution.md", constitution],
		["SPEC.md", tracker],
		[".code/config.toml", settings(commands)],
		...templateNames.map((name): [string, string] => [`templates/${name}-template.md`, templateText(name)]),
	];
	const [created, kept]: [string[], string[]] = [[], []];
	for (const [file, text] of wanted) {
		if (existsSync(path.join(root, file))) kept.push(file);
		else {
			if (!dryRun) await host.files.write(file, text);
			created.push(file);
		}
	}
	return { created, kept, commands };
}
