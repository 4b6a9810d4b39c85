import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Clock, Event, EventMsg } from "@codex/protocol";
import { recordingLineSchema } from "@codex/protocol/schema";
import { createSystemClock } from "@codex/resilience";
import { createTempDir } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { startReplay } from "../../src/index.ts";
import { openRecordingFile } from "../../src/recording/recording-file.ts";
import { RuntimeError } from "../../src/runtime-error.ts";
import { type Fixture, inRepo, makeFixture, type Played, play, sessionOf } from "../runtime-fixture.ts";

const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n*** End Patch\n";
const script = [
	{ reasoning: "Looking", calls: [{ name: "shell", arguments: { command: "cat a.txt; date +%s%N >> runs" } }] },
	{ calls: [{ name: "apply_patch", arguments: { input: patch } }] },
	{ text: "Done.", usage: { inputTokens: 7, outputTokens: 3 } },
];

async function record(fixture: Fixture): Promise<{ readonly file: string; readonly played: Played }> {
	const file = inRepo(fixture, "run.jsonl");
	const played = await play(sessionOf(await fixture.start({ recordFile: "run.jsonl", ephemeral: true })), "go");
	return { file, played };
}

async function recorded(): Promise<{ readonly fixture: Fixture; readonly file: string; readonly played: Played }> {
	const fixture = await makeFixture({ script, files: { "a.txt": "one\n" } });
	const made = await record(fixture);
	writeFileSync(inRepo(fixture, "a.txt"), "one\n");
	return { fixture, ...made };
}

/** Events without the ids that each run makes anew. */
function story(events: readonly Event[]): readonly unknown[] {
	const drop = (msg: EventMsg): unknown => ({ ...msg, turnId: undefined, cwd: undefined });
	// Deltas may be merged otherwise, and usage is counted while calls still run.
	const left = new Set([
		"session_configured",
		"notice",
		"turn_diff",
		"token_count",
		"agent_message_delta",
		"agent_reasoning_delta",
	]);
	const shown = events.map(({ msg }) => msg).filter(({ type }) => !left.has(type));
	return shown.map(drop);
}

describe("a recording", () => {
	test("holds the run, line by line, for its owner only", async () => {
		const { file, played } = await recorded();
		expect(played.problems).toEqual([]);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		const lines = readFileSync(file, "utf8")
			.trimEnd()
			.split("\n")
			.map((line) => recordingLineSchema.parse(JSON.parse(line)));
		expect(lines[0]).toMatchObject({
			type: "header",
			model: "gpt-5-codex",
			sandboxMode: "workspace-write",
			approvalPolicy: "never",
			prompt: [{ text: "go" }],
		});
		expect(lines.filter(({ type }) => type === "request").length).toBe(3);
		expect(lines.filter(({ type }) => type === "tool_call").length).toBe(2);
		expect(lines.at(-1)).toMatchObject({ type: "end", outcome: "completed" });
	});

	test("answers instead of a model, with real tools", async () => {
		const { fixture, file } = await recorded();
		const session = sessionOf(await fixture.start({ replayFile: file, ephemeral: true }));
		expect(session.info).toMatchObject({ provider: "openai", model: "gpt-5-codex", answersFrom: file });
		expect(session.info.because).toContain("no model is asked");
		const { last, problems } = await play(session, "go");
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Done." });
		expect(problems).toEqual([]);
		expect(readFileSync(inRepo(fixture, "a.txt"), "utf8")).toBe("uno\n");
		expect(readFileSync(inRepo(fixture, "runs"), "utf8").trim().split("\n").length).toBe(2);
		expect(fixture.server.requests.length).toBe(3);
	});

	test("needs no key to answer", async () => {
		const { fixture, file } = await recorded();
		const copy = readFileSync(file, "utf8");
		const other = await makeFixture({ files: { "a.txt": "one\n", "run.jsonl": copy }, env: { OPENAI_API_KEY: "" } });
		const { last } = await play(sessionOf(await other.start({ replayFile: "run.jsonl", ephemeral: true })), "go");
		expect(last?.type).toBe("turn_completed");
		expect(fixture.server.requests.length).toBe(3);
	});

	test.each([
		["another prompt", "stay", "one\n"],
		["another file", "go", "two\n"],
	])("is departed from by %s, and the first difference is named", async (_, prompt, content) => {
		const { fixture, file } = await recorded();
		writeFileSync(inRepo(fixture, "a.txt"), content);
		const { last } = await play(sessionOf(await fixture.start({ replayFile: file, ephemeral: true })), prompt);
		expect(last).toMatchObject({
			type: "turn_failed",
			error: { kind: "replay", message: expect.stringMatching(/request [12]/) },
		});
	});

	test("that is longer than its run is a problem", async () => {
		const fixture = await makeFixture({ script: [{ text: "half" }, { text: "whole" }] });
		await play(sessionOf(await fixture.start({ recordFile: "one.jsonl", ephemeral: true })), "go");
		const { recording } = { recording: readFileSync(inRepo(fixture, "one.jsonl"), "utf8") };
		const cut = `${recording.split("\n").slice(0, -2).join("\n")}\n`;
		const more = recording.split("\n").find((line) => line.includes('"type":"request"')) ?? "";
		writeFileSync(inRepo(fixture, "two.jsonl"), `${cut}${more.replace('"number":1', '"number":2')}\n`);
		const { problems } = await play(sessionOf(await fixture.start({ replayFile: "two.jsonl", ephemeral: true })), "go");
		expect(problems).toEqual([expect.stringContaining("has 2 requests")]);
	});

	test("says so when it could not be written to its end", async () => {
		const fixture = await makeFixture({ script: [{ text: "x" }] });
		const { problems } = await play(sessionOf(await fixture.start({ recordFile: "/dev/full", ephemeral: true })), "go");
		expect(problems).toEqual([expect.stringContaining("/dev/full could not be written")]);
	});
});

