// Journals as they come back from a disk: everything that a run writes reads back, and nothing else does.

import { describe, expect, it } from "vitest";
import { readEvents } from "../../src/schema/events-schema.ts";
import { eventfulHost } from "../driver/eventful.ts";
import { runOn } from "../driver/runs.ts";

async function lines(): Promise<readonly string[]> {
	const { host, runId } = await runOn(eventfulHost());
	return host.journals.get(runId) ?? [];
}

const record = (seq: number, event: unknown): string => JSON.stringify({ v: 1, seq, atMs: 5, event });

describe("a journal", () => {
	it("reads back event by event", async () => {
		const all = await lines();
		const read = readEvents(all);
		expect(read.ok).toBe(true);
		expect(read.ok ? read.events.length : 0).toBe(all.length);
	});

	it.each([
		["text that is no JSON", "{"],
		["an event of no type we know", record(2, { type: "run_exploded" })],
		["a field that nobody knows", record(2, { type: "run_cancelled", evil: 1 })],
		[
			"an agent that does not exist",
			record(2, { type: "native_issues_found", checkpoint: "pre-planning", issues: [{ source: "eve" }] }),
		],
		[
			"a negative spend",
			record(2, {
				type: "call_finished",
				callId: "a",
				result: { kind: "failed", reason: "", spend: { attempts: -1, wallMs: 0, tokens: 0, costUsd: 0 } },
			}),
		],
		["a stage that does not exist", record(2, { type: "run_resumed", from: "deploy" })],
		["a record that is missing", record(3, { type: "run_cancelled" })],
	])("with %s is refused at that line", async (_, line) => {
		const [first = ""] = await lines();
		expect(readEvents([first, line])).toMatchObject({ ok: false, line: 2 });
	});
});
