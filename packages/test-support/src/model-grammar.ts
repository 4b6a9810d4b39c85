// The grammar of a model stream: start (delta | break | item | rate limits)* usage? (done | error).

import { AssertionError } from "node:assert";
import type { ModelEvent } from "@codex/protocol";

type Place = "before start" | "in the response" | "after usage" | "after the end";

function nextPlace(place: Place, event: ModelEvent): Place | undefined {
	switch (event.type) {
		case "start":
			return place === "before start" ? "in the response" : undefined;
		case "text_delta":
		case "reasoning_delta":
		case "reasoning_break":
		case "item_done":
		case "rate_limits":
			return place === "in the response" ? place : undefined;
		case "usage":
			return place === "in the response" ? "after usage" : undefined;
		case "done":
		case "error":
			return place === "in the response" || place === "after usage" ? "after the end" : undefined;
	}
}

/** Throws an `AssertionError` when the events of one response break the grammar, naming the first that does. */
export function assertModelGrammar(events: readonly ModelEvent[]): void {
	let place: Place = "before start";
	for (const [index, event] of events.entries()) {
		const next = nextPlace(place, event);
		if (next === undefined) {
			throw new AssertionError({
				message: `model event ${index} (${event.type}) must not come ${place}: ${JSON.stringify(event)}`,
			});
		}
		place = next;
	}
	if (place !== "after the end") {
		throw new AssertionError({ message: `the response has no done or error: ${events.length} events` });
	}
}
