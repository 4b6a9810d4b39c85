// Files of other versions, and files that went through something.

import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asTurnId, type ConversationItem, newSessionId, type RolloutPayload, rolloutFormat } from "@codex/protocol";
import { createFakeClock, createTempDir, sessionMetaSample, type TempDir } from "@codex/test-support";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forkRollout } from "../../src/rollout/fork-rollout.ts";
import { type ReadRolloutResult, readRollout } from "../../src/rollout/read-rollout.ts";
import { lostOutput, repairHistory } from "../../src/rollout/repair-history.ts";
import { createRolloutWriter } from "../../src/rollout/rollout-writer.ts";
import { summarizeRollout } from "../../src/rollout/summarize-rollout.ts";

const firstFormat = fileURLToPath(new URL("../fixtures/rollout-format-1.jsonl", import.meta.url));

let dir: TempDir;
let path: string;

beforeEach(async () => {
	dir = await createTempDir();
	path = join(dir.path, "rollout.jsonl");
});

afterEach(() => dir.dispose());

type Read = Extract<ReadRolloutResult, { kind: "ok" }>;

async function readOk(file: string = path): Promise<Read> {
	const result = await readRollout(file);
	if (result.kind === "error") throw new Error(result.message);
	return result;
}

const says = (text: string): ConversationItem => ({
	type: "message",
	role: "user",
	content: [{ type: "input_text", text }],
});
const call = (call_id: string): ConversationItem => ({
	type: "function_call",
	call_id,
	name: "shell",
	arguments: "{}",
});

async function write(payloads: readonly RolloutPayload[], from?: Read): Promise<void> {
	const writer = createRolloutWriter({
		dir: dir.path,
		meta: sessionMetaSample,
		clock: createFakeClock(),
		redact: (payload) => payload,
		onProblem: (message) => expect.unreachable(message),
		resumePath: path,
		...(from === undefined ? {} : { end: from.end }),
	});
	writer.append(payloads);
	await writer.close();
}

const item = (payload: ConversationItem): RolloutPayload => ({ type: "response_item", payload });
const line = (fields: Readonly<Record<string, unknown>>): string =>
	`${JSON.stringify({ timestamp: "t", ...fields })}\n`;
const meta = { type: "session_meta", payload: { ...sessionMetaSample, format: rolloutFormat } };

describe("the format that came before ids", () => {
	test("loads whole: every call has its result", async () => {
		const read = await readOk(firstFormat);
		expect(read).toMatchObject({ skippedLines: 0, turns: 1, usage: { inputTokens: 130, outputTokens: 65 } });
		expect(read.history.filter(({ type }) => type === "function_call")).toHaveLength(12);
		expect(repairHistory(read.history)).toEqual(read.history);
	});

	test("goes on in the new one, in the same file", async () => {
		copyFileSync(firstFormat, path);
		const before = await readOk();
		await write([item(says("more"))], before);
		const after = await readOk();
		expect(after.history).toEqual([...before.history, says("more")]);
		expect(after.end.lastId).toBe(before.end.lastId + 1);
		expect(JSON.parse(readFileSync(path, "utf8").trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
			id: before.end.lastId + 1,
			parent: before.end.lastId,
		});
	});
});

test("a newer format is refused in one sentence, whatever its first line looks like", async () => {
	writeFileSync(path, line({ type: "session_meta", payload: { format: rolloutFormat + 1, who: "knows" } }));
	expect(await readRollout(path)).toEqual({
		kind: "error",
		message: `${path} was written by a newer version of Code (format ${rolloutFormat + 1}; this one reads up to ${rolloutFormat})`,
	});
	expect(await summarizeRollout(path)).toMatchObject({ isNewer: true });
	expect(await forkRollout(path, { dir: dir.path, nowMs: 0 })).toMatchObject({ kind: "error" });
});

describe("damage", () => {
	test("is told of once: a repair line covers what came before it", async () => {
		writeFileSync(path, `${line({ id: 1, parent: null, ...meta })}\0\0\0\n{"torn`);
		const first = await readOk();
		expect(first).toMatchObject({ skippedLines: 2, newlySkippedLines: 2 });
		await write([{ type: "repair", payload: { skipped_lines: 2, answered_calls: [] } }, item(says("on"))], first);
		expect(await readOk()).toMatchObject({ skippedLines: 2, newlySkippedLines: 0, history: [says("on")] });
		appendFileSync(path, "garbage\n");
		expect(await readOk()).toMatchObject({ skippedLines: 3, newlySkippedLines: 1 });
	});

	test("lines that came twice count once", async () => {
		const twice = line({ id: 2, parent: 1, type: "response_item", payload: says("once") });
		writeFileSync(path, line({ id: 1, parent: null, ...meta }) + twice + twice);
		expect(await readOk()).toMatchObject({ history: [says("once")], skippedLines: 1 });
	});

	test("a line of 100 MB is passed over", async () => {
		writeFileSync(path, line({ id: 1, parent: null, ...meta }));
		appendFileSync(path, Buffer.alloc(100 * 1024 * 1024, "x"));
		appendFileSync(path, `\n${line({ id: 3, parent: 2, type: "response_item", payload: says("after") })}`);
		expect(await readOk()).toMatchObject({ history: [says("after")], skippedLines: 1 });
	});

	test("wherever bytes are overwritten or cut out, it loads or says why not, and never throws", async () => {
		const whole = readFileSync(firstFormat);
		const place = fc.nat({ max: whole.length - 1 });
		await fc.assert(
			fc.asyncProperty(place, fc.uint8Array({ maxLength: 400 }), fc.nat(3000), async (at, bytes, cut) => {
				writeFileSync(path, Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + cut)]));
				const read = await readRollout(path);
				if (read.kind === "error") expect(read.message).toContain("is not a session");
				else expect(() => repairHistory(read.history, read.endedCalls)).not.toThrow();
				await summarizeRollout(path);
			}),
			{ numRuns: 150 },
		);
	});
});

