import { asSubmissionId, type Event, type EventMsg, type RolloutPayload } from "@codex/protocol";
import { eventSamples, findUnfrozen } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { createEventHub, type EventHub } from "../src/event-hub.ts";

const id = asSubmissionId("s");

function makeHub(): { readonly hub: EventHub; readonly saved: RolloutPayload[]; readonly errors: Error[] } {
	const saved: RolloutPayload[] = [];
	const errors: Error[] = [];
	const hub = createEventHub({
		append: (payloads) => saved.push(...payloads),
		onListenerError: (error) => errors.push(error),
	});
	return { hub, saved, errors };
}

describe("the hub", () => {
	test("numbers and freezes every kind of event, and saves all but the lossy ones", () => {
		const { hub, saved } = makeHub();
		const seen: Event[] = [];
		hub.subscribe((event) => seen.push(event));
		const messages: readonly EventMsg[] = structuredClone(Object.values(eventSamples));
		for (const msg of messages) hub.emit(id, msg);
		expect(seen.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at));
		for (const event of seen) expect(findUnfrozen(event)).toBeUndefined();
		const types = saved.map((record) => record.type === "event_msg" && record.payload.type);
		expect(types).not.toContain("agent_message_delta");
		expect(types.length).toBe(messages.length - 3);
	});

	test("keeps what comes before the first subscription for it alone", () => {
		const { hub } = makeHub();
		hub.emit(id, eventSamples.notice);
		const first: number[] = [];
		const second: number[] = [];
		hub.subscribe(({ seq }) => first.push(seq));
		const stop = hub.subscribe(({ seq }) => second.push(seq));
		hub.emit(id, eventSamples.notice);
		stop();
		stop();
		hub.emit(id, eventSamples.notice);
		expect([first, second]).toEqual([[0, 1, 2], [1]]);
	});

	test("survives a listener that throws, and tells of it", () => {
		const { hub, errors } = makeHub();
		const seen: number[] = [];
		hub.subscribe(() => {
			throw new Error("boom");
		});
		hub.subscribe(({ seq }) => seen.push(seq));
		hub.emit(id, eventSamples.notice);
		expect(seen).toEqual([0]);
		expect(errors.map(({ message }) => message)).toEqual(["boom"]);
	});

	test("is ready when no subscriber has to catch up", async () => {
		const { hub } = makeHub();
		expect(hub.ready()).toBeUndefined();
		let wait: Promise<void> | undefined;
		hub.subscribe(
			() => undefined,
			() => wait,
		);
		expect(hub.ready()).toBeUndefined();
		const caughtUp = Promise.withResolvers<void>();
		wait = caughtUp.promise;
		const ready = hub.ready();
		caughtUp.resolve();
		await expect(ready).resolves.toBeUndefined();
	});
});
