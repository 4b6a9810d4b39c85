// Which provider and model fill the seat of a canonical agent: what the user maps it to, else the vendor that its name
// stands for. Whether that vendor can be asked is found out by asking.

import type { Config } from "@codex/config";
import type { AgentName, AgentRequest } from "@codex/spec-kit";
import type { AgentSeat, SessionSeat } from "../agents/agent-task.ts";
import { commandSeat } from "../agents/command-seat.ts";

/** The seat, or why nobody fills it. */
export type SeatResult =
	| { readonly kind: "ok"; readonly seat: AgentSeat }
	| { readonly kind: "missing"; readonly reason: string };

const vendors: Readonly<Record<AgentName, string | undefined>> = {
	gemini: "gemini",
	claude: "anthropic",
	// The agent of this program: whatever the user works with.
	code: undefined,
	gpt_codex: "openai",
	gpt_pro: "openai",
};

// Names of the reference that the vendor's interface spells otherwise.
const spelled: ReadonlyMap<string, string> = new Map([["claude-4.5-sonnet", "claude-sonnet-4-5"]]);

/** The entry of `[[agents]]` that an agent is mapped to. */
function programSeat(config: Config, agent: AgentName, name: string): SeatResult {
	const entry = config.agents.find((each) => each.name === name);
	const where = `speckit.agents.${agent}.command`;
	if (entry === undefined)
		return { kind: "missing", reason: `${where}: there is no [[agents]] entry called \`${name}\`` };
	if (!entry.enabled) return { kind: "missing", reason: `${where}: \`${name}\` is switched off` };
	const { model } = config.speckit.agents[agent] ?? {};
	return { kind: "ok", seat: commandSeat(entry, model ?? config.speckit.models[agent]) };
}

/** The seat that the user names a provider or a model for. */
function namedSeat(provider: string | undefined, model: string | undefined): SessionSeat | undefined {
	if (provider === undefined && model === undefined) return undefined;
	return {
		kind: "session",
		...(provider === undefined ? {} : { provider }),
		...(model === undefined ? {} : { model }),
	};
}

/** The seat for a request; `wanted` is what it would have by default. */
export function seatOf(config: Config, agent: AgentName, wanted: AgentRequest["wanted"]): SeatResult {
	const { models, agents } = config.speckit;
	const mapped = agents[agent];
	if (mapped?.enabled === false) return { kind: "missing", reason: `speckit.agents.${agent} is switched off` };
	if (mapped?.command !== undefined) return programSeat(config, agent, mapped.command);
	const effort = mapped?.effort === undefined ? {} : { effort: mapped.effort };
	const own = namedSeat(mapped?.provider, mapped?.model ?? models[agent]);
	if (own !== undefined) return { kind: "ok", seat: { ...own, ...effort } };
	const provider = vendors[agent];
	if (provider === undefined) return { kind: "ok", seat: { kind: "session", ...effort } };
	const model = spelled.get(wanted.modelId) ?? wanted.modelId;
	return { kind: "ok", seat: { kind: "session", provider, model, ...effort } };
}
