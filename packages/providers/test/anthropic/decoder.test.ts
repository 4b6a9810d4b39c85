import type { ModelEvent } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createMessagesDecoder } from "../../src/anthropic/decoder.ts";
import { createEventBatch } from "../../src/stream/event-batch.ts";

function decode(events: readonly (object | string)[], known: readonly string[] = []): readonly ModelEvent[] {
	const batch = createEventBatch();
	const decoder = createMessagesDecoder({
		provider: "anthropic",
		batch,
		opening: [],
		isKnownCallId: (id) => known.includes(id),
		failure: (error) => ({ kind: "server", message: JSON.stringify(error), retryable: true }),
	});
	for (const event of events) decoder.push(typeof event === "string" ? event : JSON.stringify(event), undefined);
	if (!decoder.finished) decoder.end();
	return batch.take();
}

const start = (usage?: object) => ({ type: "message_start", message: { id: "msg_1", usage } });
const begin = (index: number, content_block: object) => ({ type: "content_block_start", index, content_block });
const delta = (index: number, value: object) => ({ type: "content_block_delta", index, delta: value });
const end = (index: number) => ({ type: "content_block_stop", index });
const stop = (stop_reason: string, usage?: object) => [
	{ type: "message_delta", delta: { stop_reason }, usage },
	{ type: "message_stop" },
];
const text = (index: number, words: string) => [
	begin(index, { type: "text", text: "" }),
	delta(index, { type: "text_delta", text: words }),
	end(index),
];
const call = (index: number, id: string, json: string) => [
	begin(index, { type: "tool_use", id, name: "shell", input: {} }),
	delta(index, { type: "input_json_delta", partial_json: json }),
	end(index),
];
const items = (events: readonly ModelEvent[]) =>
	events.flatMap((event) => (event.type === "item_done" ? [event.item] : []));

