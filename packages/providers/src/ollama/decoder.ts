// Decodes Ollama's lines: pieces of thinking and text, whole calls, and a last line with `done`, which alone makes the
// answer whole.

import type { ModelError } from "@codex/protocol";
import { closedBefore, type EventDecoder, isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createCallIds } from "../wire/call-ids.ts";
import type { DecoderOptions } from "../wire/decoder-options.ts";
import { parseUsage } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

class OllamaDecoder implements EventDecoder {
	finished = false;
	readonly #options: DecoderOptions;
	readonly #callId: (wanted: string) => string;
	#started = false;
	#malformed = 0;
	#calls = 0;
	#thinking = "";
	#text = "";

	constructor(options: DecoderOptions) {
		this.#options = options;
		this.#callId = createCallIds(options.isKnownCallId);
	}

	push(data: string): void {
		const line = tryParseJson(data);
		if (!isRecord(line)) {
			this.#malformed += 1;
			return;
		}
		if (line["error"] !== undefined && line["error"] !== null) return this.fail(this.#options.failure(line));
		this.#start();
		if (isRecord(line["message"])) this.#message(line["message"]);
		if (line["done"] === true) this.#complete(line);
	}

	end(): void {
		this.fail({ kind: "stream", message: closedBefore("done", this.#malformed), retryable: true });
	}

	fail(error: ModelError): void {
		if (this.finished) return;
		this.#start();
		this.finished = true;
		this.#options.batch.push({ type: "error", error });
	}

	#start(): void {
		if (this.#started) return;
		this.#started = true;
		this.#options.batch.push({ type: "start" });
		for (const event of this.#options.opening) this.#options.batch.push(event);
	}

	#message(message: Json): void {
		const { batch } = this.#options;
		const thinking = stringOf(message["thinking"]);
		if (thinking !== "") {
			this.#thinking += thinking;
			batch.reasoning(thinking, "raw");
		}
		const text = stringOf(message["content"]);
		if (text !== "") {
			this.#flushThinking();
			this.#text += text;
			batch.text(text);
		}
		const calls = message["tool_calls"];
		if (Array.isArray(calls)) for (const call of calls) this.#call(call);
	}

	#call(call: unknown): void {
		if (!isRecord(call) || !isRecord(call["function"])) return;
		this.#flushText();
		this.#calls += 1;
		const { name, arguments: given } = call["function"];
		const written = typeof given === "string" ? given : JSON.stringify(isRecord(given) ? given : {});
		const call_id = this.#callId(stringOf(call["id"]));
		const item = { type: "function_call" as const, call_id, name: stringOf(name), arguments: written };
		this.#options.batch.push({ type: "item_done", item });
	}

	#flushThinking(): void {
		if (this.#thinking === "") return;
		const content = [{ type: "reasoning_text" as const, text: this.#thinking }];
		const { batch, provider } = this.#options;
		batch.push({ type: "item_done", item: { type: "reasoning", summary: [], content, provider } });
		this.#thinking = "";
	}

	#flushText(): void {
		this.#flushThinking();
		if (this.#text === "") return;
		const content = [{ type: "output_text" as const, text: this.#text }];
		this.#options.batch.push({ type: "item_done", item: { type: "message", role: "assistant", content } });
		this.#text = "";
	}

	#complete(line: Json): void {
		if (this.finished) return;
		this.#flushText();
		const { batch } = this.#options;
		const usage = parseUsage(line);
		if (usage !== undefined) batch.push({ type: "usage", usage });
		this.finished = true;
		const cut = line["done_reason"] === "length";
		batch.push({ type: "done", stopReason: cut ? "length" : this.#calls > 0 ? "tool_calls" : "stop" });
	}
}

/** Makes a decoder for one answer. */
export function createOllamaDecoder(options: DecoderOptions): EventDecoder {
	return new OllamaDecoder(options);
}
