import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EventMsg, FunctionCallItem, RecordedToolCall, ToolCallItem } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { createToolRegistry, type ToolRegistry } from "../../src/tools/registry.ts";
import { createToolScheduler, type ToolSchedulerOptions } from "../../src/tools/scheduler.ts";
import type { Tool, ToolContext, ToolResult } from "../../src/tools/tool.ts";
import { realClock, temporaryFolder, toolContext, typesOf } from "./tool-context.ts";

const never = new AbortController().signal;
const call = (name: string, args: unknown, id = "c1"): FunctionCallItem => ({
	type: "function_call",
	call_id: id,
	name,
	arguments: typeof args === "string" ? args : JSON.stringify(args),
});

function tool(name: string, run: Tool["run"], parallel = true): Tool {
	const spec = { name, description: "", parameters: { type: "object" } };
	return { spec, aliases: [], parallel, run };
}

const registryOf = (...tools: readonly Tool[]): ToolRegistry => ({
	specs: () => tools.map(({ spec }) => spec),
	find: (name) => tools.find(({ spec }) => spec.name === name),
});

function schedule(registry: ToolRegistry, options: Partial<ToolSchedulerOptions> = {}) {
	const folder = temporaryFolder();
	const events: EventMsg[] = [];
	const scheduler = createToolScheduler({
		registry,
		contextFor: (callId, signal): ToolContext => ({
			...toolContext(folder, { signal }),
			callId,
			emit: (msg) => void events.push(msg),
		}),
		...options,
	});
	return { folder, events, scheduler };
}

const output = { output: "done", status: "ok" } as const;

describe("one call", () => {
	it("is answered in kind", async () => {
		const { scheduler } = schedule(
			registryOf(tool("t", (args) => Promise.resolve({ ...output, output: JSON.stringify(args) }))),
		);
		const first = call("t", { a: 1 });
		expect(await scheduler.start(first, never)).toEqual({
			call: first,
			item: { type: "function_call_output", call_id: "c1", output: '{"a":1}' },
			status: "ok",
		});
		const custom: ToolCallItem = { type: "custom_tool_call", call_id: "c2", name: "t", input: "free" };
		expect((await scheduler.start(custom, never)).item).toEqual({
			type: "custom_tool_call_output",
			call_id: "c2",
			output: '"free"',
		});
		expect((await scheduler.start(call("t", " \n"), never)).item.output).toBe("{}");
	});

	it("hands on what is to be attached", async () => {
		const attach = [{ type: "input_image", image_url: "data:x" }] as const;
		const { scheduler } = schedule(registryOf(tool("t", () => Promise.resolve({ ...output, attach }))));
		expect((await scheduler.start(call("t", {}), never)).attach).toBe(attach);
	});

	it("of an unknown tool, or with broken arguments, is answered so that the model can repair it", async () => {
		const { scheduler, events } = schedule(createToolRegistry());
		const unknown = await scheduler.start(call("no_such_tool", { a: 1 }), never);
		expect(unknown).toMatchObject({ status: "failed", item: { output: "unsupported call: no_such_tool" } });
		const broken = await scheduler.start(call("read_file", '{"file_path": "a', "c2"), never);
		expect(broken.status).toBe("failed");
		expect(broken.item.output).toMatch(/^failed to parse function arguments: .*JSON/);
		expect((await scheduler.start(call("read_file", "[]", "c3"), never)).item.output).toMatch(
			/^failed to parse function arguments: .*expected object/,
		);
		expect(typesOf(events)).toEqual(Array.from({ length: 3 }, () => ["tool_call_begin", "tool_call_end"]).flat());
		expect(events[2]).toMatchObject({ callId: "c2", tool: "read_file", arguments: '{"file_path": "a' });
	});

	it("reaches the real tools", async () => {
		const { scheduler, folder, events } = schedule(createToolRegistry());
		writeFileSync(join(folder, "a.txt"), "hello\n");
		expect((await scheduler.start(call("read_file", { file_path: "a.txt" }), never)).item.output).toBe("L1: hello");
		expect((await scheduler.start(call("exec_command", { cmd: "cat a.txt" }, "c2"), never)).item.output).toMatch(
			/\nhello\n$/,
		);
		expect((await scheduler.start(call("list_dir", { dir_path: "." }, "c3"), never)).item.output).toBe("a.txt");
		expect((await scheduler.start(call("grep_files", { pattern: "hel+o" }, "c4"), never)).item.output).toBe("a.txt");
		expect((await scheduler.start(call("view_image", { path: "a.txt" }, "c5"), never)).status).toBe("failed");
		const plan = [{ step: "x", status: "pending" }];
		expect((await scheduler.start(call("update_plan", { plan }, "c6"), never)).item.output).toBe("Plan updated");
		expect(events.at(-1)).toEqual({ type: "plan_update", plan });
		const input = "*** Begin Patch\n*** Delete File: a.txt\n*** End Patch";
		const patch: ToolCallItem = { type: "custom_tool_call", call_id: "c7", name: "apply_patch", input };
		expect((await scheduler.start(patch, never)).item).toEqual({
			type: "custom_tool_call_output",
			call_id: "c7",
			output: "Success. Updated the following files:\nD a.txt\n",
		});
	});
});

