import type { ModelEvent } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createChatDecoder } from "../../../src/openai/chat/decoder.ts";
import { createEventBatch } from "../../../src/stream/event-batch.ts";
import { collect, providerFor, serve } from "../../harness.ts";

function decode(chunks: readonly (object | string)[], known: readonly string[] = []): readonly ModelEvent[] {
	const batch = createEventBatch();
	const decoder = createChatDecoder({
		provider: "local",
		batch,
		opening: [],
		isKnownCallId: (id) => known.includes(id),
		failure: (error) => ({ kind: "server", message: JSON.stringify(error), retryable: true }),
	});
	for (const chunk of chunks) decoder.push(typeof chunk === "string" ? chunk : JSON.stringify(chunk), undefined);
	if (!decoder.finished) decoder.end();
	return batch.take();
}

const delta = (value: object, finish_reason: string | null = null) => ({
	id: "x",
	choices: [{ delta: value, finish_reason }],
});
const calls = (...fragments: object[]) => delta({ tool_calls: fragments });
const finish = (reason: string) => delta({}, reason);
const items = (events: readonly ModelEvent[]) =>
	events.flatMap((event) => (event.type === "item_done" ? [event.item] : []));
const ownId = expect.stringMatching(/^call_[0-9a-f]{32}$/);

describe("createChatDecoder", () => {
	it("takes reasoning under either name", () => {
		for (const name of ["reasoning", "reasoning_content"]) {
			const events = decode([delta({ [name]: "hm" }), delta({ content: "hi" }), finish("stop"), "[DONE]"]);
			expect(events[1]).toEqual({ type: "reasoning_delta", text: "hm", channel: "raw" });
			expect(items(events)[0]).toEqual({
				type: "reasoning",
				summary: [],
				content: [{ type: "reasoning_text", text: "hm" }],
				provider: "local",
			});
		}
	});

	it("ends at [DONE] without a finish_reason, but not without an answer", () => {
		const events = decode([delta({ content: "hi" }), "[DONE]"]);
		expect(events.at(-1)).toEqual({ type: "done", stopReason: "stop", responseId: "x" });
		expect(decode(["[DONE]"]).at(-1)).toMatchObject({ type: "error", error: { kind: "stream" } });
	});

	it("ends at the end of the body after a finish_reason", () => {
		expect(decode([delta({ content: "hi" }), finish("stop")]).at(-1)).toMatchObject({ type: "done" });
	});

	it("takes usage from a chunk of its own, after the finish, or beside a choice", () => {
		const usage = { prompt_tokens: 9, completion_tokens: 4 };
		const own = decode([delta({ content: "hi" }), finish("stop"), { choices: [], usage }, "[DONE]"]);
		const beside = decode([delta({ content: "hi" }), { ...finish("stop"), usage }, "[DONE]"]);
		for (const events of [own, beside]) {
			expect(events.at(-2)).toMatchObject({ type: "usage", usage: { inputTokens: 9, outputTokens: 4 } });
		}
	});

	it("takes stop for tool_calls when there are calls", () => {
		const events = decode([calls({ index: 0, id: "a", function: { name: "shell", arguments: "{}" } }), finish("stop")]);
		expect(events.at(-1)).toMatchObject({ stopReason: "tool_calls" });
	});

	it("puts interleaved fragments together by their index", () => {
		const events = decode([
			calls({ index: 0, id: "a", function: { name: "one", arguments: "" } }),
			calls({ index: 1, id: "b", function: { name: "two", arguments: '{"x"' } }),
			calls({ index: 0, function: { arguments: "{}" } }, { index: 1, function: { arguments: ":1}" } }),
			finish("tool_calls"),
		]);
		expect(items(events)).toMatchObject([
			{ call_id: "a", name: "one", arguments: "{}" },
			{ call_id: "b", name: "two", arguments: '{"x":1}' },
		]);
	});

	it("tells calls apart without an index, by id and by name", () => {
		const byId = decode([
			calls({ id: "a", function: { name: "one", arguments: "{" } }),
			calls({ function: { arguments: "}" } }),
			calls({ id: "b", function: { name: "two", arguments: "{}" } }),
			calls({ id: "a", function: { arguments: " " } }),
			finish("tool_calls"),
		]);
		expect(items(byId)).toMatchObject([
			{ call_id: "a", arguments: "{} " },
			{ call_id: "b", arguments: "{}" },
		]);
		const byName = decode([
			calls({ function: { name: "one", arguments: "{}" } }),
			calls({ function: { name: "one", arguments: "{}" } }),
			finish("tool_calls"),
		]);
		const [first, second] = items(byName);
		expect([first, second]).toMatchObject([{ call_id: ownId }, { call_id: ownId }]);
		expect(first).not.toEqual(second);
	});

	it("takes several ids under one index for several calls, and a repeated name for one", () => {
		const events = decode([
			calls({ index: 0, id: "a", function: { name: "one", arguments: "{}" } }),
			calls({ index: 0, id: "b", function: { name: "two", arguments: "{" } }),
			calls({ index: 0, id: "b", function: { name: "two", arguments: "}" } }),
			finish("tool_calls"),
		]);
		expect(items(events)).toMatchObject([
			{ call_id: "a", name: "one", arguments: "{}" },
			{ call_id: "b", name: "two", arguments: "{}" },
		]);
	});

	it("takes whole and parsed arguments, and gives a taken id a new name", () => {
		const whole = calls({ index: 0, id: "known", function: { name: "shell", arguments: { a: 1 } } });
		expect(items(decode([whole, finish("tool_calls")], ["known"]))).toMatchObject([
			{ call_id: ownId, arguments: '{"a":1}' },
		]);
		const twice = [0, 1].map((index) => calls({ index, id: `same`, function: { name: "shell", arguments: "{}" } }));
		const ids = items(decode([...twice, finish("tool_calls")])).map((item) => ("call_id" in item ? item.call_id : ""));
		expect(new Set(ids).size).toBe(2);
	});

	it("drops the call that the output limit cut, and keeps those before it", () => {
		const events = decode([
			calls({ index: 0, id: "a", function: { name: "one", arguments: "{}" } }),
			calls({ index: 1, id: "b", function: { name: "two", arguments: '{"comm' } }),
			finish("length"),
		]);
		expect(items(events)).toMatchObject([{ call_id: "a" }]);
		expect(events.at(-1)).toMatchObject({ stopReason: "length" });
	});

	it("passes over what is not a delta, and takes a whole message", () => {
		const events = decode([
			"not JSON",
			{ choices: null },
			{ choices: [null] },
			calls("no call" as unknown as object),
			{ choices: [{ message: { content: "whole", refusal: null } }] },
			finish("stop"),
		]);
		expect(items(events)).toMatchObject([{ type: "message", content: [{ text: "whole" }] }]);
	});

	it("ends on an error in the stream, by object or by finish_reason", () => {
		expect(decode([delta({ content: "hi" }), { error: { message: "boom" } }]).at(-1)).toMatchObject({
			error: { message: '{"message":"boom"}' },
		});
		expect(decode([delta({ content: "hi" }), finish("error")]).at(-1)).toMatchObject({ error: { kind: "server" } });
	});
});

