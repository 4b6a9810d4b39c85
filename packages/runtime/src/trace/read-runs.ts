// What journals tell of a SPEC's runs: the newest verdict of each stage, and when the latest run did what.

import type { BudgetSpend } from "@codex/protocol";
import {
	type AgentCost,
	foldPipeline,
	initialRunState,
	type PipelineEvent,
	type RunState,
	readEvents,
	reducePipeline,
	type Span,
	type SpecKitHost,
	type Stage,
	stages,
	type Verdict,
} from "@codex/spec-kit";

/** What they tell. */
export interface RunsTold {
	/** In the order of the stages. */
	readonly verdicts: readonly Verdict[];
	readonly spans: readonly Span[];
	/** Over all runs. */
	readonly costs: readonly AgentCost[];
	readonly unpricedCalls: number;
	readonly title: string;
	/** Milliseconds since 1970: of the first run's begin and of the newest event; 0 without a run. */
	readonly beganAtMs: number;
	readonly lastAtMs: number;
}

function stageOf({ phase }: RunState): string | undefined {
	if ("stage" in phase) return phase.stage;
	return "checkpoint" in phase ? phase.checkpoint : undefined;
}

/** When each stage and call of a run began and ended. Time between two processes of a run counts as the stage's. */
function spansOf(events: readonly PipelineEvent[]): readonly Span[] {
	const spans: Span[] = [];
	const calls = new Map<string, number>();
	let state: RunState = initialRunState;
	let open: { readonly name: string; readonly from: number; readonly at: number } | undefined;
	const close = (to: number): void => {
		if (open !== undefined) spans[open.at] = { name: open.name, from: open.from, to, kind: "stage" };
		open = undefined;
	};
	for (const event of events) {
		state = reducePipeline(state, event).state;
		const stage = stageOf(state);
		if (stage !== open?.name) {
			close(event.atMs);
			if (stage !== undefined) {
				open = { name: stage, from: event.atMs, at: spans.length };
				spans.push({ name: stage, from: event.atMs, to: event.atMs, kind: "stage" });
			}
		}
		if (event.type === "call_started") calls.set(event.callId, event.atMs);
		if (event.type !== "call_finished") continue;
		const from = calls.get(event.callId) ?? event.atMs;
		const name = event.callId.split("/").slice(1, -1).join(" ");
		const kind = event.result.kind === "answered" ? "agent" : "failed";
		spans.push({ name, from, to: event.atMs, kind });
	}
	close(events.at(-1)?.atMs ?? 0);
	return spans;
}

/** What calls cost, by stage, agent, role and model. */
class Costs {
	readonly #sums = new Map<string, AgentCost>();

	get list(): readonly AgentCost[] {
		return [...this.#sums.values()];
	}

	take(event: PipelineEvent): void {
		if (event.type === "tasks_built") this.#add(["implement", "candidates", "build", ""], event.spend);
		if (event.type !== "call_finished") return;
		const { callId, result } = event;
		const [, stage = "", ...rest] = callId.split("/");
		const [role = "", agent = ""] = rest.slice(0, -1).toReversed();
		this.#add([stage, agent, role, "model" in result ? result.model : ""], result.spend);
	}

	#add([stage, agent, role, model]: readonly [string, string, string, string], spend: BudgetSpend): void {
		const key = [stage, agent, role, model].join("\0");
		const known = this.#sums.get(key);
		this.#sums.set(key, {
			stage,
			agent,
			role,
			model,
			attempts: (known?.attempts ?? 0) + spend.attempts,
			tokens: (known?.tokens ?? 0) + spend.tokens,
			costUsd: (known?.costUsd ?? 0) + spend.costUsd,
		});
	}
}

/** Reads all journals of a SPEC; one that cannot be read is left out. */
export async function readRuns(host: SpecKitHost, specId: string): Promise<RunsTold> {
	const verdicts = new Map<Stage, Verdict>();
	let last: readonly PipelineEvent[] = [];
	let beganAtMs = 0;
	let unpricedCalls = 0;
	let title = "";
	const costs = new Costs();
	for (const runId of await host.journal.runs(specId)) {
		const read = readEvents(await host.journal.read(specId, runId));
		if (!read.ok || read.events.length === 0) continue;
		last = read.events;
		for (const event of read.events) costs.take(event);
		const state = foldPipeline(read.events);
		if (beganAtMs === 0) beganAtMs = read.events[0]?.atMs ?? 0;
		unpricedCalls += state.unpricedCalls;
		if (state.goal !== "") title = state.goal;
		for (const stage of stages) {
			const verdict = state.verdicts[stage];
			if (verdict !== undefined) verdicts.set(stage, verdict);
		}
	}
	return {
		verdicts: stages.flatMap((stage) => verdicts.get(stage) ?? []),
		spans: spansOf(last),
		costs: costs.list,
		unpricedCalls,
		title,
		beganAtMs,
		lastAtMs: last.at(-1)?.atMs ?? 0,
	};
}
