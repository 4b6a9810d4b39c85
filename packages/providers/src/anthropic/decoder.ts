// Decodes the stream of the Messages API: blocks that begin, grow and end, one after the other. A block that ended is an
// item at once, so that it outlives a cut. Only `message_stop` makes the answer whole: a stop reason alone does not, as
// the event that brings it is no promise that nothing follows.

import type { ModelError, StopReason } from "@codex/protocol";
import { closedBefore, type EventDecoder, isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createCallIds } from "../wire/call-ids.ts";
import type { DecoderOptions } from "../wire/decoder-options.ts";
import { redactedMark } from "./to-messages.ts";
import { type PartialUsage, parseUsage, toTokenUsage } from "./wire.ts";

type WireEvent = Readonly<Record<string, unknown>>;

interface Block {
	readonly type: string;
	readonly id: string;
	readonly name: string;
	/** Arguments that stood in the block's beginning. */
	readonly input: unknown;
	/** Of a sealed block. */
	readonly data: string;
	text: string;
	signature: string;
}

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

function blockOf(value: unknown): Block | undefined {
	if (!isRecord(value)) return undefined;
	return {
		type: stringOf(value["type"]),
		id: stringOf(value["id"]),
		name: stringOf(value["name"]),
		input: value["input"],
		data: stringOf(value["data"]),
		text: stringOf(value["text"]) + stringOf(value["thinking"]),
		signature: stringOf(value["signature"]),
	};
}

class MessagesDecoder implements EventDecoder {
	finished = false;
	readonly #options: DecoderOptions;
	readonly #callId: (wanted: string) => string;
	readonly #blocks = new Map<unknown, Block>();
	/** Calls whose arguments are no JSON: cut ones, if the answer turns out to be cut. */
	readonly #doubtful: Block[] = [];
	#started = false;
	#malformed = 0;
	#calls = 0;
	#thoughts = 0;
	#usage: PartialUsage | undefined;
	#responseId: string | undefined;
	#stop = "";

	constructor(options: DecoderOptions) {
		this.#options = options;
		this.#callId = createCallIds(options.isKnownCallId);
	}

	push(data: string, name: string | undefined): void {
		const event = tryParseJson(data);
		if (isRecord(event)) this.#take(event, stringOf(event["type"]) || (name ?? ""));
		else this.#malformed += 1;
	}

