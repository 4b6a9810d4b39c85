// Whether a seat can be filled here and now, without asking anybody, and which mapping gives every agent somebody.

import { editConfig, type LoadedConfig, type ProviderSelection, selectProvider } from "@codex/config";
import { type AgentName, agentNames, modelMetadata } from "@codex/spec-kit";
import type { AgentSeat } from "../agents/agent-task.ts";
import { commandRefusal } from "../agents/command-agents.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import { seatOf } from "./seats.ts";

type Surroundings = Pick<RuntimeContext, "environment">;

function selectionFor(
	{ environment }: Surroundings,
	{ config, flags }: LoadedConfig,
	{ provider, model }: { readonly provider?: string; readonly model?: string },
): ProviderSelection {
	const changed = {
		...config,
		...(provider === undefined ? {} : { model_provider: provider }),
		...(model === undefined ? {} : { model }),
	};
	return selectProvider(changed, environment, { flags });
}

/** Why a seat cannot be filled, in one sentence; `undefined` when it can. Nothing is asked and nothing started. */
export function seatProblem(context: RuntimeContext, loaded: LoadedConfig, seat: AgentSeat): string | undefined {
	if (seat.kind === "command") return commandRefusal(context, seat);
	const selected = selectionFor(context, loaded, seat);
	if (selected.kind === "no_credentials") return selected.lines[0] ?? "there are no credentials";
	return selected.kind === "error" ? selected.message : undefined;
}

/** An agent that is mapped to somebody else. */
export interface SeatMapping {
	readonly agent: AgentName;
	readonly provider: string;
	readonly model: string;
}

/**
 * Who fills the seats that nobody does: what the user works with. Empty when all are filled, or when there is no key at
 * all. Seats that the user mapped or switched off stay as they are.
 */
export function mapSeats(context: RuntimeContext, loaded: LoadedConfig): readonly SeatMapping[] {
	const fallback = selectionFor(context, loaded, {});
	if (fallback.kind !== "ok") return [];
	return agentNames.flatMap((agent): SeatMapping[] => {
		if (loaded.config.speckit.agents[agent] !== undefined) return [];
		const found = seatOf(loaded.config, agent, modelMetadata(agent, undefined, {}));
		if (found.kind === "missing" || seatProblem(context, loaded, found.seat) === undefined) return [];
		return [{ agent, provider: fallback.id, model: fallback.model }];
	});
}

/** Writes the mappings to the user's config.toml; what stands there stays. Gives the file, or why nothing was written. */
export async function keepMappings(
	{ paths }: RuntimeContext,
	mappings: readonly SeatMapping[],
): Promise<{ readonly file?: string; readonly problem?: string }> {
	let file: string | undefined;
	for (const { agent, provider, model } of mappings) {
		const edit = await editConfig(paths, { path: ["speckit", "agents", agent], table: { provider, model } });
		if (edit.kind === "refused") return { problem: edit.message };
		if (edit.kind === "written") ({ file } = edit);
	}
	return file === undefined ? {} : { file };
}
