// The table of the pipeline: in which phase which event is taken in, what takes it in, and where that may lead. An event
// that a phase does not name changes nothing. The diagram in the README is made of this table.

import { allSettled, finishCall, reopen } from "./calls.ts";
import { enterStage } from "./enter.ts";
import type { EventOf, PipelineEventType } from "./event.ts";
import {
	afterGateAnswers,
	afterValidator,
	onApplied,
	onGateAnswers,
	onNativeIssues,
	onPrepared,
} from "./phase-gates.ts";
import { afterRound, afterVotes, onBuilt, onConflictAnswers, onGuardrail, onMemory, onWritten } from "./phase-stage.ts";
import { type ActivePhase, noSpend, type Phase, type PhaseType, type RunState, type StoppedPhase } from "./state.ts";
import { halt } from "./stop.ts";

type PhaseOf<T extends PhaseType> = Extract<Phase, { readonly type: T }>;

/** How a phase takes an event in, and the phases that may follow. */
export interface Transition<P extends PhaseType, E extends PipelineEventType> {
	handle(state: RunState, phase: PhaseOf<P>, event: EventOf<E>): RunState;
	readonly to: readonly PhaseType[];
}

/** The transitions of every phase. */
export type TransitionTable = {
	readonly [P in PhaseType]: { readonly [E in PipelineEventType]?: Transition<P, E> };
};

type CallingPhase = Extract<ActivePhase, { readonly calls: unknown }>;

function onCallStarted<P extends CallingPhase>(state: RunState, phase: P, event: EventOf<"call_started">): RunState {
	const waiting = phase.calls.find((call) => call.id === event.callId && call.state === "waiting");
	if (waiting === undefined) return state;
	const calls = phase.calls.map((call) =>
		call === waiting ? { ...call, state: "running" as const, granted: event.limits } : call,
	);
	return { ...state, phase: { ...phase, calls } };
}

function onCallFinished<P extends CallingPhase>(
	state: RunState,
	phase: P,
	finished: { readonly event: EventOf<"call_finished">; readonly goOn: (state: RunState, phase: P) => RunState },
): RunState {
	const { event, goOn } = finished;
	const call = phase.calls.find(({ id }) => id === event.callId);
	if (call?.state !== "running") return state;
	const retriesLeft = phase.retries < state.settings.retries.agent;
	const done = finishCall(state, call, { result: event.result, atMs: event.atMs, retriesLeft });
	const calls = phase.calls.map((other) => (other === call ? done.call : other));
	const next: P = { ...phase, calls, retries: phase.retries + (done.usedRetry ? 1 : 0) };
	const limited = next.calls.find(({ limit }) => limit === true);
	if (limited === undefined) return goOn(done.state, next);
	// The others are paid for: they are waited for before the run halts.
	if (!allSettled(next.calls)) return { ...done.state, phase: next };
	const reason = `${limited.agent} used up what it was granted as ${limited.role}: ${limited.failures.at(-1) ?? ""}`;
	return halt(done.state, next, { code: "budget_exhausted", reason });
}

const stop = ["halted"] as const;

/** What every active phase takes in. */
function always<P extends ActivePhase["type"]>(): {
	readonly run_cancelled: Transition<P, "run_cancelled">;
	readonly run_failed: Transition<P, "run_failed">;
	readonly run_resumed: Transition<P, "run_resumed">;
} {
	return {
		run_cancelled: {
			handle: (state, phase) => ({ ...state, phase: { type: "cancelled", at: phase as ActivePhase } }),
			to: ["cancelled"],
		},
		run_failed: {
			handle: (state, phase, { code, reason }) =>
				halt(state, phase as ActivePhase, { code: "run_failed", reason, failure: code }),
			to: stop,
		},
		run_resumed: { handle: (state, phase, event) => resume(state, phase as ActivePhase, event), to: resumable },
	};
}

const resumable: readonly PhaseType[] = [
	"gate_executing",
	"gate_validating",
	"gate_awaiting_person",
	"gate_applying",
	"guardrail",
	"agents",
	"consensus",
	"awaiting_person",
	"writing",
	"building",
	"halted",
];

/** Goes on at `at`, or begins `from` anew; checkpoints that are done stay done. Seats that had failed are asked again. */
function resume(state: RunState, at: ActivePhase, event: EventOf<"run_resumed">): RunState {
	const granted = event.limits === undefined ? state : { ...state, limits: event.limits };
	const index = event.from === undefined ? -1 : state.stages.indexOf(event.from);
	if (index !== -1) return enterStage({ ...granted, validateCycles: 0, retryReasons: [] }, index);
	if (!("calls" in at)) return { ...granted, phase: at };
	const wasStopped = state.phase !== at;
	// Of those who were tried as aggregator one after another, the first is tried first again.
	const calls = at.type === "consensus" && wasStopped ? at.calls.slice(0, 1) : at.calls;
	const reopened = reopen(granted, calls, wasStopped);
	return { ...reopened.state, phase: { ...at, calls: reopened.calls, retries: wasStopped ? 0 : at.retries } };
}

