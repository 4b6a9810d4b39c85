// Gathers the events of one network read. Adjacent deltas of one kind become one event, so that what follows works per
// read and not per token.

import type { ModelEvent } from "@codex/protocol";

/** Collects events until they are taken. */
export interface EventBatch {
	/** Adds a piece of the answer's text. */
	text(delta: string): void;
	/** Adds a piece of reasoning. */
	reasoning(delta: string, channel: "summary" | "raw"): void;
	/** Adds any other event. */
	push(event: ModelEvent): void;
	/** The events since the last call, in order; empty when there are none. */
	take(): readonly ModelEvent[];
}

/** Makes an empty batch. */
export function createEventBatch(): EventBatch {
	let events: ModelEvent[] = [];
	let pending = "";
	let kind: "text" | "summary" | "raw" = "text";

	const flush = (): void => {
		if (pending === "") return;
		events.push(
			kind === "text"
				? { type: "text_delta", text: pending }
				: { type: "reasoning_delta", text: pending, channel: kind },
		);
		pending = "";
	};
	const add = (delta: string, next: typeof kind): void => {
		if (kind !== next) {
			flush();
			kind = next;
		}
		pending += delta;
	};
	return {
		text: (delta) => add(delta, "text"),
		reasoning: (delta, channel) => add(delta, channel),
		push: (event) => {
			flush();
			events.push(event);
		},
		take: () => {
			flush();
			const taken = events;
			events = [];
			return taken;
		},
	};
}
