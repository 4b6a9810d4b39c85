// Holds back the next model request while a subscriber is behind: so a slow reader of lossless output slows the run down
// instead of filling the memory.

import type { ModelStream } from "@codex/core";
import type { ModelEvent } from "@codex/protocol";
import type { ReadyCheck } from "../event-hub.ts";

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}

async function* afterWait(
	wait: Promise<void>,
	signal: AbortSignal,
	open: () => AsyncIterable<readonly ModelEvent[]>,
): AsyncGenerator<readonly ModelEvent[]> {
	await Promise.race([wait, aborted(signal)]);
	yield* open();
}

/** `inner` with each request held back until `ready` says nothing or the signal aborts. */
export function createGatedModel(inner: ModelStream, ready: ReadyCheck): ModelStream {
	return {
		provider: inner.provider,
		modelInfo: (model) => inner.modelInfo(model),
		stream: (request, signal) => {
			const wait = ready();
			if (wait === undefined) return inner.stream(request, signal);
			return afterWait(wait, signal, () => inner.stream(request, signal));
		},
	};
}
