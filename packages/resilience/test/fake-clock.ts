// A clock that the tests own. test-support's would make a dependency cycle in the build order of this leaf package.

import type { Clock } from "@codex/protocol";

/** A clock whose sleeps take no real time: they move it forward at once. */
export function createLeapingClock(): Clock & { advance(ms: number): void; readonly slept: number[] } {
	let nowMs = 1_000_000;
	const slept: number[] = [];
	let timers: { readonly at: number; readonly fire: () => void }[] = [];
	const advance = (ms: number): void => {
		const target = nowMs + ms;
		for (;;) {
			const due = timers.filter((timer) => timer.at <= target).sort((left, right) => left.at - right.at)[0];
			if (due === undefined) break;
			timers = timers.filter((timer) => timer !== due);
			nowMs = Math.max(nowMs, due.at);
			due.fire();
		}
		nowMs = target;
	};
	return {
		nowMs: () => nowMs,
		monotonicMs: () => nowMs,
		sleep: async (ms, signal) => {
			if (signal?.aborted === true) return;
			slept.push(ms);
			advance(ms);
		},
		timer: (ms, fire) => {
			const timer = { at: nowMs + ms, fire };
			timers.push(timer);
			return () => {
				timers = timers.filter((other) => other !== timer);
			};
		},
		advance,
		slept,
	};
}
