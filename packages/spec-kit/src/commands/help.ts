// What a command's help says, from the catalog alone.

import type { CommandSpec, Positional } from "./command.ts";

const shown = (positional: Positional): string => {
	const name = positional.kind === "spec" ? "SPEC-ID" : positional.kind === "stage" ? "STAGE" : positional.name;
	return positional.required ? `<${name}>` : `[${name}]`;
};

const tierText: Readonly<Record<CommandSpec["tier"], string>> = {
	"0": "no agent, no cost",
	"2-lite": "two agents",
	"2": "three agents",
	"3": "four agents",
	"4": "a whole run: three checkpoints and six stages",
};

/**
 * Calls of agents that a command makes when every answer is good: voters, then one aggregator a stage; gates ask each
 * agent once. Retries, repairs, arbiters and validators come on top.
 */
export function expectedCalls(spec: CommandSpec): number {
	switch (spec.name) {
		case "auto":
		case "guardrail.auto":
			return 12 + 5 * 4 + 5;
		case "new":
			return 2 * 4;
		case "plan":
		case "tasks":
		case "implement":
		case "validate":
		case "audit":
		case "unlock":
			return spec.agents.length + 1;
		default:
			return spec.agents.length;
	}
}

/** The help of a command: usage, what it does, what it costs, its flags, its older names. Ends without a newline. */
export function commandHelp(spec: CommandSpec): string {
	const words = spec.positionals.map(shown);
	const flags = spec.flags.map(({ name, value, aliases, summary }) => {
		const also = aliases.length === 0 ? "" : ` (also ${aliases.map((alias) => `--${alias}`).join(", ")})`;
		return `  --${name}${value === undefined ? "" : ` ${value}`}  ${summary}${also}`;
	});
	const calls = expectedCalls(spec);
	const agents = spec.agents.length === 0 ? "" : `: ${spec.agents.join(", ")}; at least ${calls} calls`;
	return [
		`${spec.slash} ${[...words, ...(flags.length === 0 ? [] : ["[flags]"])].join(" ")}`.trimEnd(),
		`code speckit ${[...spec.words, ...words].join(" ")}`,
		"",
		spec.summary,
		`Tier ${spec.tier}: ${tierText[spec.tier]}${agents}`,
		...(flags.length === 0 ? [] : ["", ...flags]),
		...(spec.aliases.length === 0 ? [] : ["", `Older names that still work: ${spec.aliases.join(", ")}`]),
		"",
		`Example: ${spec.slash} ${spec.example}`,
	].join("\n");
}
