// The caller's signal, and callers that go away.

import type { ModelEvent } from "@codex/protocol";
import { expect, it } from "vitest";
import { aRequest, baseOf, collect, providerFor, serve, summary, type Wire } from "../harness.ts";
import { answer } from "./run.ts";

export function describeAborts(wire: Wire): void {
	const abortedError = { kind: "aborted", message: "aborted", retryable: false };

	it("makes no request when the signal is aborted already", async () => {
		const server = await serve([]);
		const { error } = await collect(providerFor(wire, baseOf(wire, server)), aRequest(), AbortSignal.abort());
		expect(error).toEqual(abortedError);
		expect(server.requests).toHaveLength(0);
	});

	it("ends within 100 ms of an abort while it waits for the answer", async () => {
		const server = await serve([{ text: "late", delayMs: 10_000 }]);
		const controller = new AbortController();
		const collecting = collect(providerFor(wire, baseOf(wire, server)), aRequest(), controller.signal);
		const request = await server.request(1);
		const startedAt = performance.now();
		controller.abort();
		const { error, events } = await collecting;
		expect(performance.now() - startedAt).toBeLessThan(100);
		expect(events).toHaveLength(1);
		expect(error).toEqual(abortedError);
		await expect.poll(() => request.abandoned()).toBe(true);
	});

	it("ends within 100 ms of an abort in the middle of the stream", async () => {
		const server = await serve([{ ...answer, cutAfter: 3, idle: true }]);
		const controller = new AbortController();
		const batches: (readonly ModelEvent[])[] = [];
		let abortedAt = 0;
		for await (const batch of providerFor(wire, baseOf(wire, server)).stream(aRequest(), controller.signal)) {
			batches.push(batch);
			if (abortedAt > 0) continue;
			abortedAt = performance.now();
			controller.abort();
		}
		expect(performance.now() - abortedAt).toBeLessThan(100);
		expect(summary(batches).error).toEqual(abortedError);
	});

	it("ends the request when the caller leaves the loop", async () => {
		const server = await serve([{ ...answer, cutAfter: 3, idle: true }]);
		for await (const _batch of providerFor(wire, baseOf(wire, server)).stream(aRequest(), new AbortController().signal))
			break;
		const request = await server.request(1);
		await expect.poll(() => request.abandoned()).toBe(true);
	});

	it("ends what runs when it is closed", async () => {
		const server = await serve([{ ...answer, cutAfter: 3, idle: true }]);
		const provider = providerFor(wire, baseOf(wire, server));
		const batches: (readonly ModelEvent[])[] = [];
		for await (const batch of provider.stream(aRequest(), new AbortController().signal)) {
			batches.push(batch);
			await provider.close();
		}
		expect(summary(batches).error).toEqual(abortedError);
	});
}
