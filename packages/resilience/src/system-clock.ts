// The real clock.

import type { Clock } from "@codex/protocol";

// setTimeout's longest delay; longer waits are cut there (24.8 days).
const maxTimerMs = 2_147_483_647;

/** The machine's clock. Its timers do not keep a process alive once everything else has ended. */
export function createSystemClock(): Clock {
	return {
		nowMs: () => Date.now(),
		monotonicMs: () => performance.now(),
		sleep: (ms, signal) =>
			new Promise((resolve) => {
				if (signal?.aborted === true) return resolve();
				const done = (): void => {
					clearTimeout(handle);
					signal?.removeEventListener("abort", done);
					resolve();
				};
				const handle = setTimeout(done, Math.min(Math.max(0, ms), maxTimerMs));
				signal?.addEventListener("abort", done, { once: true });
			}),
		timer: (ms, fire) => {
			const handle = setTimeout(fire, Math.min(Math.max(0, ms), maxTimerMs));
			handle.unref();
			return () => clearTimeout(handle);
		},
	};
}
