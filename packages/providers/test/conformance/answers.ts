// Good answers: what every wire makes of text, reasoning, calls, images and stop reasons.

import type { ConversationItem } from "@codex/protocol";
import { expect, it } from "vitest";
import type { Wire } from "../harness.ts";
import { answer, run, wide } from "./run.ts";
import { traitsOf } from "./traits.ts";

export function describeAnswers(wire: Wire): void {
	it("streams text as deltas and as one message", async () => {
		const { text, items, done, usage, error } = await run(wire, {
			text: ["Hel", "lo ", wide],
			usage: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 7, reasoningOutputTokens: 3 },
		});
		expect(error).toBeUndefined();
		expect(text).toBe(`Hello ${wide}`);
		expect(items).toMatchObject([
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: `Hello ${wide}` }] },
		]);
		expect(done).toMatchObject({ stopReason: "stop" });
		expect(usage).toEqual({
			inputTokens: 100,
			cachedInputTokens: traitsOf(wire).cachedTokens ? 40 : 0,
			cacheWriteInputTokens: 0,
			outputTokens: 7,
			reasoningOutputTokens: traitsOf(wire).reasoningTokens ? 3 : 0,
		});
	});

	it("streams reasoning before the answer and stamps its item with the provider", async () => {
		const { reasoning, items } = await run(wire, answer);
		expect(reasoning).toBe("thinking");
		expect(items.map((item) => item.type)).toEqual(["reasoning", "message", "function_call"]);
		expect(items[0]).toMatchObject({ provider: traitsOf(wire).provider });
	});

	it("gives two parallel calls in the model's order", async () => {
		const { items, done } = await run(wire, {
			calls: [
				{ name: "shell", arguments: { command: ["a"] }, callId: "one" },
				{ name: "read_file", arguments: { path: "b" }, callId: "two" },
			],
			deltaSize: 3,
		});
		expect(items).toMatchObject([
			{ type: "function_call", name: "shell", arguments: '{"command":["a"]}' },
			{ type: "function_call", name: "read_file", arguments: '{"path":"b"}' },
		]);
		const ids = items.map((item) => item.type === "function_call" && item.call_id);
		if (traitsOf(wire).callIds) expect(ids).toEqual(["one", "two"]);
		else expect(new Set(ids).size).toBe(2);
		expect(done?.stopReason).toBe("tool_calls");
	});

	it.each([1, 2, 3, 7])("reads a stream that arrives in pieces of %i bytes", async (splitBytes) => {
		const { text, items } = await run(wire, {
			text: wide.repeat(3),
			calls: [{ name: "shell", arguments: { command: [wide] }, callId: "c" }],
			deltaSize: 5,
			splitBytes,
		});
		expect(text).toBe(wide.repeat(3));
		expect(items[1]).toMatchObject({ arguments: JSON.stringify({ command: [wide] }) });
	});

	it("takes empty arguments for none", async () => {
		const { items } = await run(wire, { calls: [{ name: "update_plan", arguments: "" }] });
		expect(items).toMatchObject([{ type: "function_call", arguments: traitsOf(wire).emptyArguments }]);
	});

	it("gives a call an id of ours when the server gives none", async () => {
		const { items } = await run(wire, { calls: [{ name: "shell", arguments: {} }], omitCallIds: true });
		const [call] = items;
		expect(call).toMatchObject({ type: "function_call", name: "shell" });
		expect(call?.type === "function_call" && call.call_id).toMatch(/./);
	});

	it("ends well without usage", async () => {
		const { done, usage } = await run(wire, { text: "hi", usage: null });
		expect(usage).toBeUndefined();
		expect(done?.stopReason).toBe("stop");
	});

	const cuts = traitsOf(wire).contentFilter ? (["length", "content_filter"] as const) : (["length"] as const);

	it.each(cuts)("keeps the message of an answer that ends by %s", async (stop) => {
		const { items, done } = await run(wire, { text: "as far as", stop });
		expect(items).toMatchObject([{ type: "message", content: [{ text: "as far as" }] }]);
		expect(done?.stopReason).toBe(stop);
	});

	it("sends images as the wire has them", async () => {
		const image = { type: "input_image", image_url: "data:image/png;base64,AAAA" } as const;
		const input: ConversationItem[] = [
			{ type: "message", role: "user", content: [{ type: "input_text", text: "look" }, image] },
			{ type: "function_call", call_id: "v", name: "view_image", arguments: "{}" },
			{ type: "function_call_output", call_id: "v", output: [{ type: "input_text", text: "seen" }, image] },
		];
		const { server } = await run(wire, { text: "ok" }, { input });
		const body = JSON.stringify(server.requests[0]?.body);
		expect(body.split(traitsOf(wire).image)).toHaveLength(3);
	});

	it("merges the deltas of one network read", async () => {
		const { batches, text } = await run(wire, { text: Array.from({ length: 2000 }, () => "word ") });
		const deltas = batches.flat().filter((event) => event.type === "text_delta");
		expect(text).toBe("word ".repeat(2000));
		// 2,000 deltas are some 300 kB: a few reads of 64 kB, not 2,000 events.
		expect(deltas.length).toBeLessThan(200);
		for (const batch of batches) {
			expect(batch.filter((event) => event.type === "text_delta").length).toBeLessThanOrEqual(1);
		}
	});

	const { limits } = traitsOf(wire);
	if (limits !== undefined) {
		it("tells the rate limits of the headers", async () => {
			const { events } = await run(wire, { text: "ok", headers: limits.headers });
			expect(events[1]).toEqual(limits.event);
		});
	}
}