describe("several calls", () => {
	it("run together when they may, alone when not, in the order of their start", async () => {
		const log: string[] = [];
		const sleeper = (name: string, parallel: boolean): Tool =>
			tool(
				name,
				async (_, { callId }) => {
					log.push(`+${callId}`);
					await realClock.sleep(20);
					log.push(`-${callId}`);
					return output;
				},
				parallel,
			);
		const { scheduler } = schedule(registryOf(sleeper("read", true), sleeper("write", false)));
		const names = ["read", "read", "write", "read", "read"];
		const done = await Promise.all(names.map((name, index) => scheduler.start(call(name, {}, String(index)), never)));
		expect(done.map((completed) => completed.item.call_id)).toEqual(["0", "1", "2", "3", "4"]);
		expect(log.slice(0, 2)).toEqual(["+0", "+1"]);
		expect(log.slice(4, 6)).toEqual(["+2", "-2"]);
		expect(log.slice(6, 8)).toEqual(["+3", "+4"]);
	});

	it("are at most 16 at a time, and bother no listener limit", async () => {
		const warnings: Error[] = [];
		const onWarning = (warning: Error): void => void warnings.push(warning);
		process.on("warning", onWarning);
		let running = 0;
		let most = 0;
		const { scheduler } = schedule(
			registryOf(
				tool("t", async () => {
					running += 1;
					most = Math.max(most, running);
					await realClock.sleep(5);
					running -= 1;
					return output;
				}),
			),
		);
		const { signal } = new AbortController();
		await Promise.all(Array.from({ length: 60 }, (_, index) => scheduler.start(call("t", {}, String(index)), signal)));
		process.off("warning", onWarning);
		expect(most).toBe(16);
		expect(warnings).toEqual([]);
	});

	it("run twenty commands in little more than the time of one", async () => {
		const { scheduler } = schedule(createToolRegistry());
		await scheduler.start(call("shell", { command: ["true"] }), never);
		const startedMs = performance.now();
		const calls = Array.from({ length: 16 }, (_, index) => call("shell", { command: ["sleep", "0.4"] }, String(index)));
		const done = await Promise.all(calls.map((each) => scheduler.start(each, never)));
		expect(done.every(({ status }) => status === "ok")).toBe(true);
		expect(performance.now() - startedMs).toBeLessThan(1500);
	});
});

describe("a tool that breaks its contract", () => {
	const begin = (context: ToolContext, kind: "exec" | "patch" | "tool"): void => {
		const { callId } = context;
		if (kind === "exec") context.emit({ type: "exec_command_begin", callId, command: ["x"], display: "x", cwd: "/" });
		if (kind === "patch") context.emit({ type: "patch_apply_begin", callId, autoApproved: true, changes: [] });
		if (kind === "tool") context.emit({ type: "tool_call_begin", callId, server: "code", tool: "t", arguments: {} });
	};

	it.each(["exec", "patch", "tool"] as const)(
		"is answered as an internal error, and its %s events are closed",
		async (kind) => {
			const { scheduler, events } = schedule(
				registryOf(
					tool("t", (_, context) => {
						begin(context, kind);
						throw new Error("broken");
					}),
				),
			);
			const done = await scheduler.start(call("t", {}), never);
			expect(done).toMatchObject({ status: "failed", item: { output: "internal error: broken" } });
			expect(events).toHaveLength(2);
			const said = JSON.stringify(events[1]);
			expect(events[1]?.type.endsWith("_end")).toBe(true);
			expect(said).toContain("internal error: broken");
		},
	);

	it("has its events closed also when it only forgets to", async () => {
		const forgetful = tool("t", (_, context) => {
			begin(context, "exec");
			return Promise.resolve(output);
		});
		const { scheduler, events } = schedule(registryOf(forgetful));
		expect((await scheduler.start(call("t", {}), never)).status).toBe("ok");
		expect(typesOf(events)).toEqual(["exec_command_begin", "exec_command_end"]);
	});

	it("is answered also when there is no context for it", async () => {
		const { scheduler } = schedule(registryOf(tool("t", () => Promise.resolve(output))), {
			contextFor: () => {
				throw new Error("no context");
			},
		});
		expect((await scheduler.start(call("t", {}), never)).item.output).toBe("internal error: no context");
	});
});

