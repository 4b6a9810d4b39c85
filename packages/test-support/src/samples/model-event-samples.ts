// One model event of each type.

import type { ModelEvent } from "@codex/protocol";
import { usageSample } from "./event-samples.ts";
import { itemSamples } from "./item-samples.ts";
import type { Samples } from "./samples.ts";

/** One model event of each type. */
export const modelEventSamples: Samples<ModelEvent> = {
	start: { type: "start", responseId: "resp_1" },
	text_delta: { type: "text_delta", text: "One " },
	reasoning_delta: { type: "reasoning_delta", text: "**List", channel: "summary" },
	reasoning_break: { type: "reasoning_break" },
	item_done: { type: "item_done", item: itemSamples.function_call },
	rate_limits: {
		type: "rate_limits",
		primary: { usedPercent: 40, windowMinutes: 300, resetsInSeconds: 60 },
		secondary: { usedPercent: 1.5 },
	},
	usage: { type: "usage", usage: usageSample },
	done: { type: "done", stopReason: "tool_calls", responseId: "resp_1" },
	error: {
		type: "error",
		error: {
			kind: "rate_limit",
			message: "429: slow down",
			retryable: true,
			status: 429,
			retryAfterMs: 1500,
			requestId: "req_1",
		},
	},
};
