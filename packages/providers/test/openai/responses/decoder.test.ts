import type { ModelEvent } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createResponsesDecoder } from "../../../src/openai/responses/decoder.ts";
import { createEventBatch } from "../../../src/stream/event-batch.ts";

function decode(events: readonly object[], end = true): readonly ModelEvent[] {
	const batch = createEventBatch();
	const decoder = createResponsesDecoder({
		provider: "openai",
		batch,
		opening: [],
		isKnownCallId: () => false,
		failure: (error) => ({ kind: "server", message: JSON.stringify(error), retryable: true }),
	});
	for (const event of events) if (!decoder.finished) decoder.push(JSON.stringify(event), undefined);
	if (end && !decoder.finished) decoder.end();
	return batch.take();
}

const completed = (response: object = {}) => ({ type: "response.completed", response: { id: "r", ...response } });
const message = (text: string, more: object = {}) => ({
	type: "message",
	role: "assistant",
	content: [{ type: "output_text", text }],
	...more,
});
const itemDone = (item: object) => ({ type: "response.output_item.done", item });
const items = (events: readonly ModelEvent[]) =>
	events.flatMap((event) => (event.type === "item_done" ? [event.item] : []));

describe("createResponsesDecoder", () => {
	it("takes the items from the final response of a server that sends them only there", () => {
		const call = { type: "function_call", call_id: "c", name: "shell", arguments: "{}" };
		const events = decode([completed({ output: [message("hi"), call] })]);
		expect(items(events).map((item) => item.type)).toEqual(["message", "function_call"]);
		expect(events.at(-1)).toEqual({ type: "done", stopReason: "tool_calls", responseId: "r" });
	});

	it("does not take an item twice", () => {
		const call = { type: "function_call", call_id: "c", name: "shell", arguments: "{}" };
		const whole = message("hi", { id: "m" });
		const events = decode([
			itemDone(whole),
			itemDone(whole),
			itemDone(call),
			itemDone(call),
			completed({ output: [whole, call] }),
		]);
		expect(items(events)).toHaveLength(2);
	});

	it("makes a message of deltas that no item followed", () => {
		const events = decode([
			{ type: "response.output_text.delta", delta: "only " },
			{ type: "response.output_text.delta", delta: "deltas" },
			completed(),
		]);
		expect(items(events)).toEqual([
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: "only deltas" }] },
		]);
	});

	it("drops deltas that a proxy repeated, and none of a server that does not count", () => {
		const delta = (sequence_number: number) => ({ type: "response.output_text.delta", delta: "a", sequence_number });
		const counted = decode([delta(1), delta(2), delta(2), delta(1), delta(3), itemDone(message("aaa")), completed()]);
		expect(counted[1]).toEqual({ type: "text_delta", text: "aaa" });
		const uncounted = decode([delta(0), delta(0), itemDone(message("aa")), completed()]);
		expect(uncounted[1]).toEqual({ type: "text_delta", text: "aa" });
	});

	it("breaks between sections of reasoning, not before the first", () => {
		const part = { type: "response.reasoning_summary_part.added" };
		const delta = (text: string) => ({ type: "response.reasoning_summary_text.delta", delta: text });
		const raw = { type: "response.reasoning_text.delta", delta: "raw" };
		const events = decode([part, delta("one"), part, part, delta("two"), raw, completed()]);
		expect(events.slice(1, -1)).toEqual([
			{ type: "reasoning_delta", text: "one", channel: "summary" },
			{ type: "reasoning_break" },
			{ type: "reasoning_delta", text: "two", channel: "summary" },
			{ type: "reasoning_delta", text: "raw", channel: "raw" },
		]);
	});

	it("reads refusals, raw reasoning, phases and custom calls", () => {
		const events = decode([
			itemDone({ type: "message", content: [{ type: "refusal", refusal: "I will not" }], phase: "final_answer" }),
			itemDone({ type: "reasoning", id: "rs", summary: null, content: [{ type: "reasoning_text", text: "why" }] }),
			itemDone({ type: "custom_tool_call", call_id: "c", name: "apply_patch", input: "*** Begin" }),
			completed(),
		]);
		expect(items(events)).toEqual([
			{
				type: "message",
				role: "assistant",
				content: [{ type: "output_text", text: "I will not" }],
				phase: "final_answer",
			},
			{
				type: "reasoning",
				id: "rs",
				summary: [],
				content: [{ type: "reasoning_text", text: "why" }],
				provider: "openai",
			},
			{ type: "custom_tool_call", call_id: "c", name: "apply_patch", input: "*** Begin" },
		]);
	});

	it("gives calls without an id one, writes out parsed arguments, and passes over what it cannot read", () => {
		const events = decode([
			itemDone({ type: "function_call", name: "shell", arguments: { a: 1 } }),
			itemDone({ type: "function_call", name: "shell", arguments: null, call_id: "" }),
			itemDone({ type: "function_call" }),
			itemDone({ type: "web_search_call", id: "w" }),
			itemDone({ type: "message", role: "user", content: [] }),
			itemDone({ type: "message", content: "no list" }),
			{ type: "response.output_item.done" },
			{ type: "response.something_new", anything: true },
			completed(),
		]);
		expect(items(events)).toMatchObject([
			{ type: "function_call", arguments: '{"a":1}', call_id: expect.stringMatching(/^call_[0-9a-f]{32}$/) },
			{ type: "function_call", arguments: "", call_id: expect.stringMatching(/^call_[0-9a-f]{32}$/) },
		]);
	});

	it("does not hand on a call that was cut at the output limit", () => {
		const cut = { type: "function_call", call_id: "c", name: "shell", arguments: '{"comm', status: "incomplete" };
		const response = { incomplete_details: { reason: "max_output_tokens" } };
		const events = decode([itemDone(cut), { type: "response.incomplete", response }]);
		expect(items(events)).toEqual([]);
		expect(events.at(-1)).toMatchObject({ type: "done", stopReason: "length" });
	});

	it("fails on an incomplete response for any other reason", () => {
		for (const [response, why] of [
			[{ incomplete_details: { reason: "steered" } }, "steered"],
			[{}, "no reason given"],
		] as const) {
			expect(decode([{ type: "response.incomplete", response }]).at(-1)).toMatchObject({
				type: "error",
				error: { kind: "stream", message: `response incomplete: ${why}` },
			});
		}
	});

	it("hands on the error of response.failed and of error events", () => {
		const failed = decode([{ type: "response.failed", response: { error: { code: "x", message: "m" } } }]);
		expect(failed.at(-1)).toMatchObject({ error: { message: '{"code":"x","message":"m"}' } });
		const flat = decode([{ type: "error", code: "y", message: "n" }]);
		expect(flat.at(-1)).toMatchObject({ error: { message: '{"type":"error","code":"y","message":"n"}' } });
		const nested = decode([{ type: "error", error: { code: "z" } }]);
		expect(nested.at(-1)).toMatchObject({ error: { message: '{"code":"z"}' } });
	});

	it("names events by their event field when the data has no type", () => {
		const batch = createEventBatch();
		const decoder = createResponsesDecoder({
			provider: "openai",
			batch,
			opening: [],
			isKnownCallId: () => false,
			failure: () => ({ kind: "server", message: "", retryable: true }),
		});
		decoder.push('{"delta":"hi"}', "response.output_text.delta");
		decoder.push("[DONE]", undefined);
		decoder.push("[1]", undefined);
		decoder.end();
		decoder.fail({ kind: "idle", message: "late", retryable: true });
		expect(batch.take()).toEqual([
			{ type: "start" },
			{ type: "text_delta", text: "hi" },
			{
				type: "error",
				error: {
					kind: "stream",
					message: "stream closed before response.completed (1 malformed line was passed over)",
					retryable: true,
				},
			},
		]);
	});

	it("reads usage whose details are missing or null", () => {
		const usage = { input_tokens: 3, input_tokens_details: null, output_tokens: 4, output_tokens_details: null };
		expect(decode([completed({ usage })]).find((event) => event.type === "usage")).toEqual({
			type: "usage",
			usage: {
				inputTokens: 3,
				cachedInputTokens: 0,
				cacheWriteInputTokens: 0,
				outputTokens: 4,
				reasoningOutputTokens: 0,
			},
		});
	});
});
