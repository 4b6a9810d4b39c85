// Decodes the stream of Gemini: pieces of one content, put together here. Thoughts are an item when something else comes,
// text when a call or the end comes, a call at once. Only a finish reason, or a blocked prompt, makes the answer whole. A
// signature of text stands in a reasoning item of its own before it, without words; one of thoughts with their words.

import type { ModelError, StopReason } from "@codex/protocol";
import { closedBefore, type EventDecoder, isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createCallIds } from "../wire/call-ids.ts";
import type { DecoderOptions } from "../wire/decoder-options.ts";
import { parseUsage } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

// Ends that the vendor's filters made.
const filtered: ReadonlySet<string> = new Set([
	"SAFETY",
	"RECITATION",
	"LANGUAGE",
	"BLOCKLIST",
	"PROHIBITED_CONTENT",
	"SPII",
	"IMAGE_SAFETY",
	"IMAGE_PROHIBITED_CONTENT",
	"IMAGE_RECITATION",
]);

// Ends at which the model's own output could not be used: another try is another answer.
const unusable: ReadonlySet<string> = new Set([
	"MALFORMED_FUNCTION_CALL",
	"MALFORMED_RESPONSE",
	"UNEXPECTED_TOOL_CALL",
	"TOO_MANY_TOOL_CALLS",
	"MISSING_THOUGHT_SIGNATURE",
	"OTHER",
]);

class GeminiDecoder implements EventDecoder {
	finished = false;
	readonly #options: DecoderOptions;
	readonly #callId: (wanted: string) => string;
	readonly #toolName: (name: string) => string;
	#started = false;
	#malformed = 0;
	#calls = 0;
	#thoughts = "";
	/** Signatures of the thoughts and of the text that are being put together. */
	#thoughtSeal: string | undefined;
	#text = "";
	#textSeal: string | undefined;
	#usage: unknown;
	#responseId: string | undefined;

	constructor(options: DecoderOptions, toolName: (name: string) => string) {
		this.#options = options;
		this.#toolName = toolName;
		this.#callId = createCallIds(options.isKnownCallId);
	}

	push(data: string): void {
		const chunk = tryParseJson(data);
		if (Array.isArray(chunk) && isRecord(chunk[0]) && "error" in chunk[0]) return this.#failed(chunk[0]);
		if (!isRecord(chunk)) {
			this.#malformed += 1;
			return;
		}
		if (chunk["error"] !== undefined && chunk["error"] !== null) return this.#failed(chunk);
		this.#start(stringOf(chunk["responseId"]) || undefined);
		if (isRecord(chunk["usageMetadata"])) this.#usage = chunk["usageMetadata"];
		const candidate: unknown = Array.isArray(chunk["candidates"]) ? chunk["candidates"][0] : undefined;
		if (isRecord(candidate)) this.#candidate(candidate);
		else if (isRecord(chunk["promptFeedback"]) && stringOf(chunk["promptFeedback"]["blockReason"]) !== "") {
			this.#complete("content_filter");
		}
	}

	end(): void {
		this.fail({ kind: "stream", message: closedBefore("finishReason", this.#malformed), retryable: true });
	}

	fail(error: ModelError): void {
		if (this.finished) return;
		this.#start(undefined);
		this.finished = true;
		this.#options.batch.push({ type: "error", error });
	}

	#failed(chunk: Json): void {
		this.fail(this.#options.failure(chunk));
	}

	#start(responseId: string | undefined): void {
		if (this.#started) return;
		this.#started = true;
		this.#responseId = responseId;
		this.#options.batch.push({ type: "start", ...(responseId === undefined ? {} : { responseId }) });
		for (const event of this.#options.opening) this.#options.batch.push(event);
	}

	#candidate(candidate: Json): void {
		const { content } = candidate;
		if (isRecord(content) && Array.isArray(content["parts"])) for (const part of content["parts"]) this.#part(part);
		const reason = stringOf(candidate["finishReason"]);
		if (reason !== "" && reason !== "FINISH_REASON_UNSPECIFIED") this.#finish(reason, candidate);
	}

	#part(part: unknown): void {
		if (!isRecord(part)) return;
		const { batch } = this.#options;
		const signature = stringOf(part["thoughtSignature"]);
		const text = stringOf(part["text"]);
		if (isRecord(part["functionCall"])) return this.#call(part["functionCall"], signature);
		if (part["thought"] === true) {
			this.#thoughts += text;
			if (signature !== "") this.#thoughtSeal = signature;
			if (text !== "") batch.reasoning(text, "summary");
			return;
		}
		if (signature !== "") this.#textSeal = signature;
		if (text === "") return;
		if (this.#text === "") this.#flushThoughts();
		this.#text += text;
		batch.text(text);
	}

	#call(call: Json, signature: string): void {
		this.#flushText();
		this.#calls += 1;
		this.#options.batch.push({
			type: "item_done",
			item: {
				type: "function_call",
				call_id: this.#callId(stringOf(call["id"])),
				name: this.#toolName(stringOf(call["name"])),
				arguments: JSON.stringify(isRecord(call["args"]) ? call["args"] : {}),
				...(signature === "" ? {} : { signature }),
			},
		});
	}

	#reasoning(text: string, seal: string | undefined): void {
		const { batch, provider } = this.#options;
		const summary = text === "" ? [] : [{ type: "summary_text" as const, text }];
		const sealed = seal === undefined ? {} : { encrypted_content: seal };
		batch.push({ type: "item_done", item: { type: "reasoning", summary, ...sealed, provider } });
	}

	#flushThoughts(): void {
		// A signature without words would be taken for one of text.
		if (this.#thoughts !== "") this.#reasoning(this.#thoughts, this.#thoughtSeal);
		this.#thoughts = "";
		this.#thoughtSeal = undefined;
	}

	#flushText(): void {
		this.#flushThoughts();
		if (this.#textSeal !== undefined) this.#reasoning("", this.#textSeal);
		this.#textSeal = undefined;
		if (this.#text === "") return;
		const content = [{ type: "output_text" as const, text: this.#text }];
		this.#options.batch.push({ type: "item_done", item: { type: "message", role: "assistant", content } });
		this.#text = "";
	}

	#finish(reason: string, candidate: Json): void {
		if (unusable.has(reason)) {
			this.#flushText();
			const told = stringOf(candidate["finishMessage"]);
			const message = `the model's answer could not be used (${reason})${told === "" ? "" : `: ${told.slice(0, 300)}`}`;
			return this.fail({ kind: "server", message, retryable: true });
		}
		this.#complete(filtered.has(reason) ? "content_filter" : reason === "MAX_TOKENS" ? "length" : "stop");
	}

	#complete(stopReason: StopReason): void {
		if (this.finished) return;
		this.#flushText();
		const { batch } = this.#options;
		const usage = this.#usage === undefined ? undefined : parseUsage(this.#usage);
		if (usage !== undefined) batch.push({ type: "usage", usage });
		this.finished = true;
		const responseId = this.#responseId;
		const whole = stopReason === "stop" && this.#calls > 0 ? "tool_calls" : stopReason;
		batch.push({ type: "done", stopReason: whole, ...(responseId === undefined ? {} : { responseId }) });
	}
}

/** Makes a decoder for one answer. `toolName` gives the tool that a name of the vendor's means. */
export function createGeminiDecoder(options: DecoderOptions, toolName: (name: string) => string): EventDecoder {
	return new GeminiDecoder(options, toolName);
}
