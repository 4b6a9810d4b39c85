import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { readEvents } from "../../src/rollout/read-events.ts";

const line = (id: number, parent: number | null, payload: object, type = "event_msg"): string =>
	JSON.stringify({ timestamp: "2026-11-24T00:00:00.000Z", id, parent, type, payload });

test("events of the present branch, in order; damaged and foreign lines are passed over", async () => {
	const dir = await createTempDir("code-events-");
	onTestFinished(() => dir.dispose());
	const file = path.join(dir.path, "rollout.jsonl");
	const text = [
		line(1, null, { id: "x" }, "session_meta"),
		line(2, 1, { type: "notice", message: "first" }),
		line(3, 2, { type: "notice", message: "taken back" }),
		"{ damaged",
		line(4, 2, { type: "no_such_event" }),
		line(5, 4, { type: "agent_message", message: "second" }),
	].join("\n");
	await writeFile(file, `${text}\n`);
	expect(await readEvents(file)).toEqual([
		{ type: "notice", message: "first" },
		{ type: "agent_message", message: "second" },
	]);
	await expect(readEvents(path.join(dir.path, "none.jsonl"))).rejects.toThrow("ENOENT");
});