function resumeStopped(state: RunState, phase: StoppedPhase, event: EventOf<"run_resumed">): RunState {
	if (phase.type !== "complete") return resume(state, phase.at, event);
	const index = event.from === undefined ? -1 : state.stages.indexOf(event.from);
	return index === -1
		? { ...state }
		: enterStage({ ...state, limits: event.limits ?? state.limits, validateCycles: 0 }, index);
}

function begin(state: RunState, event: EventOf<"run_started">): RunState {
	const { runId, specId, goal, stages, halMode, settings, limits, atMs } = event;
	const fresh: RunState = { ...state, runId, specId, goal, stages, halMode, settings, limits, lastAtMs: atMs };
	return enterStage({ ...fresh, spend: noSpend }, 0);
}

// A run that has nothing left for the calls it would make halts at once.
const stageBegins = ["gate_executing", "guardrail", "halted"] as const;
const settles = ["consensus", "awaiting_person", "writing", "halted"] as const;

/** The table. */
export const transitions: TransitionTable = {
	new: { run_started: { handle: (state, _phase, event) => begin(state, event), to: stageBegins } },
	gate_executing: {
		...always<"gate_executing">(),
		native_issues_found: {
			handle: onNativeIssues,
			to: ["gate_executing", "gate_validating", "gate_awaiting_person", "gate_applying", "halted"],
		},
		call_started: { handle: onCallStarted, to: ["gate_executing"] },
		call_finished: {
			handle: (state, phase, event) => onCallFinished(state, phase, { event, goOn: afterGateAnswers }),
			to: ["gate_executing", "gate_validating", "gate_awaiting_person", "gate_applying", "halted"],
		},
	},
	gate_validating: {
		...always<"gate_validating">(),
		call_started: { handle: onCallStarted, to: ["gate_validating"] },
		call_finished: {
			handle: (state, phase, event) => onCallFinished(state, phase, { event, goOn: afterValidator }),
			to: ["gate_validating", "gate_awaiting_person", "gate_applying", "halted"],
		},
	},
	gate_awaiting_person: {
		...always<"gate_awaiting_person">(),
		person_answered: { handle: onGateAnswers, to: ["gate_awaiting_person", "gate_applying"] },
		nobody_there: {
			handle: (state, at) => ({ ...state, phase: { type: "paused", at, questions: at.questions } }),
			to: ["paused"],
		},
	},
	gate_applying: {
		...always<"gate_applying">(),
		resolutions_prepared: { handle: onPrepared, to: ["gate_applying"] },
		resolutions_applied: { handle: onApplied, to: ["gate_applying", ...stageBegins] },
	},
	guardrail: {
		...always<"guardrail">(),
		guardrail_finished: { handle: onGuardrail, to: ["guardrail", "gate_executing", "agents", "halted"] },
		memory_recalled: { handle: onMemory, to: ["guardrail", "agents", "halted"] },
	},
	agents: {
		...always<"agents">(),
		call_started: { handle: onCallStarted, to: ["agents"] },
		call_finished: {
			handle: (state, phase, event) => onCallFinished(state, phase, { event, goOn: afterVotes }),
			to: ["agents", ...settles],
		},
	},
	consensus: {
		...always<"consensus">(),
		call_started: { handle: onCallStarted, to: ["consensus"] },
		call_finished: {
			handle: (state, phase, event) => onCallFinished(state, phase, { event, goOn: afterRound }),
			to: settles,
		},
	},
	awaiting_person: {
		...always<"awaiting_person">(),
		person_answered: { handle: onConflictAnswers, to: ["awaiting_person", "writing", "halted"] },
		nobody_there: {
			handle: (state, at) => ({ ...state, phase: { type: "paused", at, questions: at.questions } }),
			to: ["paused"],
		},
	},
	writing: {
		...always<"writing">(),
		stage_written: { handle: onWritten, to: ["gate_executing", "guardrail", "building", "halted", "complete"] },
	},
	building: {
		...always<"building">(),
		tasks_built: { handle: onBuilt, to: ["gate_executing", "guardrail", "halted", "complete"] },
	},
	paused: { run_resumed: { handle: resumeStopped, to: resumable } },
	halted: { run_resumed: { handle: resumeStopped, to: resumable } },
	cancelled: { run_resumed: { handle: resumeStopped, to: resumable } },
	complete: { run_resumed: { handle: resumeStopped, to: ["complete", ...stageBegins] } },
};