describe("an abort", () => {
	it("answers calls that had not begun, and stops those that had", async () => {
		const controller = new AbortController();
		const { scheduler, events } = schedule(createToolRegistry());
		const running = scheduler.start(call("shell", { command: "sleep 30" }, "c1"), controller.signal);
		const waiting = scheduler.start(call("apply_patch", { input: "x" }, "c2"), controller.signal);
		while (!typesOf(events).includes("exec_command_begin")) await realClock.sleep(2);
		const startedMs = performance.now();
		controller.abort();
		const [first, second] = await Promise.all([running, waiting]);
		expect(performance.now() - startedMs).toBeLessThan(200);
		expect(first.status).toBe("aborted");
		expect(second).toMatchObject({ status: "aborted", item: { output: "aborted" } });
		const late = await scheduler.start(call("shell", { command: "true" }, "c3"), controller.signal);
		expect(late).toMatchObject({ status: "aborted", item: { call_id: "c3", output: "aborted" } });
		expect(typesOf(events)).toEqual(["exec_command_begin", "exec_command_end"]);
	});

	it("gives up a tool that does not stop, and lets nothing of it out afterwards", async () => {
		const controller = new AbortController();
		const { promise, resolve } = Promise.withResolvers<ToolResult>();
		let emitLate = (): void => {};
		const stuck = tool("t", (_, context) => {
			const { callId } = context;
			context.emit({ type: "tool_call_begin", callId, server: "code", tool: "t", arguments: {} });
			emitLate = () => context.emit({ type: "plan_update", plan: [] });
			return promise;
		});
		const { scheduler, events } = schedule(
			registryOf(
				stuck,
				tool("w", () => Promise.resolve(output), false),
			),
		);
		const running = scheduler.start(call("t", {}), controller.signal);
		await realClock.sleep(1);
		const startedMs = performance.now();
		controller.abort();
		expect((await running).item.output).toBe("aborted");
		expect(performance.now() - startedMs).toBeLessThan(250);
		emitLate();
		resolve(output);
		await realClock.sleep(1);
		expect(typesOf(events)).toEqual(["tool_call_begin", "tool_call_end"]);
		expect(events[1]).toMatchObject({ status: "aborted" });
		expect((await scheduler.start(call("w", {}), never)).status).toBe("ok");
	});
});

describe("recordings", () => {
	it("hold what every call emitted and was answered, and play it back without doing it", async () => {
		const records: RecordedToolCall[] = [];
		const live = schedule(createToolRegistry(), { onToolCall: (record) => void records.push(record) });
		const png = join(live.folder, "p.png");
		writeFileSync(png, Buffer.from("89504e470d0a1a0a00", "hex"));
		const calls = [
			call("shell", { command: "echo hi > made.txt; echo out" }, "c1"),
			call("shell", { command: "exit 2" }, "c2"),
			call("unknown", {}, "c3"),
			call("view_image", { path: png }, "c4"),
			call("update_plan", { plan: [] }, "c5"),
			call("apply_patch", { input: "*** Begin Patch\n*** Delete File: gone\n*** End Patch" }, "c6"),
			call("apply_patch", { input: "*** Begin Patch\n*** Delete File: ../gone\n*** End Patch" }, "c7"),
		];
		const done = [];
		for (const each of calls) done.push(await live.scheduler.start(each, never));
		done.push(await live.scheduler.start(call("shell", { command: "true" }, "c8"), AbortSignal.abort()));
		expect(records.map(({ callId }) => callId)).toEqual(["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"]);
		expect(done.map(({ status }) => status)).toEqual([
			"ok",
			"failed",
			"failed",
			"ok",
			"ok",
			"failed",
			"declined",
			"aborted",
		]);

		const stored: RecordedToolCall[] = JSON.parse(JSON.stringify(records));
		const replay = schedule(createToolRegistry(), {
			recordedTool: (callId) => stored.find((record) => record.callId === callId),
		});
		const again = [];
		for (const { call: each } of done) again.push(await replay.scheduler.start(each, never));
		expect(again).toEqual(done);
		expect(replay.events).toEqual(live.events);
	});

	it("say when they have no such call", async () => {
		const { scheduler, events } = schedule(createToolRegistry(), { recordedTool: () => undefined });
		const missing = await scheduler.start(call("shell", { command: "touch x" }, "c9"), never);
		expect(missing).toMatchObject({
			status: "failed",
			item: { output: "the recording has no result of the call `c9`" },
		});
		expect(events).toEqual([]);
	});

	it("play back a declined command as declined", async () => {
		const reason = "no";
		const record: RecordedToolCall = {
			type: "tool_call",
			callId: "c1",
			output: reason,
			events: [
				{
					type: "exec_command_end",
					callId: "c1" as never,
					outcome: { status: "declined", reason },
					aggregatedOutput: "",
					durationMs: 0,
				},
			],
		};
		const { scheduler } = schedule(createToolRegistry(), { recordedTool: () => record });
		expect((await scheduler.start(call("shell", {}), never)).status).toBe("declined");
	});
});
