// Keeps a session's first records in memory until its first input: a session that never got any leaves no file behind.

import type { RolloutWriter } from "@codex/core";
import type { RolloutPayload } from "@codex/protocol";

/** A writer that waits for {@link DeferredRollout.open}. */
export interface DeferredRollout extends RolloutWriter {
	/** Writes what waits; from now on records go straight through. May be called again. */
	open(): void;
}

/** Wraps `inner`. Before `open`, flushing and closing write nothing. */
export function createDeferredRollout(inner: RolloutWriter): DeferredRollout {
	let waiting: RolloutPayload[] | undefined = [];
	return {
		...(inner.path === undefined ? {} : { path: inner.path }),
		open: () => {
			if (waiting === undefined) return;
			const records = waiting;
			waiting = undefined;
			inner.append(records);
		},
		append: (payloads) => {
			if (waiting === undefined) inner.append(payloads);
			else waiting.push(...payloads);
		},
		flush: async () => {
			if (waiting === undefined) await inner.flush();
		},
		...(inner.isBroken === undefined ? {} : { isBroken: inner.isBroken }),
		close: () => inner.close(),
	};
}
