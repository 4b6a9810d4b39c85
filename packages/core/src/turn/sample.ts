// One response of the model: its stream becomes events, its finished items are handed on as they come. No retry and no
// tool runs in here.

import {
	assertNever,
	type EventMsg,
	type MessageItem,
	type ModelError,
	type ModelEvent,
	type ModelRequest,
	type ReasoningItem,
	type StopReason,
	type TokenUsage,
	type ToolCallItem,
	toError,
} from "@codex/protocol";
import type { ModelStream } from "../ports/model-stream.ts";

/** What a response needs. */
export interface SampleInput {
	readonly model: ModelStream;
	readonly request: ModelRequest;
	readonly signal: AbortSignal;
	readonly emit: (msg: EventMsg) => void;
	/** Called for each finished item, in the model's order, while the stream still runs. */
	readonly onItem: (item: MessageItem | ReasoningItem | ToolCallItem) => void;
}

/** How a response ended. */
export type SampleOutcome =
	| { readonly kind: "done"; readonly stopReason: StopReason; readonly usage?: TokenUsage }
	| {
			readonly kind: "error";
			readonly error: ModelError;
			readonly usage?: TokenUsage;
			/** Whether the stream had begun: then it is a cut stream, not a refused request. */
			readonly started: boolean;
	  };

/** The text of a message's output parts. */
export function messageText(item: MessageItem): string {
	let text = "";
	for (const part of item.content) if (part.type !== "input_image") text += part.text;
	return text;
}

interface SampleState {
	started: boolean;
	usage: TokenUsage | undefined;
}

function take(event: ModelEvent, input: SampleInput, state: SampleState): SampleOutcome | undefined {
	const usage = state.usage === undefined ? {} : { usage: state.usage };
	switch (event.type) {
		case "start":
			state.started = true;
			return undefined;
		case "text_delta":
			input.emit({ type: "agent_message_delta", delta: event.text });
			return undefined;
		case "reasoning_delta":
			input.emit({ type: "agent_reasoning_delta", delta: event.text, channel: event.channel });
			return undefined;
		case "reasoning_break":
			input.emit({ type: "agent_reasoning_section_break" });
			return undefined;
		case "item_done":
			input.onItem(event.item);
			return undefined;
		case "rate_limits":
			input.emit(event);
			return undefined;
		case "usage":
			state.usage = event.usage;
			return undefined;
		case "done":
			return { kind: "done", stopReason: event.stopReason, ...usage };
		case "error":
			return { kind: "error", error: event.error, started: state.started, ...usage };
		default:
			return assertNever(event);
	}
}

/**
 * Streams one response.
 *
 * Contract: never rejects. A stream that ends without `done` or `error` is an error of kind `stream`; one that throws
 * against its contract is an error of kind `protocol`.
 */
export async function sample(input: SampleInput): Promise<SampleOutcome> {
	const state: SampleState = { started: false, usage: undefined };
	try {
		for await (const batch of input.model.stream(input.request, input.signal)) {
			for (const event of batch) {
				const outcome = take(event, input, state);
				if (outcome !== undefined) return outcome;
			}
		}
	} catch (thrown) {
		const message = `the model adapter failed: ${toError(thrown).message}`;
		return { kind: "error", error: { kind: "protocol", message, retryable: false }, started: state.started };
	}
	const error: ModelError = { kind: "stream", message: "stream ended without a final event", retryable: true };
	return { kind: "error", error, started: state.started };
}
