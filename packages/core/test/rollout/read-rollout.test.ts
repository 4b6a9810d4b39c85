import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { open, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { RolloutPayload, TokenUsage } from "@codex/protocol";
import {
	createFakeClock,
	createTempDir,
	eventSamples,
	itemSamples,
	sessionMetaSample,
	type TempDir,
	usageSample,
} from "@codex/test-support";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readLines } from "../../src/rollout/line-reader.ts";
import { type ReadRolloutResult, readRollout } from "../../src/rollout/read-rollout.ts";
import { createRolloutWriter } from "../../src/rollout/rollout-writer.ts";

let dir: TempDir;

beforeEach(async () => {
	dir = await createTempDir();
});

afterEach(() => dir.dispose());

const timestamp = "2026-03-04T05:06:07.089Z";
const line = (type: string, payload: unknown): string => `${JSON.stringify({ timestamp, type, payload })}\n`;
const meta = line("session_meta", sessionMetaSample);
const items = Object.values(itemSamples);
const user = (text: string) => ({ type: "message", role: "user", content: [{ type: "input_text", text }] }) as const;

async function file(...parts: readonly (string | Uint8Array)[]): Promise<string> {
	const path = join(dir.path, "rollout.jsonl");
	await writeFile(path, Buffer.concat(parts.map((part) => Buffer.from(part))));
	return path;
}

async function readOk(path: string): Promise<Extract<ReadRolloutResult, { kind: "ok" }>> {
	const result = await readRollout(path);
	if (result.kind === "error") throw new Error(result.message);
	return result;
}

