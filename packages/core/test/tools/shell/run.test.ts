import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EventMsg, ExecOutcome, JsonValue } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { runShell } from "../../../src/tools/shell/run.ts";
import type { ToolResult } from "../../../src/tools/tool.ts";
import { type TestContext, temporaryFolder, toolContext, typesOf } from "../tool-context.ts";

function text({ output }: ToolResult): string {
	return typeof output === "string" ? output : "not a text";
}

function outcome({ events }: TestContext): ExecOutcome | undefined {
	const end = events.find((event) => event.type === "exec_command_end");
	return end?.outcome;
}

const withoutDeltas = (events: readonly EventMsg[]): string[] =>
	typesOf(events).filter((type) => type !== "exec_command_output_delta");
const pair = ["exec_command_begin", "exec_command_end"];

async function shell(args: JsonValue, overrides: Parameters<typeof toolContext>[1] = {}) {
	const folder = temporaryFolder();
	const context = toolContext(folder, overrides);
	const result = await runShell(args, context);
	return { folder, context, result, text: text(result) };
}

describe("what the model is told", () => {
	it("is exit code, time and output", async () => {
		const { result, text, context } = await shell({ command: "echo out; echo err >&2" });
		expect(result.status).toBe("ok");
		expect(text).toMatch(/^Exit code: 0\nWall time: \d+\.\d seconds\nOutput:\n(out\nerr|err\nout)\n$/);
		expect(withoutDeltas(context.events)).toEqual(pair);
		expect(context.events[0]).toMatchObject({ display: "echo out; echo err >&2", cwd: context.cwd, callId: "call-1" });
	});

	it("names a failing command's code or signal", async () => {
		const failing = await shell({ command: "exit 7" });
		expect(failing.result.status).toBe("failed");
		expect(failing.text).toMatch(/^Exit code: 7\n/);
		expect((await shell({ command: "kill -SEGV $$" })).text).toMatch(/^Exit code: 139 \(killed by SIGSEGV\)\n/);
	});

	it("begins with the timeout when there was one", async () => {
		const { text, result, context } = await shell({ command: "echo started; sleep 30", timeout_ms: 150 });
		expect(text).toMatch(
			/^Exit code: 124\nWall time: .*\nOutput:\ncommand timed out after 150 milliseconds\nstarted\n$/,
		);
		expect(result.status).toBe("failed");
		expect(outcome(context)).toEqual({ status: "timed_out", exitCode: 124 });
	});

	it("is cut in the middle when long, with the whole number of lines", async () => {
		const { text } = await shell({ command: "seq 1 100000" }, { outputTokenLimit: 500 });
		expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000);
		expect(text).toMatch(
			/\nTotal output lines: 100000\nOutput:\n1\n2\n[\s\S]*…\d+ tokens truncated…\n[\s\S]*\n100000\n$/,
		);
	});

	it("counts what a huge output lost on the way as well", async () => {
		const { text, context } = await shell({ command: "yes | head -c 50000000" });
		const tokens = Number(/…(\d+) tokens truncated…/.exec(text)?.[1]);
		expect(tokens * 4).toBeGreaterThan(49_900_000);
		expect(text).toContain("Total output lines: 25000000");
		const end = context.events.at(-1);
		expect(end?.type === "exec_command_end" ? end.aggregatedOutput.length : 0).toBeLessThan(1_100_000);
		const deltas = context.events.filter((event) => event.type === "exec_command_output_delta");
		expect(deltas.reduce((sum, { chunk }) => sum + chunk.length, 0)).toBeLessThan(2_000_000);
	});

	it("holds no terminal control", async () => {
		const { text } = await shell({ command: String.raw`printf '\033[31mred\033[0m\a\n'` });
		expect(text.endsWith("Output:\nred\n")).toBe(true);
	});

	it("says of binary output only what it is", async () => {
		const { text, context } = await shell({ command: "head -c 100000 /dev/urandom" });
		expect(text).toMatch(/Output:\n\[binary output of 100000 bytes; it begins: .*\]$/s);
		expect(text.length).toBeLessThan(500);
		expect(context.events.at(-1)).toMatchObject({
			aggregatedOutput: expect.stringMatching(/^\[binary output of 100000/),
		});
	});

	it("is `aborted` with what was written before an abort", async () => {
		const controller = new AbortController();
		const context = toolContext(temporaryFolder(), { signal: controller.signal });
		const emit = (msg: EventMsg): void => {
			context.events.push(msg);
			if (msg.type === "exec_command_output_delta") controller.abort();
		};
		const result = await runShell({ command: "echo first; sleep 30" }, { ...context, emit });
		expect(result.status).toBe("aborted");
		expect(text(result)).toMatch(/^aborted by the user\nWall time: .*\nOutput:\nfirst\n$/);
		expect(withoutDeltas(context.events)).toEqual(pair);
		expect(outcome(context)).toEqual({ status: "aborted" });
	});
});

describe("live output", () => {
	it("is at most 10,000 events", async () => {
		const folder = temporaryFolder();
		const context = toolContext(folder, {
			runner: {
				run: (_, __, onOutput) => {
					for (let count = 0; count < 12_000; count += 1) onOutput("stdout", "x\n");
					onOutput("stderr", "");
					const outcome = { status: "exited", exitCode: 0 } as const;
					return Promise.resolve({ outcome, output: "x\n", totalBytes: 24_000, durationMs: 1 });
				},
			},
		});
		await runShell({ command: "true" }, context);
		expect(typesOf(context.events).filter((type) => type === "exec_command_output_delta")).toHaveLength(10_000);
	});
});

