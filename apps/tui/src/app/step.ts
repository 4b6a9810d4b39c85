// What a reducer answers: the next state, and what is to be done. Pure.

import type { TranscriptLayout } from "../transcript/layout.ts";
import type { Effect } from "./effect.ts";
import type { AppState } from "./state.ts";

/** The answer of a reducer. */
export interface Step {
	readonly state: AppState;
	readonly effects: readonly Effect[];
}

/** What reducers use besides the state: it keeps what was laid out, and changes no answer. */
export interface ReduceContext {
	readonly layout: TranscriptLayout;
}

/** A step without effects. */
export const only = (state: AppState): Step => ({ state, effects: [] });

/** A step with effects. */
export const withEffects = (state: AppState, ...effects: readonly Effect[]): Step => ({ state, effects });

/** One step after another. */
export function andThen(step: Step, next: (state: AppState) => Step): Step {
	const following = next(step.state);
	return { state: following.state, effects: [...step.effects, ...following.effects] };
}

// Long enough to be read, short enough not to be in the way.
const hintMs = 4000;

/** Shows a line above the composer for some seconds. */
export function hinted(state: AppState, hint: string): Step {
	return withEffects({ ...state, hint }, { type: "timer", name: "hint", ms: hintMs });
}
