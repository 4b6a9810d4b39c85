// The reducer: (state, event) → (state, effects). Pure and total: an event that does not fit changes nothing, and no event
// makes it throw.

import { defaultSpecKitConfig } from "../config.ts";
import { type Effect, newEffects } from "./effect.ts";
import type { PipelineEvent, PipelineEventType } from "./event.ts";
import { isStopped, noSpend, type PhaseType, type RunState } from "./state.ts";
import { haltWhenExhausted } from "./stop.ts";
import { type Transition, transitions } from "./transitions.ts";

/** A run before its first event. */
export const initialRunState: RunState = Object.freeze({
	runId: "",
	specId: "",
	goal: "",
	stages: [],
	index: 0,
	halMode: "mock",
	settings: defaultSpecKitConfig,
	limits: {},
	phase: { type: "new" },
	spend: noSpend,
	unpricedCalls: 0,
	lastAtMs: 0,
	checkpoints: [],
	attempts: {},
	validateCycles: 0,
	visits: {},
	guardrailSummary: "",
	memory: [],
	retryReasons: [],
	stageCalls: [],
	verdicts: {},
	documents: [],
	warnings: [],
	warningCount: 0,
} as const satisfies RunState);

/** What an event came to. */
export interface Reduction {
	readonly state: RunState;
	/** What the event added to what is to be done. */
	readonly effects: readonly Effect[];
}

type Row<P extends PhaseType> = { readonly [E in PipelineEventType]?: Transition<P, E> };

function rowOf<P extends PhaseType>(phase: P): Row<P> {
	return transitions[phase];
}

function transitionOf<P extends PhaseType, E extends PipelineEventType>(
	row: Row<P>,
	event: E,
): Transition<P, E> | undefined {
	return row[event];
}

/** Time counts while a process works on the run, not between two processes. */
function withTime(state: RunState, event: PipelineEvent): RunState {
	const isWork = state.phase.type !== "new" && !isStopped(state.phase) && event.type !== "run_resumed";
	const passed = isWork ? Math.max(0, event.atMs - state.lastAtMs) : 0;
	return {
		...state,
		lastAtMs: event.atMs,
		spend: { ...state.spend, wallMs: state.spend.wallMs + passed },
	};
}

/** Takes one event in. */
export function reducePipeline(state: RunState, event: PipelineEvent): Reduction {
	const transition = transitionOf(rowOf(state.phase.type), event.type);
	if (transition === undefined) return { state, effects: [] };
	const timed = withTime(state, event);
	const handled = transition.handle(timed, timed.phase, event);
	if (handled === timed) return { state, effects: [] };
	const next = haltWhenExhausted(handled);
	return { state: next, effects: newEffects(state, event, next) };
}

/** A run as its events left it. */
export function foldPipeline(events: Iterable<PipelineEvent>): RunState {
	let state: RunState = initialRunState;
	for (const event of events) state = reducePipeline(state, event).state;
	return state;
}
