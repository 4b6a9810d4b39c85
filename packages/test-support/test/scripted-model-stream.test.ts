import type { ConversationItem, ModelEvent, ModelRequest } from "@codex/protocol";
import { expect, test } from "vitest";
import { assertModelGrammar, createScriptedModelStream, ev, type ScriptedModelStream } from "../src/index.ts";

const request = (input: readonly ConversationItem[] = []): ModelRequest => ({
	model: "m",
	instructions: "be brief",
	input,
	tools: [],
	parallelToolCalls: true,
});

async function collect(model: ScriptedModelStream, signal: AbortSignal = new AbortController().signal) {
	const batches: (readonly ModelEvent[])[] = [];
	for await (const batch of model.stream(request(), signal)) batches.push(batch);
	return batches;
}

test("answers the requests in order, batch by batch, without empty ones", async () => {
	const model = createScriptedModelStream([
		[[ev.start()], [], [ev.text("a"), ev.message("a"), ev.done()]],
		(asked, number) => [ev.answer(`${asked.model}${number}`)],
	]);
	expect(await collect(model)).toEqual([[ev.start()], [ev.text("a"), ev.message("a"), ev.done()]]);
	expect(await collect(model)).toEqual([ev.answer("m2")]);
	expect(model.answered).toBe(2);
	expect(model.requests).toHaveLength(2);
});

test("keeps each request as it was, though its input grows later", async () => {
	const model = createScriptedModelStream([[ev.answer("a")]]);
	const input: ConversationItem[] = [];
	for await (const _batch of model.stream(request(input), new AbortController().signal)) {
		input.push({ type: "message", role: "user", content: [] });
	}
	expect(model.requests[0]?.input).toEqual([]);
});

test("a request beyond the script fails and says so", async () => {
	const model = createScriptedModelStream([]);
	const events = (await collect(model)).flat();
	assertModelGrammar(events);
	expect(events.at(-1)).toMatchObject({ error: { kind: "invalid_request", message: /0 responses.*request 1/ } });
});

test("waits for a promise, also for one that rejects", async () => {
	let release = (): void => undefined;
	const gate = new Promise<void>((resolve) => {
		release = resolve;
	});
	const model = createScriptedModelStream([
		[[ev.start()], { waitFor: gate }, { waitFor: Promise.reject(new Error("no")) }, [ev.done()]],
	]);
	const collected = collect(model);
	await model.untilRequests(1);
	release();
	expect(await collected).toEqual([[ev.start()], [ev.done()]]);
});

test("a hanging response ends with an abort, which fits the grammar with or without a start before", async () => {
	for (const steps of [[{ hang: true }], [[ev.start(), ev.text("a")], { hang: true }]] as const) {
		const controller = new AbortController();
		const model = createScriptedModelStream([steps]);
		const collected = collect(model, controller.signal);
		await model.untilRequests(1);
		controller.abort();
		const events = (await collected).flat();
		assertModelGrammar(events);
		expect(events.at(-1)).toMatchObject({ error: { kind: "aborted", retryable: false } });
		expect(model.answered).toBe(0);
	}
});

test("a request aborted before it is sent says nothing but that", async () => {
	const model = createScriptedModelStream([[ev.answer("a")]]);
	expect((await collect(model, AbortSignal.abort())).flat()).toMatchObject([
		{ type: "start" },
		{ type: "error", error: { kind: "aborted" } },
	]);
});

test("tells of its model what it was given", () => {
	const model = createScriptedModelStream([], { provider: "p", info: { known: false, contextWindow: 5 } });
	expect(model.provider).toBe("p");
	expect(model.modelInfo("x")).toMatchObject({ id: "x", known: false, contextWindow: 5, supportsImages: true });
});

test("untilRequests gives up", async () => {
	await expect(createScriptedModelStream([]).untilRequests(1, 20)).rejects.toThrow("0 requests after 20 ms");
});