	end(): void {
		this.fail({ kind: "stream", message: closedBefore("message_stop", this.#malformed), retryable: true });
	}

	fail(error: ModelError): void {
		if (this.finished) return;
		this.#start(undefined);
		this.finished = true;
		this.#options.batch.push({ type: "error", error });
	}

	#take(event: WireEvent, type: string): void {
		switch (type) {
			case "message_start":
				return this.#message(event["message"]);
			case "content_block_start":
				return this.#begin(event["index"], blockOf(event["content_block"]));
			case "content_block_delta":
				return this.#delta(event["index"], event["delta"]);
			case "content_block_stop":
				return this.#close(event["index"]);
			case "message_delta":
				return this.#finish(event);
			case "message_stop":
				return this.#complete();
			case "error":
				return this.fail(this.#options.failure(event));
			default:
				// `ping`, and what is not known yet.
				return undefined;
		}
	}

	#message(message: unknown): void {
		if (!isRecord(message)) return this.#start(undefined);
		this.#count(message["usage"]);
		this.#start(stringOf(message["id"]) || undefined);
	}

	#start(responseId: string | undefined): void {
		if (this.#started) return;
		this.#started = true;
		this.#responseId = responseId;
		this.#options.batch.push({ type: "start", ...(responseId === undefined ? {} : { responseId }) });
		for (const event of this.#options.opening) this.#options.batch.push(event);
	}

	#count(value: unknown): void {
		const told = value === undefined || value === null ? undefined : parseUsage(value);
		// Later counts are of the whole answer so far.
		if (told !== undefined) this.#usage = { ...this.#usage, ...told };
	}

	#begin(index: unknown, block: Block | undefined): void {
		this.#start(undefined);
		if (block === undefined) return;
		this.#blocks.set(index, block);
		const { batch } = this.#options;
		if (block.type === "thinking") {
			if (this.#thoughts > 0) batch.push({ type: "reasoning_break" });
			if (block.text !== "") batch.reasoning(block.text, "summary");
			this.#thoughts += 1;
		} else if (block.type === "text" && block.text !== "") batch.text(block.text);
	}

	#delta(index: unknown, delta: unknown): void {
		const block = this.#blocks.get(index);
		if (block === undefined || !isRecord(delta)) return;
		const { batch } = this.#options;
		switch (delta["type"]) {
			case "text_delta": {
				const text = stringOf(delta["text"]);
				block.text += text;
				if (text !== "") batch.text(text);
				return;
			}
			case "thinking_delta": {
				const text = stringOf(delta["thinking"]);
				block.text += text;
				if (text !== "") batch.reasoning(text, "summary");
				return;
			}
			case "signature_delta":
				block.signature += stringOf(delta["signature"]);
				return;
			case "input_json_delta":
				block.text += stringOf(delta["partial_json"]);
				return;
			default:
				// Citations and what is not known yet.
				return;
		}
	}

	#close(index: unknown): void {
		const block = this.#blocks.get(index);
		if (block === undefined) return;
		this.#blocks.delete(index);
		const { batch, provider } = this.#options;
		switch (block.type) {
			case "text": {
				if (block.text === "") return;
				const content = [{ type: "output_text" as const, text: block.text }];
				batch.push({ type: "item_done", item: { type: "message", role: "assistant", content } });
				return;
			}
			case "thinking": {
				const summary = block.text === "" ? [] : [{ type: "summary_text" as const, text: block.text }];
				const seal = block.signature === "" ? {} : { encrypted_content: block.signature };
				batch.push({ type: "item_done", item: { type: "reasoning", summary, ...seal, provider } });
				return;
			}
			case "redacted_thinking": {
				const encrypted_content = `${redactedMark}${block.data}`;
				batch.push({ type: "item_done", item: { type: "reasoning", summary: [], encrypted_content, provider } });
				return;
			}
			case "tool_use":
				return this.#toolUse(block);
			default:
				// Blocks of the vendor's own tools, which we do not ask for.
				return;
		}
	}

	#toolUse(block: Block): void {
		if (block.text !== "" && !isRecord(tryParseJson(block.text))) this.#doubtful.push(block);
		else this.#call(block);
	}

	#call({ id, name, input, text }: Block): void {
		this.#calls += 1;
		const written = text === "" ? JSON.stringify(isRecord(input) ? input : {}) : text;
		const item = { type: "function_call" as const, call_id: this.#callId(id), name, arguments: written };
		this.#options.batch.push({ type: "item_done", item });
	}

	#finish(event: WireEvent): void {
		this.#start(undefined);
		this.#count(event["usage"]);
		if (isRecord(event["delta"])) this.#stop = stringOf(event["delta"]["stop_reason"]) || this.#stop;
	}

	#complete(): void {
		if (this.finished) return;
		this.#start(undefined);
		if (this.#stop === "model_context_window_exceeded") {
			const message = "the answer filled the model's context window";
			return this.fail({ kind: "context_length", message, retryable: false });
		}
		const stopReason = this.#stopReason();
		// What is left open may be cut: its text is kept, and a call runs only after an answer that ended by itself.
		const whole = stopReason === "stop";
		for (const [index, block] of this.#blocks) if (whole || block.type === "text") this.#close(index);
		if (whole) for (const block of this.#doubtful) this.#call(block);
		const { batch } = this.#options;
		if (this.#usage !== undefined) batch.push({ type: "usage", usage: toTokenUsage(this.#usage) });
		this.finished = true;
		const responseId = this.#responseId;
		const told = whole && this.#calls > 0 ? "tool_calls" : stopReason;
		batch.push({ type: "done", stopReason: told, ...(responseId === undefined ? {} : { responseId }) });
	}

	#stopReason(): StopReason {
		switch (this.#stop) {
			case "max_tokens":
				return "length";
			case "refusal":
				return "content_filter";
			default:
				return "stop";
		}
	}
}

/** Makes a decoder for one answer. */
export function createMessagesDecoder(options: DecoderOptions): EventDecoder {
	return new MessagesDecoder(options);
}
