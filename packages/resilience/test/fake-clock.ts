// A clock that the tests own. test-support has one that a test moves by hand; here waiting itself moves the time, so that
// code with many waits runs through. (test-support may also import this package's types: a test here that used it would
// close a cycle.)

import type { Clock } from "@codex/protocol";

/** A clock whose sleeps take no real time. */
export interface LeapingClock extends Clock {
	/** Moves the time forward and fires what falls due, in order. */
	advance(ms: number): void;
	/** Sets the wall clock alone. */
	setWallMs(ms: number): void;
	/** The sleeps so far, in milliseconds. */
	readonly slept: readonly number[];
	/** Timers that wait. */
	readonly pending: number;
}

/** Makes a clock on which a sleep moves the time forward at once. An abort on the way ends the sleep there. */
export function createLeapingClock(): LeapingClock {
	let monotonicMs = 1000;
	let wallOffsetMs = 1_000_000;
	const slept: number[] = [];
	const timers = new Set<{ readonly at: number; readonly fire: () => void }>();

	const moveTo = (target: number, signal?: AbortSignal): void => {
		while (signal?.aborted !== true) {
			const due = [...timers].filter((timer) => timer.at <= target).sort((left, right) => left.at - right.at)[0];
			if (due === undefined) {
				monotonicMs = Math.max(monotonicMs, target);
				return;
			}
			timers.delete(due);
			monotonicMs = Math.max(monotonicMs, due.at);
			due.fire();
		}
	};
	return {
		nowMs: () => monotonicMs + wallOffsetMs,
		monotonicMs: () => monotonicMs,
		sleep: async (ms, signal) => {
			if (signal?.aborted === true) return;
			slept.push(ms);
			moveTo(monotonicMs + ms, signal);
		},
		timer: (ms, fire) => {
			const timer = { at: monotonicMs + Math.max(0, ms), fire };
			timers.add(timer);
			return () => {
				timers.delete(timer);
			};
		},
		advance: (ms) => moveTo(monotonicMs + ms),
		setWallMs: (ms) => {
			wallOffsetMs = ms - monotonicMs;
		},
		slept,
		get pending() {
			return timers.size;
		},
	};
}
