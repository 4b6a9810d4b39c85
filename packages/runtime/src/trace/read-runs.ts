// What journals tell of a SPEC's runs: the newest verdict of each stage, and when the latest run did what.

import {
	foldPipeline,
	initialRunState,
	type PipelineEvent,
	reducePipeline,
	readEvents,
	type RunState,
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
export function spansOf(events: readonly PipelineEvent[]): readonly Span[] {
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

/** Reads all journals of a SPEC; one that cannot be read is left out. */
export async function readRuns(host: SpecKitHost, specId: string): Promise<RunsTold> {
	const verdicts = new Map<Stage, Verdict>();
	let last: readonly PipelineEvent[] = [];
	let beganAtMs = 0;
	let unpricedCalls = 0;
	let title = "";
	for (const runId of await host.journal.runs(specId)) {
		const read = readEvents(await host.journal.read(specId, runId));
		if (!read.ok || read.events.length === 0) continue;
		last = read.events;
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
		unpricedCalls,
		title,
		beganAtMs,
		lastAtMs: last.at(-1)?.atMs ?? 0,
	};
}
