// Decodes the stream of the Chat Completions API. Text, reasoning and call fragments are put together here, and become
// items when the answer is whole: at a `finish_reason`, or at `[DONE]` from servers that send none. Usage may come after
// that or never.

import type { ModelError, StopReason, TokenUsage } from "@codex/protocol";
import { closedBefore, type EventDecoder, isRecord, tryParseJson } from "../../stream/event-decoder.ts";
import { createCallIds } from "../../wire/call-ids.ts";
import type { DecoderOptions } from "../../wire/decoder-options.ts";
import { CallFragments, type PartialCall } from "./call-fragments.ts";
import { parseChatUsage } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

function isJsonObject(text: string): boolean {
	return isRecord(tryParseJson(text));
}

class ChatDecoder implements EventDecoder {
	finished = false;
	readonly #options: DecoderOptions;
	readonly #fragments = new CallFragments();
	#started = false;
	#malformed = 0;
	/** Set when the answer is whole; the stream may still bring usage. */
	#stopReason: StopReason | undefined;
	#usage: TokenUsage | undefined;
	#responseId: string | undefined;
	#text = "";
	#reasoning = "";

	constructor(options: DecoderOptions) {
		this.#options = options;
	}

	push(data: string): void {
		if (data.startsWith("[DONE]")) return this.#done();
		const chunk = tryParseJson(data);
		if (!isRecord(chunk)) {
			this.#malformed += 1;
			return;
		}
		if (chunk["error"] !== undefined && chunk["error"] !== null) {
			return this.fail(this.#options.failure(chunk["error"]));
		}
		const id = chunk["id"];
		if (!this.#started) this.#start(typeof id === "string" && id !== "" ? id : undefined);
		if (isRecord(chunk["usage"])) this.#usage = parseChatUsage(chunk["usage"]) ?? this.#usage;
		const choice: unknown = Array.isArray(chunk["choices"]) ? chunk["choices"][0] : undefined;
		if (isRecord(choice)) this.#choice(choice);
	}

	end(): void {
		if (this.#stopReason !== undefined) return this.#complete(this.#stopReason);
		this.fail({ kind: "stream", message: closedBefore("finish_reason", this.#malformed), retryable: true });
	}

	fail(error: ModelError): void {
		if (this.finished) return;
		if (!this.#started) this.#start(undefined);
		this.finished = true;
		this.#options.batch.push({ type: "error", error });
	}

	#start(responseId: string | undefined): void {
		this.#started = true;
		this.#responseId = responseId;
		this.#options.batch.push({ type: "start", ...(responseId === undefined ? {} : { responseId }) });
		for (const event of this.#options.opening) this.#options.batch.push(event);
	}

	#choice(choice: Json): void {
		// A server that does not stream after all sends the whole message.
		const delta = choice["delta"] ?? choice["message"];
		if (isRecord(delta)) this.#delta(delta);
		const reason = choice["finish_reason"];
		if (typeof reason === "string" && reason !== "") this.#finish(reason);
	}

	#delta(delta: Json): void {
		const { batch } = this.#options;
		const reasoning = delta["reasoning_content"] ?? delta["reasoning"];
		if (typeof reasoning === "string" && reasoning !== "") {
			this.#reasoning += reasoning;
			batch.reasoning(reasoning, "raw");
		}
		for (const text of [delta["content"], delta["refusal"]]) {
			if (typeof text !== "string" || text === "") continue;
			this.#text += text;
			batch.text(text);
		}
		const calls = delta["tool_calls"];
		if (Array.isArray(calls)) for (const fragment of calls) this.#fragments.add(fragment);
	}

	#finish(reason: string): void {
		if (this.#stopReason !== undefined) return;
		switch (reason) {
			case "length":
			case "content_filter":
				this.#stopReason = reason;
				break;
			case "error":
				return this.fail({ kind: "server", message: "the server ended the answer with an error", retryable: true });
			default:
				this.#stopReason = this.#fragments.calls.length > 0 ? "tool_calls" : "stop";
		}
		this.#items(this.#stopReason);
	}

	/** The end mark. Alone it makes an answer whole, but nothing at all is no answer. */
	#done(): void {
		if (this.#stopReason === undefined) {
			if (!this.#started) return this.end();
			this.#finish("stop");
		}
		if (this.#stopReason !== undefined) this.#complete(this.#stopReason);
	}

	#items(stopReason: StopReason): void {
		const { batch, provider, isKnownCallId } = this.#options;
		if (this.#reasoning !== "") {
			const content = [{ type: "reasoning_text" as const, text: this.#reasoning }];
			batch.push({ type: "item_done", item: { type: "reasoning", summary: [], content, provider } });
		}
		if (this.#text !== "") {
			const content = [{ type: "output_text" as const, text: this.#text }];
			batch.push({ type: "item_done", item: { type: "message", role: "assistant", content } });
		}
		const callId = createCallIds(isKnownCallId);
		for (const call of this.#wholeCalls(stopReason)) {
			const { id, name, arguments: text } = call;
			batch.push({ type: "item_done", item: { type: "function_call", call_id: callId(id), name, arguments: text } });
		}
	}

	/** The calls that may run: at a limit the last one may have been cut, and then its arguments are no JSON. */
	#wholeCalls(stopReason: StopReason): readonly PartialCall[] {
		const { calls } = this.#fragments;
		const last = calls.at(-1);
		const mayBeCut = stopReason === "length" || stopReason === "content_filter";
		return mayBeCut && last !== undefined && !isJsonObject(last.arguments) ? calls.slice(0, -1) : calls;
	}

	#complete(stopReason: StopReason): void {
		if (this.finished) return;
		this.finished = true;
		const { batch } = this.#options;
		if (this.#usage !== undefined) batch.push({ type: "usage", usage: this.#usage });
		const responseId = this.#responseId;
		batch.push({ type: "done", stopReason, ...(responseId === undefined ? {} : { responseId }) });
	}
}

/** Makes a decoder for one answer. */
export function createChatDecoder(options: DecoderOptions): EventDecoder {
	return new ChatDecoder(options);
}