describe("arguments", () => {
	it("may be words, a script, or spelled as other agents do", async () => {
		for (const args of [
			{ command: ["echo", "a  b"] },
			{ command: "echo 'a  b'" },
			{ cmd: "echo 'a  b'", yield_time_ms: 10, max_output_tokens: 5 },
			{
				command: ["bash", "-lc", "echo 'a  b'"],
				timeout: 10_000,
				with_escalated_permissions: true,
				justification: "x",
			},
			{ command: "echo 'a  b'", workdir: null },
			"echo 'a  b'",
		]) {
			expect((await shell(args)).text).toMatch(/\na {2}b\n$/);
		}
	});

	it("that do not fit are answered with the reason", async () => {
		const { text, result, context } = await shell({ command: [], timeout_ms: 0 });
		expect(result.status).toBe("failed");
		expect(text).toMatch(/^failed to parse function arguments: command: .*; timeout_ms: .*/);
		expect(typesOf(context.events)).toEqual(["tool_call_begin", "tool_call_end"]);
		expect((await shell({})).text).toMatch(/^failed to parse function arguments: command: /);
		expect((await shell([1])).text).toMatch(/^failed to parse function arguments: /);
		expect((await shell({ command: "x", timeout_ms: 3_600_001 })).text).toMatch(/timeout_ms/);
	});

	it("name a folder that must exist", async () => {
		const { text, context, result } = await shell({ command: "pwd", workdir: "missing" });
		expect(text).toBe("the workdir `missing` does not exist");
		expect(result.status).toBe("failed");
		expect(outcome(context)).toEqual({ status: "spawn_failed", message: text });
		expect(typesOf(context.events)).toEqual(pair);
		expect((await shell({ command: "pwd", workdir: "/dev/null" })).text).toBe(
			"the workdir `/dev/null` is not a directory",
		);
		expect((await shell({ command: "pwd", workdir: "/usr" })).text).toMatch(/\n\/usr\n$/);
	});

	it("may name a program that does not exist", async () => {
		const { text, result } = await shell({ command: ["no-such-program-2"] });
		expect(text).toBe("failed to start the command: `no-such-program-2` was not found on PATH");
		expect(result.status).toBe("failed");
	});
});

describe("permission", () => {
	it("that is refused answers with the reason and starts nothing", async () => {
		const reason = "commands need a sandbox, which is not there yet";
		const { text, result, context, folder } = await shell(
			{ command: "touch marker" },
			{ permission: { kind: "refuse", reason } },
		);
		expect(text).toBe(reason);
		expect(result.status).toBe("declined");
		expect(outcome(context)).toEqual({ status: "declined", reason });
		expect(typesOf(context.events)).toEqual(pair);
		expect(() => readFileSync(join(folder, "marker"))).toThrow();
	});
});

it("closes its events when a runner breaks its contract", async () => {
	const { text, context } = await shell(
		{ command: "true" },
		{ runner: { run: () => Promise.reject(new Error("broken runner")) } },
	);
	expect(text).toBe("internal error: broken runner");
	expect(typesOf(context.events)).toEqual(pair);
});

describe("apply_patch in a command", () => {
	const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-old\n+new\n*** End Patch";

	it("is applied instead of spawned, also without permission for commands", async () => {
		const refused = { kind: "refuse", reason: "no" } as const;
		for (const command of [
			["apply_patch", patch],
			["bash", "-lc", `apply_patch <<'EOF'\n${patch}\nEOF`],
			`cd sub && apply_patch <<'EOF'\n${patch}\nEOF`,
		]) {
			const folder = temporaryFolder();
			mkdirSync(join(folder, "sub"));
			writeFileSync(join(folder, "a.txt"), "old\n");
			writeFileSync(join(folder, "sub", "a.txt"), "old\n");
			const context = toolContext(folder, { permission: refused });
			const result = await runShell({ command }, context);
			expect(text(result)).toBe("Success. Updated the following files:\nM a.txt\n");
			expect(typesOf(context.events)).toEqual(["patch_apply_begin", "patch_apply_end"]);
			const changed = typeof command === "string" ? "sub/a.txt" : "a.txt";
			expect(readFileSync(join(folder, changed), "utf8")).toBe("new\n");
			expect(context.changes.map(({ path }) => path)).toEqual([join(folder, changed)]);
		}
	});

	it("in a workdir is relative to it", async () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, "sub"));
		writeFileSync(join(folder, "sub", "a.txt"), "old\n");
		await runShell({ command: ["apply_patch", patch], workdir: "sub" }, toolContext(folder));
		expect(readFileSync(join(folder, "sub", "a.txt"), "utf8")).toBe("new\n");
	});

	it("without a command is answered with how to do it", async () => {
		const { text, context } = await shell({ command: [patch] });
		expect(text).toBe('patch detected without explicit call to apply_patch. Rerun as ["apply_patch", "<patch>"]');
		expect(typesOf(context.events)).toEqual(pair);
	});

	it("beside other commands is an ordinary script", async () => {
		const { context } = await shell({ command: "echo apply_patch; true" });
		expect(outcome(context)).toEqual({ status: "exited", exitCode: 0 });
	});
});
