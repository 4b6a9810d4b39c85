// The real clock. Nothing else in the repository starts a timer but a clock.

import type { Clock } from "@codex/protocol";

// setTimeout's longest delay, 24.8 days; a longer one would fire at once.
const maxTimerMs = 2_147_483_647;

/** Calls `fire` after `ms`, in several stretches where one timer cannot hold it. Gives a function that cancels it. */
function startTimer(ms: number, fire: () => void, keepsAlive: boolean): () => void {
	let leftMs = Math.max(0, ms);
	let handle: ReturnType<typeof setTimeout> | undefined;
	const arm = (): void => {
		const stretchMs = Math.min(leftMs, maxTimerMs);
		leftMs -= stretchMs;
		handle = setTimeout(() => (leftMs > 0 ? arm() : fire()), stretchMs);
		if (!keepsAlive) handle.unref();
	};
	arm();
	return () => clearTimeout(handle);
}

/** The machine's clock. A sleep keeps the process alive; a timer alone does not. */
export function createSystemClock(): Clock {
	return {
		nowMs: () => Date.now(),
		monotonicMs: () => performance.now(),
		sleep: (ms, signal) =>
			new Promise((resolve) => {
				if (signal?.aborted === true) return resolve();
				const done = (): void => {
					cancel();
					signal?.removeEventListener("abort", done);
					resolve();
				};
				const cancel = startTimer(ms, done, true);
				signal?.addEventListener("abort", done, { once: true });
			}),
		timer: (ms, fire) => startTimer(ms, fire, false),
	};
}
