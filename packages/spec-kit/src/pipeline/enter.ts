// Going to a stage: its checkpoint first, then its guardrail; past the last stage the run is complete.

import type { Checkpoint, Stage } from "../stage.ts";
import { openCalls } from "./calls.ts";
import { checkpointBefore, checkpointGates } from "./effect.ts";
import { gateRosterOf } from "./event.ts";
import type { ActivePhase, HaltCode, RunState } from "./state.ts";
import { halt } from "./stop.ts";

function beginCheckpoint(state: RunState, checkpoint: Checkpoint): RunState {
	const seats = checkpointGates[checkpoint].flatMap((gate) =>
		gateRosterOf(state.settings).map((agent) => ({ scope: checkpoint, gate, agent, role: "gate" as const })),
	);
	const opened = openCalls(state, seats);
	return { ...opened.state, phase: { type: "gate_executing", checkpoint, calls: opened.calls, retries: 0 } };
}

/** The stage from its guardrail on. */
function beginStage(state: RunState, stage: Stage): RunState {
	const visits = { ...state.visits, [stage]: (state.visits[stage] ?? 0) + 1 };
	return { ...state, visits, guardrailSummary: "", memory: [], stageCalls: [], phase: { type: "guardrail", stage } };
}

/** Goes to the stage at `index`, or completes the run. */
export function enterStage(state: RunState, index: number): RunState {
	const next = { ...state, index };
	const stage = state.stages[index];
	if (stage === undefined) return { ...next, phase: { type: "complete" } };
	const checkpoint = checkpointBefore[stage];
	const isDone = state.checkpoints.some((outcome) => outcome.checkpoint === checkpoint);
	if (checkpoint !== undefined && state.settings.qualityGates.enabled && !isDone)
		return beginCheckpoint(next, checkpoint);
	return beginStage(next, stage);
}

/**
 * What follows from a stage that said no: another implement→validate cycle while there are any left, otherwise the run
 * halts and begins that stage anew when it is resumed.
 */
export function reject(
	state: RunState,
	stage: Stage,
	why: { readonly code: HaltCode; readonly reason: string; readonly details: readonly string[] },
): RunState {
	const implement = state.stages.indexOf("implement");
	if (stage === "validate" && implement !== -1 && state.validateCycles < state.settings.retries.validate) {
		const retryReasons = [why.reason, ...why.details];
		return enterStage({ ...state, validateCycles: state.validateCycles + 1, retryReasons }, implement);
	}
	const repeated = stage === "validate" && state.validateCycles > 0;
	const times = repeated ? ` after ${state.validateCycles + 1} attempts` : "";
	const at: ActivePhase = { type: "guardrail", stage };
	return halt(state, at, { code: why.code, reason: `${why.reason}${times}` });
}
