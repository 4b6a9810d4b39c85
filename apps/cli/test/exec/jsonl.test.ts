import type { EventMsg } from "@codex/protocol";
import { execEventSchema } from "@codex/protocol/schema";
import { eventSamples, execThreadSample, failedExecThreadSample } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../src/exec/event-processor.ts";
import { createJsonlProcessor, execLine } from "../../src/exec/jsonl.ts";
import { shellJoin } from "../../src/exec/jsonl-items.ts";
import { call, commandBegin, completed, configured, failed, numbered, started, tokens, turnId } from "./events.ts";

const done: RunOutcome = { kind: "completed", lastAgentMessage: null };

function lines(messages: readonly EventMsg[], outcome: RunOutcome = done): readonly Record<string, unknown>[] {
	const written: string[] = [];
	const processor = createJsonlProcessor((line) => written.push(line));
	for (const event of numbered(...messages)) processor.take(event);
	processor.end(outcome);
	return written.map((line) => {
		expect(line).not.toContain("\n");
		const parsed = JSON.parse(line);
		expect(execEventSchema.safeParse(parsed).error).toBeUndefined();
		return parsed;
	});
}

const types = (written: readonly Record<string, unknown>[]): readonly unknown[] => written.map(({ type }) => type);

const plan = (status: "pending" | "completed"): EventMsg => ({ type: "plan_update", plan: [{ step: "read", status }] });

const patchBegin: EventMsg = {
	type: "patch_apply_begin",
	callId: call("p"),
	autoApproved: true,
	changes: [{ path: "/w/a.txt", kind: "update", unifiedDiff: "" }],
};

const patchEnd = (status: "completed" | "failed" | "declined"): EventMsg => ({
	type: "patch_apply_end",
	callId: call("p"),
	status,
	stdout: "",
	stderr: "",
});

