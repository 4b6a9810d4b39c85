// Notices silence on a stream. Touching costs an assignment; the timer is only made again when it has run out.

import type { Clock } from "@codex/protocol";

/** Watches for silence. */
export interface IdleWatch {
	/** Something came. Costs a reading of the clock and an assignment: call it for every chunk. */
	touch(): void;
	/** Stops watching: `onIdle` is not called any more. May be called any number of times. */
	dispose(): void;
}

/**
 * Calls `onIdle` once when nothing was touched for `idleMs` milliseconds (to one, because timers may be early); watching
 * begins now and ends with that call. The timer alone does not keep the process alive.
 */
export function createIdleWatch(idleMs: number, clock: Clock, onIdle: () => void): IdleWatch {
	let lastMs = clock.monotonicMs();
	let cancel: () => void = () => undefined;
	const arm = (waitMs: number): void => {
		cancel = clock.timer(waitMs, () => {
			const leftMs = idleMs - (clock.monotonicMs() - lastMs);
			// A timer may fire up to a millisecond early.
			if (leftMs > 1) arm(leftMs);
			else onIdle();
		});
	};
	arm(idleMs);
	return {
		touch: () => {
			lastMs = clock.monotonicMs();
		},
		dispose: () => cancel(),
	};
}

/** A signal with a deadline. */
export interface Deadline {
	/** Aborts with the outer signal or at the deadline. */
	readonly signal: AbortSignal;
	/** Whether the deadline was what aborted first. */
	readonly timedOut: () => boolean;
	/** Cancels the timer: `signal` then aborts with the outer one only. Call it when the work is over, any number of times. */
	readonly dispose: () => void;
}

/** `signal` with a deadline `timeoutMs` milliseconds from now. */
export function withDeadline(signal: AbortSignal, timeoutMs: number, clock: Clock): Deadline {
	if (signal.aborted) return { signal, timedOut: () => false, dispose: () => undefined };
	const controller = new AbortController();
	const state = { timedOut: false };
	const dispose = clock.timer(timeoutMs, () => {
		state.timedOut = !signal.aborted;
		controller.abort();
	});
	return { signal: AbortSignal.any([signal, controller.signal]), timedOut: () => state.timedOut, dispose };
}
