// How a run stops: halting with a reason and a way on, warnings, and the moment when the budget has nothing left.

import { exhausted } from "./budget.ts";
import { effectsOf } from "./effect.ts";
import { type ActivePhase, callsOf, currentStage, type HaltCode, isStopped, type RunState } from "./state.ts";

// Enough to see what went wrong, bounded so that a flood of warnings does not grow the state.
const maxWarnings = 100;

/** The state with more warnings. */
export function warn(state: RunState, warnings: readonly string[]): RunState {
	if (warnings.length === 0) return state;
	return {
		...state,
		warnings: [...state.warnings, ...warnings].slice(-maxWarnings),
		warningCount: state.warningCount + warnings.length,
	};
}

/** The state halted. `at` is where a resumed run goes on. */
export function halt(
	state: RunState,
	at: ActivePhase,
	halted: { readonly code: HaltCode; readonly reason: string; readonly failure?: string },
): RunState {
	const stage = "stage" in at ? at.stage : currentStage(state);
	return { ...state, phase: { type: "halted", at, stage, ...halted } };
}

/** Halts a run that would have to make a call and has nothing left for it, once no call is under way any more. */
export function haltWhenExhausted(state: RunState): RunState {
	const { phase } = state;
	if (isStopped(phase) || phase.type === "new") return state;
	if (callsOf(phase).some((call) => call.state === "running")) return state;
	for (const effect of effectsOf(state)) {
		if (effect.type !== "call" && effect.type !== "build") continue;
		const limit = exhausted(effect.limits);
		if (limit === undefined) continue;
		const what = effect.type === "build" ? "the tasks" : `${effect.call.agent} as ${effect.call.role}`;
		const reason = `The budget of the run has no ${limit} left for ${what}`;
		return halt(state, phase, { code: "budget_exhausted", reason });
	}
	return state;
}