describe("the golden thread of one command", () => {
	const messages: readonly EventMsg[] = [
		configured,
		started,
		{ type: "agent_reasoning_delta", delta: "**List", channel: "summary" },
		{ type: "agent_reasoning", text: "**Listing files**" },
		{ type: "agent_reasoning", text: "  \n" },
		commandBegin("c", ["bash", "-lc", "ls"], "ls"),
		{ type: "exec_command_output_delta", callId: call("c"), stream: "stdout", chunk: "a.txt\n" },
		{
			type: "exec_command_end",
			callId: call("c"),
			outcome: { status: "exited", exitCode: 0 },
			aggregatedOutput: "a.txt\n",
			durationMs: 3,
		},
		{ type: "agent_message_delta", delta: "One" },
		{ type: "agent_message", message: "One file: a.txt" },
		tokens,
		completed("One file: a.txt"),
		{ type: "shutdown_completed" },
	];

	test("comes out as the reference prints it", () => {
		expect(lines(messages)).toEqual(execThreadSample);
	});

	test("has its keys in the order of the reference, `v` and `seq` last", () => {
		const written: string[] = [];
		const processor = createJsonlProcessor((line) => written.push(line));
		for (const event of numbered(...messages)) processor.take(event);
		expect(written[0]).toMatch(/^\{"type":"thread\.started","thread_id":"[^"]+","v":1,"seq":0\}$/);
		expect(written[3]).toBe(
			'{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"bash -lc ls","aggregated_output":"","exit_code":null,"status":"in_progress"},"v":1,"seq":3}',
		);
		expect(written.at(-1)).toContain(
			'"usage":{"input_tokens":24763,"cached_input_tokens":24448,"cache_write_input_tokens":0,',
		);
	});
});

test("the golden thread of a plan, a patch and a failure", () => {
	const messages = [
		configured,
		started,
		plan("pending"),
		plan("completed"),
		patchBegin,
		patchEnd("completed"),
		failed("the stream was cut"),
	];
	expect(lines(messages)).toEqual(failedExecThreadSample);
});

describe("items", () => {
	const end = (
		outcome: Extract<EventMsg, { type: "exec_command_end" }>["outcome"],
		aggregatedOutput = "",
	): EventMsg => ({
		type: "exec_command_end",
		callId: call("c"),
		outcome,
		aggregatedOutput,
		durationMs: 1,
	});

	test.each([
		[{ status: "exited", exitCode: 2 } as const, "out", { status: "failed", exit_code: 2, aggregated_output: "out" }],
		[{ status: "timed_out", exitCode: 124 } as const, "", { status: "failed", exit_code: 124 }],
		[{ status: "signalled", signal: "SIGSEGV", exitCode: 139 } as const, "", { status: "failed", exit_code: 139 }],
		[{ status: "aborted" } as const, "part", { status: "failed", exit_code: null, aggregated_output: "part" }],
		[
			{ status: "declined", reason: "no" } as const,
			"",
			{ status: "declined", exit_code: null, aggregated_output: "no" },
		],
		[
			{ status: "spawn_failed", message: "ENOENT" } as const,
			"",
			{ status: "failed", exit_code: null, aggregated_output: "ENOENT" },
		],
	])("a command that ended as %j", (outcome, output, expected) => {
		const written = lines([configured, started, commandBegin("c", ["x"], "x"), end(outcome, output), completed(null)]);
		expect(written[3]).toMatchObject({ type: "item.completed", item: { id: "item_0", command: "x", ...expected } });
	});

	test("a declined patch is a failed file change", () => {
		const written = lines([configured, started, patchBegin, patchEnd("declined"), completed(null)]);
		expect(written[2]).toMatchObject({ type: "item.completed", item: { type: "file_change", status: "failed" } });
	});

	test("a tool call is an MCP call", () => {
		const base = { callId: call("t"), server: "code", tool: "read_file", arguments: { file_path: "a" } } as const;
		const good: EventMsg = { type: "tool_call_end", ...base, status: "completed", output: "L1: x", durationMs: 1 };
		const bad: EventMsg = { type: "tool_call_end", ...base, status: "failed", output: "no such file", durationMs: 1 };
		const begin: EventMsg = { type: "tool_call_begin", ...base };
		const written = lines([configured, started, begin, good, begin, bad, completed(null)]);
		expect(written[2]).toMatchObject({ type: "item.started", item: { id: "item_0", result: null, error: null } });
		expect(written[3]).toMatchObject({
			item: {
				id: "item_0",
				server: "code",
				tool: "read_file",
				arguments: { file_path: "a" },
				result: { content: [{ type: "text", text: "L1: x" }], structured_content: null },
				error: null,
				status: "completed",
			},
		});
		expect(written[5]).toMatchObject({
			item: { id: "item_1", result: null, error: { message: "no such file" }, status: "failed" },
		});
	});

	test("warnings are completed error items, retries are error lines", () => {
		const written = lines([configured, started, eventSamples.warning, eventSamples.stream_error, completed(null)]);
		expect(written[2]).toMatchObject({
			type: "item.completed",
			item: { type: "error", message: eventSamples.warning.message },
		});
		expect(written[3]).toMatchObject({ type: "error", message: eventSamples.stream_error.message });
	});

	test("what is open is closed before the turn ends, and the plan last", () => {
		const toolBegin: EventMsg = {
			type: "tool_call_begin",
			callId: call("t"),
			server: "code",
			tool: "x",
			arguments: {},
		};
		const open = [configured, started, plan("pending"), commandBegin("c", ["x"], "x"), patchBegin, toolBegin];
		const written = lines([...open, completed(null)]);
		expect(types(written).slice(5)).toEqual([...Array<string>(4).fill("item.completed"), "turn.completed"]);
		const items = written.slice(5, 9).map(({ item }) => item);
		expect(items).toMatchObject([
			{ id: "item_1", type: "command_execution", status: "failed" },
			{ id: "item_3", type: "file_change", status: "failed" },
			{ id: "item_2", type: "mcp_tool_call", status: "failed" },
			{ id: "item_0", type: "todo_list" },
		]);
	});
});

describe("the last line", () => {
	test.each<[EventMsg, RegExp]>([
		[{ type: "turn_aborted", turnId, reason: { kind: "interrupted" } }, /^interrupted/],
		[
			{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "turns", granted: 3 } },
			/^limit reached: 3 requests/,
		],
		[
			{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "wall_clock", granted: 1500 } },
			/^limit reached: 1\.5 seconds/,
		],
		[
			{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "cost", granted: 2.5 } },
			/^limit reached: \$2\.5/,
		],
		[{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "tokens", granted: 9 } }, /^limit reached/],
		[{ type: "turn_aborted", turnId, reason: { kind: "limit", limit: "attempts", granted: 9 } }, /^limit reached/],
	])("of %j", (message, expected) => {
		const last = lines([configured, started, message, eventSamples.warning]).at(-1);
		expect(last).toMatchObject({ type: "turn.failed", error: { message: expect.stringMatching(expected) } });
	});

	test("is told by end() when no turn ended", () => {
		const last = lines([configured], { kind: "aborted", reason: { kind: "interrupted" } }).at(-1);
		expect(last).toMatchObject({ type: "turn.failed", error: { message: "interrupted" } });
		expect(types(lines([configured, started], done))).toEqual(["thread.started", "turn.started", "turn.completed"]);
		const broken = lines([configured], { kind: "failed", message: "", infrastructure: false }).at(-1);
		expect(broken).toMatchObject({ error: { message: "turn failed" } });
	});

	test("is the only line when nothing could be started", () => {
		const written: string[] = [];
		createJsonlProcessor((line) => written.push(line)).startFailed(["one", "two"]);
		expect(written).toEqual(['{"type":"error","message":"one\\ntwo","v":1,"seq":0}']);
	});
});

test("every kind of event is taken", () => {
	const running = Object.values(eventSamples).filter(
		({ type }) => !["turn_completed", "turn_failed", "turn_aborted"].includes(type),
	);
	expect(lines([configured, started, ...running, completed(null)]).length).toBeGreaterThan(8);
});

test("a line never breaks at Unicode line separators", () => {
	const line = execLine({ type: "error", message: "a\u2028b\u2029c\nd", v: 1, seq: 0 });
	expect(line).not.toMatch(/[\n\u2028\u2029]/);
	expect(JSON.parse(line).message).toBe("a\u2028b\u2029c\nd");
});

test("shellJoin quotes what a shell would read", () => {
	expect(shellJoin(["bash", "-lc", "echo 'a' | wc"])).toBe(`bash -lc 'echo '"'"'a'"'"' | wc'`);
	expect(shellJoin([""])).toBe("''");
});
