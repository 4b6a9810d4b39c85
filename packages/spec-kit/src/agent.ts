// The canonical agents, the roles in which they are asked, and the words that config and old evidence use for them.

/** A canonical agent: a seat in a roster, filled by whatever model the host maps to it. */
export type AgentName = "gemini" | "claude" | "code" | "gpt_codex" | "gpt_pro";

/** All canonical agents, in the order that breaks ties. */
export const agentNames: readonly AgentName[] = Object.freeze(["gemini", "claude", "code", "gpt_codex", "gpt_pro"]);

/** What an agent is asked to be in one call. */
export type AgentRole =
	| "research"
	| "synthesis"
	| "code"
	| "review"
	| "aggregator"
	| "arbiter"
	| "gate"
	| "gate-validator";

const aliases: Readonly<Record<AgentName, readonly string[]>> = {
	gemini: ["gemini", "gemini_flash", "gemini_2.0"],
	claude: ["claude", "claude_sonnet", "claude_4"],
	code: ["code", "claude_code"],
	gpt_codex: ["gpt_codex", "gptcodex", "gpt5_codex", "gpt_5_codex"],
	gpt_pro: ["gpt_pro", "gptpro", "gpt5", "gpt_5", "gpt5pro"],
};

const byAlias: ReadonlyMap<string, AgentName> = new Map(
	agentNames.flatMap((name) => aliases[name].map((alias): [string, AgentName] => [alias, name])),
);

/** The canonical agent that `word` names (case, `-` and space aside), or `undefined` for any other word. */
export function parseAgentName(word: string): AgentName | undefined {
	return byAlias.get(word.trim().toLowerCase().replaceAll(/[-\s]/g, "_"));
}
