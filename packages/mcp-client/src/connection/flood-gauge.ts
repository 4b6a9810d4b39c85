// Tells a flood from a busy server: what came in a second, less what was asked for in it.

import type { Clock } from "@codex/protocol";

/** Messages of one second that are no answers. 2,000: a hundred times what a chatty progress bar sends. */
export const maxUnaskedPerSecond = 2000;

/** Counts messages. */
export interface FloodGauge {
	/** A request was sent: one message more is expected. */
	asked(): void;
	/** A message came; true when that is too many. */
	came(): boolean;
}

/** Makes a gauge with an empty second. */
export function createFloodGauge(clock: Clock): FloodGauge {
	let startMs = clock.monotonicMs();
	let unasked = 0;
	// Answers may come seconds after their requests: what is expected does not end with the second.
	let expected = 0;
	return {
		asked: () => {
			expected += 1;
		},
		came: () => {
			if (expected > 0) {
				expected -= 1;
				return false;
			}
			const nowMs = clock.monotonicMs();
			if (nowMs - startMs >= 1000) {
				startMs = nowMs;
				unasked = 0;
			}
			unasked += 1;
			return unasked > maxUnaskedPerSecond;
		},
	};
}
