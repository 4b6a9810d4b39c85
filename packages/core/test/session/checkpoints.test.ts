// When a session records the user's files: around a turn with effects, once, and never for one that only reads.

import { createScriptedModelStream, ev } from "@codex/test-support";
import { expect, test } from "vitest";
import type { Checkpoint, Checkpoints } from "../../src/index.ts";
import { startHarness } from "./harness.ts";

function fakeCheckpoints(answer: (label: string) => Checkpoint): {
	readonly taken: string[];
	readonly port: Checkpoints;
} {
	const taken: string[] = [];
	const take = (when: string) => async () => {
		taken.push(when);
		return answer(`${when} ${taken.length}`);
	};
	return { taken, port: { before: take("before"), after: take("after") } };
}

const ok = (id: string): Checkpoint => ({ kind: "ok", id, partial: [] });
const command = (id: string, text: string) => ev.call(id, "shell", { command: text });

test("records once before the first effect of a turn and once after it, and says which in the session's file", async () => {
	const { taken, port } = fakeCheckpoints(ok);
	const model = createScriptedModelStream([
		[ev.calls(command("c1", "echo 1 > a"), command("c2", "echo 2 > b"))],
		[ev.calls(command("c3", "echo 3 > c"))],
		[ev.answer("done")],
		[ev.answer("nothing done")],
	]);
	const harness = await startHarness(model, { ports: { checkpoints: port } });
	harness.say("go");
	await harness.session.idle();
	harness.say("just talk");
	await harness.session.idle();
	expect(taken).toEqual(["before", "after"]);
	const turnId = harness.of("turn_started")[0]?.turnId;
	const records = harness.records.filter(({ type }) => type === "checkpoint").map(({ payload }) => payload);
	expect(records).toEqual([
		{ turn_id: turnId, before: "before 1" },
		{ turn_id: turnId, before: "before 1", after: "after 2" },
	]);
	await harness.finish();
});

test("runs what cannot be recorded, and says so once", async () => {
	const { taken, port } = fakeCheckpoints(() => ({ kind: "problem", message: "no space" }));
	const model = createScriptedModelStream([
		[ev.calls(command("c1", "echo 1 > a"))],
		[ev.answer("one")],
		[ev.calls(command("c2", "cat a"))],
		[ev.answer("two")],
	]);
	const harness = await startHarness(model, { ports: { checkpoints: port } });
	for (const text of ["a", "b"]) {
		harness.say(text);
		await harness.session.idle();
	}
	expect(taken).toEqual(["before", "before"]);
	expect(harness.of("notice").map(({ message }) => message)).toEqual([
		"changes to files cannot be taken back: no space",
	]);
	expect(harness.of("exec_command_end").map(({ aggregatedOutput }) => aggregatedOutput)).toEqual(["", "1\n"]);
	expect(harness.records.some(({ type }) => type === "checkpoint")).toBe(false);
	await harness.finish();
});

test("says what a record leaves out", async () => {
	const { port } = fakeCheckpoints((id) => ({ kind: "ok", id, partial: ["big.bin is larger than 32 MiB"] }));
	const model = createScriptedModelStream([[ev.calls(command("c1", "true > a"))], [ev.answer("one")]]);
	const harness = await startHarness(model, { ports: { checkpoints: port } });
	harness.say("a");
	await harness.session.idle();
	expect(harness.of("notice").map(({ message }) => message)).toEqual([
		"not all can be taken back: big.bin is larger than 32 MiB",
	]);
	await harness.finish();
});
