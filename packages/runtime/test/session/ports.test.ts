import { type ModelRequest, type RolloutPayload, zeroUsage } from "@codex/protocol";
import { createScriptedModelStream, ev, eventSamples } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { createDeferredRollout } from "../../src/session/deferred-rollout.ts";
import { createGatedModel } from "../../src/session/gated-model.ts";

const request: ModelRequest = { model: "m", instructions: "", input: [], tools: [], parallelToolCalls: true };

describe("the gated model", () => {
	const inner = () => createScriptedModelStream([[[ev.start(), ev.text("hi"), ev.usage(zeroUsage), ev.done()]]]);

	async function drain(stream: AsyncIterable<readonly unknown[]>): Promise<number> {
		let events = 0;
		for await (const batch of stream) events += batch.length;
		return events;
	}

	test("passes requests through while everybody keeps up", async () => {
		const model = inner();
		const gated = createGatedModel(model, () => undefined);
		expect(gated.modelInfo("m")).toEqual(model.modelInfo("m"));
		expect(await drain(gated.stream(request, new AbortController().signal))).toBe(4);
	});

	test("holds a request back until the slow reader has caught up", async () => {
		const model = inner();
		const wait = Promise.withResolvers<void>();
		const gated = createGatedModel(model, () => wait.promise);
		const draining = drain(gated.stream(request, new AbortController().signal));
		await new Promise((resolve) => setImmediate(resolve));
		expect(model.requests.length).toBe(0);
		wait.resolve();
		expect(await draining).toBe(4);
		expect(model.requests.length).toBe(1);
	});

	test("does not hold back an abort", async () => {
		const gated = createGatedModel(inner(), () => new Promise(() => undefined));
		const aborted = new AbortController();
		const draining = drain(gated.stream(request, aborted.signal));
		aborted.abort();
		expect(await draining).toBeGreaterThan(0);
		expect(await drain(gated.stream(request, AbortSignal.abort()))).toBeGreaterThan(0);
	});
});

describe("the deferred rollout", () => {
	const record: RolloutPayload = { type: "event_msg", payload: eventSamples.notice };

	function makeWriter(): { readonly log: string[]; readonly writer: ReturnType<typeof createDeferredRollout> } {
		const log: string[] = [];
		const writer = createDeferredRollout({
			path: "/x",
			append: (payloads) => log.push(`append ${payloads.length}`),
			flush: async () => void log.push("flush"),
			close: async () => void log.push("close"),
		});
		return { log, writer };
	}

	test("writes nothing of a session that was never asked anything", async () => {
		const { log, writer } = makeWriter();
		writer.append([record, record]);
		await writer.flush();
		await writer.close();
		expect(log).toEqual(["close"]);
		expect(writer.path).toBe("/x");
	});

	test("writes what waits, and then everything", async () => {
		const { log, writer } = makeWriter();
		writer.append([record, record]);
		writer.open();
		writer.open();
		writer.append([record]);
		await writer.flush();
		expect(log).toEqual(["append 2", "append 1", "flush"]);
	});
});