describe("chat servers that take liberties, over HTTP", () => {
	it.each([
		["no ids", { omitCallIds: true }],
		["no index", { omitCallIndex: true, omitCallIds: true }],
		["whole calls", { wholeCalls: true }],
		["no finish_reason", { omitFinishReason: true }],
		["no [DONE]", { omitDone: true }],
		["reasoning", { reasoningField: "reasoning" }],
	] as const)("%s", async (_name, quirk) => {
		const server = await serve([
			{
				reasoning: "hm",
				text: "hi",
				calls: [
					{ name: "shell", arguments: { command: ["a"] } },
					{ name: "shell", arguments: { command: ["b"] } },
				],
				...quirk,
			},
		]);
		const { items: seen, done, reasoning } = await collect(providerFor("chat", server.baseUrl));
		expect(reasoning).toBe("hm");
		expect(done?.stopReason).toBe("tool_calls");
		expect(seen.slice(2)).toMatchObject([
			{ type: "function_call", arguments: '{"command":["a"]}' },
			{ type: "function_call", arguments: '{"command":["b"]}' },
		]);
		const ids = seen.slice(2).map((item) => ("call_id" in item ? item.call_id : ""));
		expect(new Set(ids).size).toBe(2);
		expect(ids).not.toContain("");
	});
});
