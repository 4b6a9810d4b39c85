// Decodes the stream of the Responses API. Items are taken from `output_item.done` alone, or from the final response
// when a server sends them only there; only `response.completed` or `response.incomplete` make an answer whole.

import type { ModelError, StopReason } from "@codex/protocol";
import { closedBefore, type EventDecoder, isRecord, tryParseJson } from "../../stream/event-decoder.ts";
import { createCallIds } from "../../wire/call-ids.ts";
import type { DecoderOptions } from "../../wire/decoder-options.ts";
import { parseItem, parseResponse, type WireItem, type WireResponse } from "./wire.ts";

type WireEvent = Readonly<Record<string, unknown>>;

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

class ResponsesDecoder implements EventDecoder {
	finished = false;
	readonly #options: DecoderOptions;
	readonly #callId: (wanted: string) => string;
	/** Ids of the items so far, so that no item is taken twice. */
	readonly #itemKeys = new Set<string>();
	#started = false;
	#malformed = 0;
	#items = 0;
	#calls = 0;
	/** The highest sequence number among the deltas: proxies repeat events. */
	#sequence = 0;
	#reasoningSinceBreak = false;
	/** Text of deltas whose message has not come yet. */
	#looseText = "";

	constructor(options: DecoderOptions) {
		this.#options = options;
		this.#callId = createCallIds(options.isKnownCallId);
	}

	push(data: string, name: string | undefined): void {
		const event = tryParseJson(data);
		if (isRecord(event)) this.#take(event, typeof event["type"] === "string" ? event["type"] : (name ?? ""));
		else if (data !== "[DONE]") this.#malformed += 1;
	}

	end(): void {
		this.fail({ kind: "stream", message: closedBefore("response.completed", this.#malformed), retryable: true });
	}

	fail(error: ModelError): void {
		if (this.finished) return;
		this.#start(undefined);
		this.finished = true;
		this.#options.batch.push({ type: "error", error });
	}

	#take(event: WireEvent, type: string): void {
		switch (type) {
			case "response.output_text.delta":
			case "response.refusal.delta":
				return this.#text(event);
			case "response.reasoning_summary_text.delta":
				return this.#reasoning(event, "summary");
			case "response.reasoning_text.delta":
				return this.#reasoning(event, "raw");
			case "response.reasoning_summary_part.added":
				return this.#break();
			case "response.created":
				return this.#start(parseResponse(event["response"]).id);
			case "response.output_item.done":
				return this.#item(event["item"]);
			case "response.completed":
				return this.#complete(parseResponse(event["response"]), undefined);
			case "response.incomplete":
				return this.#incomplete(parseResponse(event["response"]));
			case "response.failed":
				return this.fail(this.#options.failure(parseResponse(event["response"]).error));
			case "error":
				return this.fail(this.#options.failure(event["error"] ?? event));
			default:
				// Everything else tells nothing that an item does not tell.
				return undefined;
		}
	}

	#start(responseId: string | undefined): void {
		if (this.#started) return;
		this.#started = true;
		this.#options.batch.push({ type: "start", ...(responseId === undefined ? {} : { responseId }) });
		for (const event of this.#options.opening) this.#options.batch.push(event);
	}

	/** The delta of an event, or nothing when the event came before. */
	#delta(event: WireEvent): string {
		if (!this.#started) this.#start(undefined);
		const sequence = event["sequence_number"];
		if (typeof sequence === "number" && sequence > 0) {
			if (sequence <= this.#sequence) return "";
			this.#sequence = sequence;
		}
		return stringOf(event["delta"]);
	}

	#text(event: WireEvent): void {
		const delta = this.#delta(event);
		this.#looseText += delta;
		this.#options.batch.text(delta);
	}

	#reasoning(event: WireEvent, channel: "summary" | "raw"): void {
		const delta = this.#delta(event);
		if (delta === "") return;
		this.#reasoningSinceBreak = true;
		this.#options.batch.reasoning(delta, channel);
	}

	#break(): void {
		if (!this.#reasoningSinceBreak) return;
		this.#reasoningSinceBreak = false;
		this.#options.batch.push({ type: "reasoning_break" });
	}

	#item(value: unknown): void {
		this.#start(undefined);
		const parsed = parseItem(value, this.#options.provider);
		if (parsed === undefined || !this.#isNew(parsed)) return;
		this.#items += 1;
		const { batch } = this.#options;
		if (parsed.kind === "item") {
			if (parsed.item.type === "message") this.#looseText = "";
			batch.push({ type: "item_done", item: parsed.item });
		} else if (!parsed.cut) {
			// A call that was cut at the output limit must not run.
			this.#calls += 1;
			batch.push({ type: "item_done", item: { ...parsed.item, call_id: this.#callId(parsed.item.call_id) } });
		}
	}

	#isNew({ kind, item }: WireItem): boolean {
		const id = kind === "call" && item.call_id !== "" ? item.call_id : item.id;
		if (id === undefined) return true;
		const key = `${item.type} ${id}`;
		if (this.#itemKeys.has(key)) return false;
		this.#itemKeys.add(key);
		return true;
	}

	#incomplete(response: WireResponse): void {
		const reason = response.incompleteReason;
		if (reason === "max_output_tokens") return this.#complete(response, "length");
		if (reason === "content_filter") return this.#complete(response, "content_filter");
		const why = reason === "" ? "no reason given" : reason;
		return this.fail({ kind: "stream", message: `response incomplete: ${why}`, retryable: true });
	}

	#complete(response: WireResponse, cut: StopReason | undefined): void {
		this.#start(response.id);
		// With items of its own the stream is the better source: there, nothing can stand twice.
		if (this.#items === 0) for (const item of response.output) this.#item(item);
		const { batch } = this.#options;
		if (this.#looseText !== "") {
			const content = [{ type: "output_text" as const, text: this.#looseText }];
			batch.push({ type: "item_done", item: { type: "message", role: "assistant", content } });
		}
		if (response.usage !== undefined) batch.push({ type: "usage", usage: response.usage });
		this.finished = true;
		const stopReason = cut ?? (this.#calls > 0 ? "tool_calls" : "stop");
		batch.push({ type: "done", stopReason, ...(response.id === undefined ? {} : { responseId: response.id }) });
	}
}

/** Makes a decoder for one answer. */
export function createResponsesDecoder(options: DecoderOptions): EventDecoder {
	return new ResponsesDecoder(options);
}
