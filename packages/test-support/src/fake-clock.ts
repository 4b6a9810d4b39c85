// A clock that a test moves by hand. Time stands still between calls of `advance`.

import type { Clock } from "@codex/protocol";

/** A clock that a test moves by hand. */
export interface FakeClock extends Clock {
	/**
	 * Moves both times on by `ms`, firing what falls due on the way in the order of due times, ties in the order of
	 * creation. Before, between and after, everything that promises and immediates have started runs as far as it can;
	 * real I/O is not waited for.
	 */
	advance(ms: number): Promise<void>;
	/** Sets the wall clock alone, backwards too; timers do not notice. */
	setNowMs(ms: number): void;
	/** Timers and sleeps that wait. */
	readonly pending: number;
	/** Milliseconds until the next timer is due, from the present; `undefined` when none waits. */
	readonly nextDueInMs: number | undefined;
	/**
	 * Resolves when at least `count` timers or sleeps wait (default 1), for code that does real I/O before it sleeps.
	 * Rejects after `limitMs` real milliseconds (default 5000: far beyond any disk).
	 */
	untilPending(count?: number, limitMs?: number): Promise<void>;
}

interface Timer {
	readonly dueMs: number;
	readonly fire: () => void;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Makes a fake clock. `startMs` is its first wall-clock time; default 2026-01-02T03:04:05.678Z. */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 2, 3, 4, 5, 678)): FakeClock {
	const timers = new Set<Timer>();
	let wallMs = startMs;
	let monotonicMs = 1000;

	const earliest = (): Timer | undefined => {
		let found: Timer | undefined;
		for (const timer of timers) if (found === undefined || timer.dueMs < found.dueMs) found = timer;
		return found;
	};
	const moveTo = (targetMs: number): void => {
		wallMs += targetMs - monotonicMs;
		monotonicMs = targetMs;
	};
	const timer = (ms: number, fire: () => void): (() => void) => {
		const entry: Timer = { dueMs: monotonicMs + Math.max(0, ms), fire };
		timers.add(entry);
		return () => {
			timers.delete(entry);
		};
	};

	return {
		nowMs: () => wallMs,
		monotonicMs: () => monotonicMs,
		timer,
		sleep: (ms, signal) =>
			new Promise((resolve) => {
				if (signal?.aborted) return resolve();
				const wake = (): void => {
					cancel();
					signal?.removeEventListener("abort", wake);
					resolve();
				};
				const cancel = timer(ms, wake);
				signal?.addEventListener("abort", wake, { once: true });
			}),
		advance: async (ms) => {
			if (!(ms >= 0)) throw new RangeError(`cannot advance by ${ms} ms`);
			const targetMs = monotonicMs + ms;
			await settle();
			for (let due = earliest(); due !== undefined && due.dueMs <= targetMs; due = earliest()) {
				timers.delete(due);
				moveTo(Math.max(monotonicMs, due.dueMs));
				due.fire();
				await settle();
			}
			moveTo(targetMs);
		},
		setNowMs: (ms) => {
			wallMs = ms;
		},
		get pending() {
			return timers.size;
		},
		get nextDueInMs() {
			const due = earliest();
			return due === undefined ? undefined : due.dueMs - monotonicMs;
		},
		untilPending: async (count = 1, limitMs = 5000) => {
			const deadline = performance.now() + limitMs;
			while (timers.size < count) {
				if (performance.now() > deadline) {
					throw new Error(`${timers.size} timers wait after ${limitMs} ms, ${count} were expected`);
				}
				await settle();
			}
		},
	};
}
