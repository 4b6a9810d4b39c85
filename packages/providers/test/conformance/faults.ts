// Streams that break: cut at every event, reset, silent, malformed, without an end.

import type { ModelEvent } from "@codex/protocol";
import { createFakeClock, renderedEvents } from "@codex/test-support";
import { expect, it } from "vitest";
import { aRequest, baseOf, providerFor, serve, summary, type Wire } from "../harness.ts";
import { answer, run } from "./run.ts";
import { traitsOf } from "./traits.ts";

export function describeFaults(wire: Wire): void {
	const { extras, finalEvent } = traitsOf(wire);
	const events = renderedEvents(wire, answer);
	const wholeFrom = events.length - extras;

	it.each(events.map((_, cutAfter) => cutAfter))(
		"cut after %i events: never taken for a whole answer",
		async (cutAfter) => {
			const { error, done } = await run(wire, { ...answer, cutAfter });
			if (cutAfter >= wholeFrom) {
				expect(done?.stopReason).toBe("tool_calls");
				return;
			}
			expect(done).toBeUndefined();
			expect(error).toMatchObject({ kind: "stream", retryable: true });
			expect(error?.message).toBe(`stream closed before ${finalEvent}`);
		},
	);

	it.each([0, 1, 3])("connection reset after %i events", async (cutAfter) => {
		const { error, done } = await run(wire, { ...answer, cutAfter, reset: true });
		expect(done).toBeUndefined();
		expect(error).toMatchObject({ kind: "stream", retryable: true });
		expect(error?.message).toMatch(/^stream disconnected before completion: connection (reset|closed)$/);
	});

	it("connection reset before an answer", async () => {
		const { error, events: seen } = await run(wire, { reset: true });
		expect(seen).toHaveLength(1);
		expect(error).toMatchObject({ kind: "network", retryable: true });
	});

	it.each(events.map((_, cutAfter) => cutAfter))(
		"cut after %i events: every item that was whole is kept, and no half of one",
		async (cutAfter) => {
			const { items } = await run(wire, { ...answer, cutAfter });
			const whole = (await run(wire, answer)).items;
			expect(items.length).toBeLessThanOrEqual(whole.length);
			expect(items.map(({ type }) => type)).toEqual(whole.slice(0, items.length).map(({ type }) => type));
			for (const item of items) {
				if (item.type === "function_call") expect(JSON.parse(item.arguments)).toEqual({ command: ["true"] });
			}
		},
	);

	it("passes over a malformed line", async () => {
		const { text, done, error } = await run(wire, { text: "fine", malformedLine: true });
		expect({ text, error }).toEqual({ text: "fine", error: undefined });
		expect(done?.stopReason).toBe("stop");
	});

	it("counts malformed lines in the message of a cut stream", async () => {
		const { error } = await run(wire, { text: "fine", malformedLine: true, noFinalEvent: true });
		expect(error?.message).toContain("(1 malformed line was passed over)");
	});

	it("does not take an answer without its final event for whole", async () => {
		const { error, done } = await run(wire, { ...answer, noFinalEvent: true });
		expect(done).toBeUndefined();
		expect(error).toMatchObject({ kind: "stream", retryable: true });
	});

	it.each([0, 2])("gives up a stream that falls silent after %i events", async (cutAfter) => {
		const clock = createFakeClock();
		const server = await serve([{ ...answer, cutAfter, idle: true }]);
		const provider = providerFor(wire, baseOf(wire, server), { streamIdleTimeoutMs: 10_000 }, { clock });
		const seen: (readonly ModelEvent[])[] = [];
		const reading = (async () => {
			for await (const batch of provider.stream(aRequest(), new AbortController().signal)) seen.push(batch);
		})();
		await server.request(1);
		while (cutAfter > 0 && seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		await clock.advance(9_000);
		expect(seen.flat().some((event) => event.type === "error")).toBe(false);
		await clock.advance(2_000);
		await reading;
		expect(summary(seen).error).toMatchObject({ kind: "idle", retryable: true });
		expect(clock.pending).toBe(0);
	});
}