describe("a recording shown again", () => {
	test("tells the same story without doing anything", async () => {
		const { fixture, file, played } = await recorded();
		const elsewhere = await makeFixture({
			env: { OPENAI_API_KEY: "" },
			files: { "run.jsonl": readFileSync(file, "utf8"), "AGENTS.md": "other rules" },
		});
		const started = await startReplay(elsewhere.runtime, "run.jsonl");
		if (started.kind === "error") throw new Error(started.lines.join());
		expect(started.items).toEqual([{ type: "text", text: "go" }]);
		const shown = await play(started.session, "go");
		expect(story(shown.events)).toEqual(story(played.events));
		expect(shown.problems).toEqual([]);
		expect(started.session.id).toBe(
			played.events.flatMap(({ msg }) => (msg.type === "session_configured" ? [msg.sessionId] : []))[0],
		);
		expect(existsSync(inRepo(elsewhere, "runs"))).toBe(false);
		expect(existsSync(path.join(elsewhere.codeHome, "sessions"))).toBe(false);
		expect(fixture.server.requests.length).toBe(3);
	});

	test("keeps the order of calls that ran side by side, or alone", async () => {
		const steps = [
			{
				calls: [
					{ name: "shell", arguments: { command: "sleep 0.2; echo slow" } },
					{ name: "shell", arguments: { command: "echo quick" } },
					{ name: "apply_patch", arguments: { input: patch } },
					{ name: "update_plan", arguments: { plan: [{ step: "x", status: "completed" }] } },
					{ name: "shell", arguments: { command: "echo after" } },
				],
			},
			{ text: "between", calls: [{ name: "shell", arguments: { command: "echo last" } }] },
			{ text: "Done." },
		];
		const fixture = await makeFixture({ script: steps, files: { "a.txt": "one\n" } });
		const { played, file } = await record(fixture);
		const started = await startReplay(fixture.runtime, file);
		if (started.kind === "error") throw new Error(started.lines.join());
		const shown = await play(started.session, "go");
		expect(story(shown.events)).toEqual(story(played.events));
		const ends = shown.events.flatMap(({ msg }) => (msg.type === "exec_command_end" ? [msg.aggregatedOutput] : []));
		expect(ends).toEqual(["quick\n", "slow\n", "after\n", "last\n"]);
	});

	test("of an interrupted run ends as it did", async () => {
		const fixture = await makeFixture({
			script: [{ calls: [{ name: "shell", arguments: { command: "touch here; exec sleep 100" } }] }],
		});
		const session = sessionOf(await fixture.start({ recordFile: "run.jsonl", ephemeral: true }));
		const playing = play(session);
		while (!existsSync(inRepo(fixture, "here"))) await new Promise((resolve) => setTimeout(resolve, 5));
		session.interrupt();
		await playing;
		const started = await startReplay(fixture.runtime, "run.jsonl");
		if (started.kind === "error") throw new Error(started.lines.join());
		const { last } = await play(started.session);
		expect(last).toMatchObject({ type: "turn_aborted", reason: { kind: "interrupted" } });
	});

	test("of a run with failed requests waits for nothing", async () => {
		const busy = { status: 503, body: { error: { message: "busy" } } };
		const waits: number[] = [];
		const system = createSystemClock();
		const clock: Clock = {
			...system,
			sleep: async (ms, signal) => {
				waits.push(ms);
				await system.sleep(Math.min(ms, 5), signal);
			},
		};
		const fixture = await makeFixture({ script: [busy, { text: "x" }], clock });
		await play(sessionOf(await fixture.start({ recordFile: "run.jsonl", ephemeral: true })));
		expect(waits.length).toBe(1);
		const started = await startReplay(fixture.runtime, "run.jsonl");
		if (started.kind === "error") throw new Error(started.lines.join());
		const { last, events } = await play(started.session);
		expect(waits.length).toBe(1);
		expect(last?.type).toBe("turn_completed");
		expect(events.some(({ msg }) => msg.type === "stream_error")).toBe(true);
	});

	test.each([
		["nothing", "", /empty/],
		["no JSON", "{\n", /line 1 .* is not JSON/],
		["something else", "{}\n", /line 1 .* is not a line of a recording/],
	])("holding %s is refused", async (_, content, expected) => {
		const fixture = await makeFixture({ files: { "bad.jsonl": content } });
		const started = await startReplay(fixture.runtime, "bad.jsonl");
		expect(started).toMatchObject({ kind: "error", exitCode: 2, lines: [expect.stringMatching(expected)] });
	});

	test("that was changed is refused", async () => {
		const { fixture, file } = await recorded();
		writeFileSync(file, readFileSync(file, "utf8").replace("Done.", "Gone."));
		expect(await startReplay(fixture.runtime, file)).toMatchObject({ kind: "error", exitCode: 2 });
		rmSync(file);
		expect(await startReplay(fixture.runtime, file)).toMatchObject({ kind: "error", exitCode: 2 });
	});
});

test("a recording file that cannot be opened is an error of the runtime", async () => {
	const dir = await createTempDir();
	onTestFinished(dir.dispose);
	mkdirSync(path.join(dir.path, "folder"));
	expect(() => openRecordingFile(path.join(dir.path, "folder"))).toThrow(RuntimeError);
});