describe("a file of ours", () => {
	test("comes back as it was written", async () => {
		const payloads: readonly RolloutPayload[] = [
			{ type: "session_meta", payload: sessionMetaSample },
			...items.map((payload): RolloutPayload => ({ type: "response_item", payload })),
			...Object.values(eventSamples).map((payload): RolloutPayload => ({ type: "event_msg", payload })),
		];
		const rollout = createRolloutWriter({
			dir: dir.path,
			meta: sessionMetaSample,
			clock: createFakeClock(),
			redact: (payload) => payload,
			onProblem: (message) => expect.unreachable(message),
		});
		rollout.append(payloads);
		await rollout.close();
		expect(await readOk(rollout.path ?? "")).toEqual({
			kind: "ok",
			meta: sessionMetaSample,
			history: items,
			log: items,
			usage: usageSample,
			skippedLines: 0,
			newlySkippedLines: 0,
			end: { lastId: payloads.length, parent: payloads.length },
			endedCalls: new Map([["call_1", expect.objectContaining({ how: "it ended as completed" })]]),
			turns: 1,
		});
	});

	test("the usage is the total of the last token count, and zero without one", async () => {
		const total: TokenUsage = { ...usageSample, inputTokens: 99_999 };
		const later = { ...eventSamples.token_count, total, last: usageSample };
		const counts = line("event_msg", eventSamples.token_count) + line("event_msg", later);
		expect((await readOk(await file(meta, counts))).usage).toEqual(total);
		expect((await readOk(await file(meta))).usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
	});

	test("the first meta counts, wherever it stands", async () => {
		const second = line("session_meta", { ...sessionMetaSample, cwd: "/other" });
		const result = await readOk(await file("{torn\n", meta, second));
		expect(result.meta).toEqual(sessionMetaSample);
		expect(result.skippedLines).toBe(1);
	});
});

describe("bad lines are counted and passed over", () => {
	test.each([
		["no JSON", "{oops\n"],
		["no object", '"text"\n'],
		["an array", "[]\n"],
		["no payload", '{"timestamp":"x","type":"response_item"}\n'],
		["no type", '{"timestamp":"x","payload":{}}\n'],
		["a payload that is text", line("event_msg", "hi")],
		["an event without a type", line("event_msg", {})],
		["an item without a type", line("response_item", { role: "user" })],
		["a malformed item", line("response_item", { type: "function_call", call_id: "c" })],
		["a malformed meta", line("session_meta", { id: "../../etc", timestamp: "x", cwd: "/" })],
		["zeros, as a power cut leaves them", new Uint8Array([0, 0, 0, 0, 10])],
		["bytes that are no UTF-8 outside of a string", new Uint8Array([0xff, 0xfe, 10])],
	])("%s", async (_name, bad) => {
		const result = await readOk(await file(meta, bad, line("response_item", user("after"))));
		expect(result.history).toEqual([user("after")]);
		expect(result.skippedLines).toBe(1);
	});

	test("a torn last line, cut at each of its bytes", async () => {
		const whole = meta + line("response_item", user("kept"));
		const last = Buffer.from(line("response_item", user("cut — ünïcode")));
		for (let length = 0; length <= last.length; length += 1) {
			const result = await readOk(await file(whole, last.subarray(0, length)));
			const complete = length >= last.length - 1;
			expect(result.history).toHaveLength(complete ? 2 : 1);
			expect(result.skippedLines).toBe(complete || length === 0 ? 0 : 1);
		}
	});

	test("blank lines are nothing", async () => {
		expect((await readOk(await file(`\n${meta}\r\n  \n`))).skippedLines).toBe(0);
	});
});

describe("a file of another Codex", () => {
	test("loads: its items, its counts, and nothing else", async () => {
		const path = await file(
			line("session_meta", {
				id: sessionMetaSample.id,
				timestamp,
				cwd: "/w",
				originator: "codex_cli_rs",
				cli_version: "0.0.0",
				instructions: null,
				source: "vscode",
				git: { commit_hash: "abc", branch: "main", repository_url: null },
			}),
			line("response_item", user("hi")),
			line("turn_context", {
				cwd: "/w",
				approval_policy: "on-request",
				sandbox_policy: { mode: "workspace-write", network_access: false },
				model: "gpt-5-codex",
				effort: "medium",
				summary: "auto",
			}),
			line("event_msg", { type: "task_started", model_context_window: 272_000 }),
			line("response_item", { type: "reasoning", summary: [], content: null, encrypted_content: "gAAA" }),
			line("response_item", { type: "web_search_call", status: "completed", action: { type: "search" } }),
			line("response_item", { type: "ghost_snapshot", ghost_commit: {} }),
			line("event_msg", { type: "token_count", info: null, rate_limits: null }),
			line("event_msg", {
				type: "token_count",
				info: {
					total_token_usage: {
						input_tokens: 10,
						cached_input_tokens: 4,
						output_tokens: 3,
						reasoning_output_tokens: 2,
						total_tokens: 13,
					},
				},
			}),
			line("world_state", { anything: 1 }),
		);
		expect(await readOk(path)).toEqual({
			kind: "ok",
			meta: {
				id: sessionMetaSample.id,
				timestamp,
				cwd: "/w",
				originator: "codex_cli_rs",
				cli_version: "0.0.0",
				instructions: null,
				source: "cli",
				model_provider: "openai",
				git: { commit_hash: "abc", branch: "main" },
			},
			history: [user("hi"), { type: "reasoning", summary: [], encrypted_content: "gAAA" }],
			log: [user("hi"), { type: "reasoning", summary: [], encrypted_content: "gAAA" }],
			usage: {
				inputTokens: 10,
				cachedInputTokens: 4,
				cacheWriteInputTokens: 0,
				outputTokens: 3,
				reasoningOutputTokens: 2,
			},
			skippedLines: 0,
			newlySkippedLines: 0,
			end: { lastId: 10, parent: 10 },
			endedCalls: new Map(),
			turns: 0,
		});
	});

	test("counts that are no counts are zero", async () => {
		const counts = line("event_msg", { type: "token_count", total: { inputTokens: -5, outputTokens: "7" } });
		expect((await readOk(await file(meta, counts))).usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
	});

	test("its compaction replaces the history when it says by what", async () => {
		const before = line("response_item", user("before"));
		const replaced = line("compacted", {
			message: "m",
			replacement_history: [user("summary"), { type: "ghost_snapshot" }],
		});
		const after = line("response_item", user("after"));
		expect((await readOk(await file(meta, before, replaced, after))).history).toEqual([user("summary"), user("after")]);
		const kept = await readOk(await file(meta, before, line("compacted", { message: "m" }), after));
		expect(kept.history).toEqual([user("before"), user("after")]);
		const broken = await readOk(await file(meta, before, line("compacted", { replacement_history: [{}] }), after));
		expect(broken).toMatchObject({ history: [user("before"), user("after")], skippedLines: 1 });
	});
});

describe("errors", () => {
	test.each([
		["an empty file", "", /is not a session: it is empty/],
		["blank lines alone", "\n\n", /it is empty/],
		["no meta", line("response_item", user("x")), /it has no session_meta line/],
		["only junk", "junk\n", /it has no session_meta line/],
	])("%s", async (_name, text, message) => {
		expect(await readRollout(await file(text))).toEqual({ kind: "error", message: expect.stringMatching(message) });
	});

	test("a missing file, a folder, a symbolic link and a named pipe, without waiting", async () => {
		const target = await file(meta);
		const link = join(dir.path, "link.jsonl");
		const pipe = join(dir.path, "pipe.jsonl");
		await symlink(target, link);
		execFileSync("mkfifo", [pipe]);
		const messages = [];
		for (const path of [join(dir.path, "none"), dir.path, link, pipe]) {
			const result = await readRollout(path);
			messages.push(result.kind === "error" ? result.message : "read");
		}
		expect(messages).toEqual([
			expect.stringContaining("ENOENT"),
			expect.stringContaining("not a file"),
			expect.stringContaining("ELOOP"),
			expect.stringContaining("not a file"),
		]);
	});
});

describe("readLines", () => {
	async function split(bytes: Uint8Array, limit?: number): Promise<readonly (string | undefined)[]> {
		const handle = await open(await file(bytes));
		const lines: (string | undefined)[] = [];
		await readLines(handle, (text) => lines.push(text) > 0, limit);
		await handle.close();
		return lines;
	}

	test("splits lines that end exactly at, before and after the border of a chunk", async () => {
		for (const length of [262_142, 262_143, 262_144, 262_145, 524_287, 524_288, 524_289]) {
			const long = "x".repeat(length);
			expect(await split(Buffer.from(`${long}\nü\n\nend`))).toEqual([long, "ü", "", "end"]);
		}
	});

	test("keeps a character whole that lies over the border of two chunks", async () => {
		for (const before of [262_141, 262_142, 262_143]) {
			const text = `${"x".repeat(before)}😀€`;
			expect(await split(Buffer.from(text))).toEqual([text]);
		}
	});

	test("a line over the limit is undefined, in one chunk or many, ended or not", async () => {
		expect(await split(Buffer.from("123456\n12345\n1234567"), 5)).toEqual([undefined, "12345", undefined]);
		const long = "x".repeat(600_000);
		expect(await split(Buffer.from(`${long}\nok\n${long}`), 300_000)).toEqual([undefined, "ok", undefined]);
	});

	test("stops when it is told to", async () => {
		const handle = await open(await file("a\nb\nc\n"));
		const lines: (string | undefined)[] = [];
		await readLines(handle, (text) => lines.push(text) < 2);
		await handle.close();
		expect(lines).toEqual(["a", "b"]);
	});
});

test("100,000 lines are read in seconds, and memory holds the history alone", async () => {
	const path = join(dir.path, "long.jsonl");
	const stream = createWriteStream(path);
	stream.write(meta);
	const output = line("event_msg", { ...eventSamples.exec_command_end, aggregatedOutput: "o".repeat(2000) });
	for (let round = 0; round < 25_000; round += 1) {
		const callId = `call_${round}`;
		stream.write(
			line("response_item", { ...itemSamples.function_call, call_id: callId }) +
				output +
				line("response_item", { type: "function_call_output", call_id: callId, output: "ok" }) +
				line("event_msg", eventSamples.token_count),
		);
	}
	stream.end();
	await finished(stream);
	const startedAt = performance.now();
	const result = await readOk(path);
	const tookMs = performance.now() - startedAt;
	expect(result.history).toHaveLength(50_000);
	expect(result.skippedLines).toBe(0);
	// 10 s: it takes well below 1 s on two idle cores; a quadratic reader would need minutes.
	expect(tookMs).toBeLessThan(10_000);
});