describe("createMessagesDecoder", () => {
	it("keeps thoughts with their signatures, and sealed ones, in order", () => {
		const events = decode([
			start(),
			begin(0, { type: "thinking", thinking: "", signature: "" }),
			delta(0, { type: "thinking_delta", thinking: "first " }),
			delta(0, { type: "thinking_delta", thinking: "thought" }),
			delta(0, { type: "signature_delta", signature: "sig-1" }),
			end(0),
			begin(1, { type: "redacted_thinking", data: "c2VhbGVk" }),
			end(1),
			begin(2, { type: "thinking", thinking: "", signature: "" }),
			delta(2, { type: "signature_delta", signature: "sig-" }),
			delta(2, { type: "signature_delta", signature: "2" }),
			end(2),
			...text(3, "hi"),
			...stop("end_turn"),
		]);
		expect(items(events).slice(0, 3)).toEqual([
			{
				type: "reasoning",
				summary: [{ type: "summary_text", text: "first thought" }],
				encrypted_content: "sig-1",
				provider: "anthropic",
			},
			{
				type: "reasoning",
				summary: [],
				encrypted_content: "redacted_thinking:c2VhbGVk",
				provider: "anthropic",
			},
			{ type: "reasoning", summary: [], encrypted_content: "sig-2", provider: "anthropic" },
		]);
		expect(events.filter(({ type }) => type === "reasoning_delta" || type === "reasoning_break")).toEqual([
			{ type: "reasoning_delta", text: "first thought", channel: "summary" },
			{ type: "reasoning_break" },
		]);
		expect(events.at(-1)).toEqual({ type: "done", stopReason: "stop", responseId: "msg_1" });
	});

	it("takes text and arguments that stand in the beginning of a block", () => {
		const events = decode([
			start(),
			begin(0, { type: "text", text: "whole" }),
			end(0),
			begin(1, { type: "tool_use", id: "a", name: "shell", input: { x: 1 } }),
			end(1),
			...stop("tool_use"),
		]);
		expect(events[1]).toEqual({ type: "text_delta", text: "whole" });
		expect(items(events)).toMatchObject([{ type: "message" }, { call_id: "a", arguments: '{"x":1}' }]);
	});

	it("leaves out messages without text, and blocks that it does not know", () => {
		const events = decode([
			start(),
			...text(0, ""),
			begin(1, { type: "server_tool_use", id: "s", name: "web_search", input: {} }),
			delta(1, { type: "citations_delta", citation: {} }),
			end(1),
			{ type: "content_block_start", index: 2, content_block: "none" },
			delta(7, { type: "text_delta", text: "of nothing" }),
			end(7),
			{ type: "of_tomorrow" },
			...stop("end_turn"),
		]);
		expect(events.map(({ type }) => type)).toEqual(["start", "done"]);
	});

	it("gives interleaved blocks by their index and repeated ids new ones", () => {
		const events = decode(
			[
				start(),
				begin(0, { type: "tool_use", id: "a", name: "one", input: {} }),
				begin(1, { type: "tool_use", id: "a", name: "two", input: {} }),
				delta(1, { type: "input_json_delta", partial_json: '{"n":' }),
				delta(0, { type: "input_json_delta", partial_json: "{}" }),
				delta(1, { type: "input_json_delta", partial_json: "2}" }),
				end(0),
				end(1),
				...call(2, "old", "{}"),
				...stop("tool_use"),
			],
			["old"],
		);
		const own = expect.stringMatching(/^call_[0-9a-f]{32}$/);
		expect(items(events)).toMatchObject([
			{ call_id: "a", name: "one", arguments: "{}" },
			{ call_id: own, name: "two", arguments: '{"n":2}' },
			{ call_id: own, name: "shell" },
		]);
		expect(events.at(-1)).toMatchObject({ stopReason: "tool_calls" });
	});

	it("gives a call with broken arguments only when the answer ended by itself", () => {
		const broken = [start(), ...call(0, "a", '{"command":["ec')];
		expect(items(decode([...broken, ...stop("max_tokens")]))).toEqual([]);
		expect(items(decode(broken))).toEqual([]);
		expect(items(decode([...broken, ...stop("tool_use")]))).toMatchObject([{ arguments: '{"command":["ec' }]);
	});

	it("keeps text of a block that was not ended, and its call only after an answer that ended by itself", () => {
		const open = [
			start(),
			begin(0, { type: "text", text: "" }),
			delta(0, { type: "text_delta", text: "half" }),
			begin(1, { type: "tool_use", id: "a", name: "shell", input: {} }),
			delta(1, { type: "input_json_delta", partial_json: "{}" }),
		];
		for (const reason of ["max_tokens", "refusal"]) {
			expect(items(decode([...open, ...stop(reason)]))).toMatchObject([{ type: "message" }]);
		}
		expect(items(decode([...open, ...stop("tool_use")]))).toMatchObject([
			{ type: "message", content: [{ text: "half" }] },
			{ type: "function_call", arguments: "{}" },
		]);
	});

	it.each([
		["end_turn", "stop"],
		["stop_sequence", "stop"],
		["pause_turn", "stop"],
		["of_tomorrow", "stop"],
		["max_tokens", "length"],
		["refusal", "content_filter"],
	])("takes %s for %s", (reason, expected) => {
		const events = decode([start(), ...text(0, "said"), ...stop(reason)]);
		expect(items(events)).toHaveLength(1);
		expect(events.at(-1)).toMatchObject({ type: "done", stopReason: expected });
	});

	it("takes a full window for a context that is too long, and keeps what was said", () => {
		const events = decode([start(), ...text(0, "said"), ...stop("model_context_window_exceeded")]);
		expect(items(events)).toHaveLength(1);
		expect(events.at(-1)).toMatchObject({ type: "error", error: { kind: "context_length", retryable: false } });
	});

	it("adds up usage of the beginning and the end, and what the cache had a part in", () => {
		const events = decode([
			start({ input_tokens: 7, cache_creation_input_tokens: 20, cache_read_input_tokens: 300, output_tokens: 1 }),
			...text(0, "hi"),
			...stop("end_turn", { output_tokens: 44, output_tokens_details: { thinking_tokens: 30 } }),
		]);
		expect(events.at(-2)).toEqual({
			type: "usage",
			usage: {
				inputTokens: 327,
				cachedInputTokens: 300,
				cacheWriteInputTokens: 20,
				outputTokens: 44,
				reasoningOutputTokens: 30,
			},
		});
	});

	it("takes later counts of the input for the right ones, and none for none", () => {
		const later = { input_tokens: 9, cache_read_input_tokens: null, output_tokens: 2 };
		const events = decode([start({ input_tokens: 1, cache_read_input_tokens: 4 }), ...stop("end_turn", later)]);
		expect(events.at(-2)).toMatchObject({ usage: { inputTokens: 13, cachedInputTokens: 4, outputTokens: 2 } });
		const without = decode([start(), ...stop("end_turn")]);
		expect(without.map(({ type }) => type)).toEqual(["start", "done"]);
		const wrong = decode([start({ input_tokens: "many" }), ...stop("end_turn")]);
		expect(wrong.map(({ type }) => type)).toEqual(["start", "done"]);
	});

	it("turns an error of the stream into a failure, and passes over what follows", () => {
		const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
		const events = decode([start(), ...text(0, "said"), error, ...stop("end_turn")]);
		expect(items(events)).toHaveLength(1);
		expect(events.at(-1)).toEqual({
			type: "error",
			error: { kind: "server", message: JSON.stringify(error), retryable: true },
		});
	});

	it("does not take a stop reason for the end", () => {
		const [reason] = stop("end_turn");
		const events = decode([start(), ...text(0, "said"), reason ?? {}, "{", "[]"]);
		expect(items(events)).toHaveLength(1);
		expect(events.at(-1)).toMatchObject({
			type: "error",
			error: { kind: "stream", message: "stream closed before message_stop (2 malformed lines were passed over)" },
		});
	});

	it("starts without a message_start, and takes the event's name where its data has none", () => {
		const batch = createEventBatch();
		const decoder = createMessagesDecoder({
			provider: "gateway",
			batch,
			opening: [{ type: "rate_limits", primary: { usedPercent: 1 } }],
			isKnownCallId: () => false,
			failure: () => ({ kind: "server", message: "", retryable: true }),
		});
		decoder.push(JSON.stringify({ index: 0, content_block: { type: "text", text: "hi" } }), "content_block_start");
		decoder.push(JSON.stringify({ index: 0 }), "content_block_stop");
		decoder.push("{}", "message_stop");
		decoder.push("{}", "message_stop");
		decoder.fail({ kind: "network", message: "late", retryable: true });
		expect(batch.take().map(({ type }) => type)).toEqual(["start", "rate_limits", "text_delta", "item_done", "done"]);
	});
});
