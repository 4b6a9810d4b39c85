// Which provider and model fill the seat of a canonical agent: what the user maps it to, else the vendor that its name
// stands for. Whether that vendor can be asked is found out by asking.

import type { Config } from "@codex/config";
import type { AgentName, AgentRequest } from "@codex/spec-kit";
import type { AgentSeat } from "../agents/agent-runner.ts";

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

/** The seat for a request; `wanted` is what it would have by default. */
export function seatOf(config: Config, agent: AgentName, wanted: AgentRequest["wanted"]): SeatResult {
	const { agents, models } = config.speckit;
	const mapped = agents[agent];
	if (mapped?.enabled === false) return { kind: "missing", reason: `speckit.agents.${agent} is switched off` };
	const effort = mapped?.effort === undefined ? {} : { effort: mapped.effort };
	const named = mapped?.model ?? models[agent];
	if (mapped?.provider !== undefined || named !== undefined) {
		return {
			kind: "ok",
			seat: {
				kind: "session",
				...(mapped?.provider === undefined ? {} : { provider: mapped.provider }),
				...(named === undefined ? {} : { model: named }),
				...effort,
			},
		};
	}
	const provider = vendors[agent];
	if (provider === undefined) return { kind: "ok", seat: { kind: "session", ...effort } };
	const model = spelled.get(wanted.modelId) ?? wanted.modelId;
	return { kind: "ok", seat: { kind: "session", provider, model, ...effort } };
}
