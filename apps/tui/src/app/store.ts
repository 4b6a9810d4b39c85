// The loop of the app: actions one after another through the reducer, effects out, frames when they are due. Keys are shown
// at once; what streams is joined to one frame in 33 ms. With nothing moving there is no timer and nothing is written.

import type { Clock, Event } from "@codex/protocol";
import type { TranscriptLayout } from "../transcript/layout.ts";
import { spinnerMs } from "../views/activity-view.ts";
import type { Action } from "./action.ts";
import { joinDeltas } from "./join-deltas.ts";
import type { Effect } from "./effect.ts";
import { reduceApp } from "./reduce.ts";
import type { AppState } from "./state.ts";

/** What the loop needs. */
export interface StoreOptions {
	readonly initial: AppState;
	readonly clock: Clock;
	readonly layout: TranscriptLayout;
	/** Does an effect; called synchronously, so it must not wait. */
	readonly perform: (effect: Effect, state: AppState) => void;
	/** Shows a state; false: not now, {@link Store.repaint} comes later. */
	readonly paint: (state: AppState) => boolean;
}

/** The loop. */
export interface Store {
	readonly state: AppState;
	dispatch(action: Action): void;
	/** Takes an event of the session; joined with others until the next frame. */
	takeEvent(event: Event): void;
	/** Shows the present state again. */
	repaint(): void;
	/** Stops timers. */
	stop(): void;
}

// 30 frames a second of what streams: reading is no faster, and the terminal has less to do.
const frameMs = 33;

/** Makes the loop and paints the first frame. */
export function createStore(options: StoreOptions): Store {
	const { clock, layout, perform, paint } = options;
	let { initial: state } = options;
	let events: Event[] = [];
	let cancelFrame: (() => void) | undefined;
	let cancelTick: (() => void) | undefined;
	let isPaintQueued = false;
	let isStopped = false;

	const show = (): void => {
		isPaintQueued = false;
		if (isStopped) return;
		paint(state);
		keepTime();
	};
	const paintSoon = (): void => {
		if (isPaintQueued) return;
		isPaintQueued = true;
		// After all keys of one read, before anything else.
		queueMicrotask(show);
	};
	const apply = (action: Action): void => {
		const step = reduceApp(state, action, { layout });
		state = step.state;
		for (const effect of step.effects) perform(effect, state);
	};
	const dispatch = (action: Action): void => {
		if (isStopped) return;
		const before = state;
		apply(action);
		if (state !== before) paintSoon();
	};
	const flushEvents = (): void => {
		cancelFrame = undefined;
		const waiting = events;
		events = [];
		if (waiting.length > 0) dispatch({ type: "events", events: joinDeltas(waiting), nowMs: clock.nowMs() });
	};
	const moves = (): boolean =>
		state.turn.status === "running" || state.ownCommand !== undefined || state.session.status === "starting";
	const keepTime = (): void => {
		if (!moves()) {
			cancelTick?.();
			cancelTick = undefined;
			return;
		}
		if (cancelTick !== undefined) return;
		cancelTick = clock.timer(state.settings.animations ? spinnerMs : 1000, () => {
			cancelTick = undefined;
			dispatch({ type: "tick", nowMs: clock.nowMs() });
		});
	};
	show();
	return {
		get state() {
			return state;
		},
		dispatch,
		takeEvent: (event) => {
			if (isStopped) return;
			events.push(event);
			cancelFrame ??= clock.timer(frameMs, flushEvents);
		},
		repaint: paintSoon,
		stop: () => {
			isStopped = true;
			cancelFrame?.();
			cancelTick?.();
		},
	};
}