describe("a call whose result was lost", () => {
	test("is said to have run when its end was written", async () => {
		const ended = {
			type: "exec_command_end",
			callId: "a",
			outcome: { status: "exited", exitCode: 3 },
			aggregatedOutput: "hi",
		};
		const patched = { type: "patch_apply_end", callId: "b", status: "completed", stdout: "M x", stderr: "" };
		writeFileSync(
			path,
			[
				meta,
				{ type: "response_item", payload: call("a") },
				{ type: "response_item", payload: call("b") },
				{ type: "response_item", payload: call("c") },
				{ type: "event_msg", payload: ended },
				{ type: "event_msg", payload: patched },
				{ type: "event_msg", payload: { type: "exec_command_end", callId: 5 } },
			]
				.map(line)
				.join(""),
		);
		const { history, endedCalls } = await readOk();
		const outputs = repairHistory(history, endedCalls).flatMap((each) =>
			each.type === "function_call_output" ? [each.output] : [],
		);
		expect(outputs[0]).toMatch(/^interrupted: .*exit code 3\. It was not run again.*\nhi$/s);
		expect(outputs[1]).toMatch(/^interrupted: .*it ended as completed.*\nM x$/s);
		expect(outputs[2]).toBe(lostOutput);
	});

	test("does not take the end of an earlier call of the same id", async () => {
		const ended = { type: "exec_command_end", callId: "a", outcome: { status: "exited", exitCode: 0 } };
		const output = { type: "function_call_output", call_id: "a", output: "first" };
		const payloads = [call("a"), output, call("a")];
		const [first, second, third] = payloads.map((payload) => line({ type: "response_item", payload }));
		writeFileSync(path, line(meta) + first + line({ type: "event_msg", payload: ended }) + second + third);
		const { history, endedCalls } = await readOk();
		expect(repairHistory(history, endedCalls).at(-1)).toMatchObject({ output: lostOutput });
	});
});

describe("a fork", () => {
	const turn = (number: number): readonly RolloutPayload[] => [
		{ type: "event_msg", payload: { type: "turn_started", turnId: asTurnId(`turn-${number}`) } },
		item(says(`turn ${number}`)),
	];

	async function threeTurns(): Promise<void> {
		writeFileSync(path, "");
		await write([{ type: "session_meta", payload: sessionMetaSample }, ...turn(1), ...turn(2), ...turn(3)]);
	}

	async function forked(at?: string): Promise<Read & { readonly path: string }> {
		const result = await forkRollout(path, {
			dir: dir.path,
			nowMs: Date.UTC(2026, 5, 1),
			...(at === undefined ? {} : { at }),
		});
		if (result.kind === "error") throw new Error(result.message);
		return { ...(await readOk(result.path)), path: result.path };
	}

	test.each([
		["everything", undefined, 3],
		["the first turn", "1", 1],
		["two turns, by the id of the last", "turn-2", 2],
	])("takes over %s, under a new id", async (_name, at, turns) => {
		await threeTurns();
		const before = readFileSync(path);
		const fork = await forked(at);
		expect(fork.history).toEqual([1, 2, 3].slice(0, turns).map((number) => says(`turn ${number}`)));
		expect(fork).toMatchObject({ turns, meta: { forked_from_id: sessionMetaSample.id, format: rolloutFormat } });
		expect(fork.meta.id).not.toBe(sessionMetaSample.id);
		expect(fork.path).toContain(fork.meta.id);
		expect(readFileSync(path)).toEqual(before);
	});

	test.each(["0", "4", "turn-9", ""])("of a turn that is not there (%j) is refused", async (at) => {
		await threeTurns();
		expect(await forkRollout(path, { dir: dir.path, nowMs: 0, at })).toMatchObject({
			kind: "error",
			message: expect.stringMatching(/there is no turn .*: the session has 3 turns/),
		});
	});

	test("of a file with branches is the last branch", async () => {
		await threeTurns();
		const read = await readOk();
		await write(turn(4), { ...read, end: { lastId: read.end.lastId, parent: 3 } });
		expect((await readOk()).history).toEqual([says("turn 1"), says("turn 4")]);
		expect((await forked()).history).toEqual([says("turn 1"), says("turn 4")]);
	});

	test("of a fork has one first line", async () => {
		await threeTurns();
		copyFileSync((await forked("2")).path, path);
		const again = await forked();
		expect(again.history).toHaveLength(2);
		expect(readFileSync(again.path, "utf8").match(/"session_meta"/g)).toHaveLength(1);
	});

	test("of what is no session is an error", async () => {
		writeFileSync(path, line({ type: "response_item", payload: says("x") }));
		expect(await forkRollout(path, { dir: dir.path, nowMs: 0 })).toMatchObject({ kind: "error" });
		const missing = await forkRollout(join(dir.path, newSessionId()), { dir: dir.path, nowMs: 0 });
		expect(missing).toMatchObject({ kind: "error", message: expect.stringContaining("ENOENT") });
	});
});

test("a summary has what a list shows", async () => {
	expect(await summarizeRollout(firstFormat)).toMatchObject({
		startedAt: "2026-11-23T22:37:24.087Z",
		cwd: "/home/user/project",
		title: "do the rounds",
		model: "gpt-5-codex",
		turns: 1,
		calls: 12,
		damagedLines: 0,
		format: 1,
		isNewer: false,
		text: expect.stringContaining("echo ran >> counter-2.txt"),
	});
});
