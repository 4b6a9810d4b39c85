import type { EventMsg } from "@codex/protocol";
import type { SessionInfo } from "@codex/runtime";
import { eventSamples, sampleSessionId } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import type { RunOutcome } from "../../src/exec/event-processor.ts";
import { createHumanProcessor } from "../../src/exec/human.ts";
import { argumentsText, durationText, tailLines, usageText } from "../../src/exec/human-text.ts";
import { createStyle } from "../../src/terminal/style.ts";
import { call, commandBegin, completed, configured, numbered, started, tokens, turnId, usage } from "./events.ts";

const info: SessionInfo = {
	sessionId: sampleSessionId,
	model: "gpt-5-codex",
	provider: "openai",
	cwd: "/w",
	sandboxPolicy: {
		mode: "workspace-write",
		writable_roots: [],
		network_access: false,
		exclude_slash_tmp: false,
		exclude_tmpdir_env_var: false,
	},
	approvalPolicy: "never",
	because: "OPENAI_API_KEY is set",
	warnings: ["commands are not confined"],
	resumed: true,
};

function show(
	messages: readonly EventMsg[],
	outcome?: RunOutcome,
	color = false,
): { readonly progress: string; readonly answers: readonly string[] } {
	let progress = "";
	const answers: string[] = [];
	const processor = createHumanProcessor({
		progress: (text) => {
			progress += text;
		},
		answer: (text) => answers.push(text),
		style: createStyle(color),
	});
	processor.started(info);
	for (const event of numbered(...messages)) processor.take(event);
	if (outcome !== undefined) processor.end(outcome);
	return { progress, answers };
}

const commandEnd = (name: string, exitCode: number, aggregatedOutput = ""): EventMsg => ({
	type: "exec_command_end",
	callId: call(name),
	outcome: { status: "exited", exitCode },
	aggregatedOutput,
	durationMs: 1234,
});

describe("the calm stream", () => {
	test("of a whole run", () => {
		const { progress, answers } = show(
			[
				configured,
				started,
				{ type: "agent_reasoning", text: "**Looking**" },
				{ type: "agent_message", message: "I look first." },
				commandBegin("c", ["bash", "-lc", "npm test"], "npm test"),
				commandEnd("c", 1, "line 1\nline 2\n\nboom\n"),
				{
					type: "patch_apply_begin",
					callId: call("p"),
					autoApproved: true,
					changes: [
						{ path: "/w/src/a.ts", kind: "update", unifiedDiff: "--- a\n+++ b\n@@ -1 +1,2 @@\n-x\n+y\n+z\n" },
						{ path: "/else/b.ts", kind: "add", unifiedDiff: "+new\n" },
					],
				},
				{ type: "patch_apply_end", callId: call("p"), status: "completed", stdout: "", stderr: "" },
				{
					type: "plan_update",
					explanation: "why",
					plan: [
						{ step: "one", status: "completed" },
						{ step: "two", status: "in_progress" },
					],
				},
				{
					type: "tool_call_end",
					callId: call("t"),
					server: "code",
					tool: "read_file",
					arguments: { file_path: "a.ts", limit: 3 },
					status: "completed",
					output: "L1",
					durationMs: 4,
				},
				{ type: "agent_message", message: "Done." },
				tokens,
				completed("Done."),
			],
			{ kind: "completed", lastAgentMessage: "Done." },
		);
		expect(progress.split("\n")).toEqual([
			"model gpt-5-codex from openai (OPENAI_API_KEY is set)",
			"folder /w · sandbox workspace-write · approvals never",
			`session ${sampleSessionId} (resumed)`,
			"warning: commands are not confined",
			"**Looking**",
			"I look first.",
			"$ npm test",
			"  exit 1 in 1.2 s",
			"  line 1",
			"  line 2",
			"  boom",
			"patch M src/a.ts (+2 −1), A /else/b.ts (+1 −0)",
			"plan: why",
			"  [x] one",
			"  [>] two",
			"read_file file_path=a.ts limit=3 in 4 ms",
			"Token usage: total=437 input=315 (+ 24448 cached) output=122 (reasoning 64), $0.0123",
			"",
		]);
		expect(answers).toEqual(["Done."]);
	});

	test("names a command that ends beside others", () => {
		const { progress } = show([
			commandBegin("a", ["a"], "sleep 1"),
			commandBegin("b", ["b"], "sleep 2"),
			commandEnd("a", 0),
			commandEnd("b", 0),
		]);
		expect(progress).toContain("  exit 0 in 1.2 s: sleep 1\n  exit 0 in 1.2 s\n");
	});

	test.each<[RunOutcome, string]>([
		[{ kind: "failed", message: "401: wrong key", infrastructure: true }, "error: 401: wrong key\n"],
		[{ kind: "aborted", reason: { kind: "interrupted" } }, "interrupted\n"],
		[
			{ kind: "aborted", reason: { kind: "limit", limit: "turns", granted: 2 } },
			"limit reached: 2 requests to the model (--max-turns)\n",
		],
	])("%j ends without an answer", (outcome, expected) => {
		const { progress, answers } = show([configured, started, { type: "agent_message", message: "half" }], outcome);
		expect(progress).toContain(`half\n${expected}`);
		expect(answers).toEqual([]);
	});

	test("prints nothing of a run without a message", () => {
		expect(show([configured, started], { kind: "completed", lastAgentMessage: null }).answers).toEqual([]);
	});

	test("shows what failed and what was declined", () => {
		const { progress } = show([
			commandBegin("c", ["x"], "rm -rf /"),
			{
				type: "exec_command_end",
				callId: call("c"),
				outcome: { status: "declined", reason: "not allowed" },
				aggregatedOutput: "",
				durationMs: 0,
			},
			{ type: "patch_apply_end", callId: call("p"), status: "failed", stdout: "", stderr: "no such line" },
			{
				type: "tool_call_end",
				callId: call("t"),
				server: "docs",
				tool: "search",
				arguments: "x",
				status: "failed",
				output: "offline",
				durationMs: 61_000,
			},
			eventSamples.stream_error,
			eventSamples.notice,
		]);
		expect(progress).toContain("  declined: not allowed\n");
		expect(progress).toContain("failed\n  no such line\n");
		expect(progress).toContain("docs.search x failed in 1 min 1 s\n  offline\n");
		expect(progress).toContain(`warning: ${eventSamples.stream_error.message}\n`);
	});

	test("lets no control character of a model or tool through", () => {
		const evil = "x\u001b]0;owned\u0007\u001b[2Jy\r\bz";
		const { progress, answers } = show(
			[
				{ type: "agent_message", message: evil },
				{ type: "agent_reasoning", text: evil },
				commandBegin("c", [evil], evil),
				commandEnd("c", 1, evil),
				{ type: "warning", message: evil },
				{
					type: "tool_call_end",
					callId: call("t"),
					server: evil,
					tool: evil,
					arguments: { [evil]: evil },
					status: "failed",
					output: evil,
					durationMs: 1,
				},
				{ type: "plan_update", explanation: evil, plan: [{ step: evil, status: "pending" }] },
				{ type: "agent_message", message: evil },
			],
			{ kind: "completed", lastAgentMessage: evil },
		);
		for (const text of [progress, ...answers]) {
			for (const character of text) expect(character === "\n" || character >= " ").toBe(true);
			expect(text).not.toContain("owned");
		}
	});

	test("takes every kind of event, coloured too", () => {
		const { progress } = show(Object.values(eventSamples), { kind: "aborted", reason: { kind: "interrupted" } }, true);
		expect(progress).toContain("\u001b[");
	});

	test("says why nothing starts", () => {
		const progress: string[] = [];
		const sinks = {
			progress: (text: string) => void progress.push(text),
			answer: () => undefined,
			style: createStyle(false),
		};
		createHumanProcessor(sinks).startFailed(["No credentials", "Set a key", "Or else"]);
		expect(progress.join("")).toBe("error: No credentials\nSet a key\nOr else\n");
	});
});

describe("words", () => {
	test("of durations", () => {
		expect([0.4, 999, 1000, 59_999, 185_000].map(durationText)).toEqual([
			"0 ms",
			"999 ms",
			"1.0 s",
			"60.0 s",
			"3 min 5 s",
		]);
	});

	test("of usage without extras", () => {
		const total = { ...usage, cachedInputTokens: 0, reasoningOutputTokens: 0 };
		expect(usageText({ type: "token_count", turnId, last: total, total, totalCostUsd: null })).toBe(
			"Token usage: total=24885 input=24763 output=122",
		);
	});

	test("of long outputs and arguments", () => {
		expect(tailLines(`${"x".repeat(500_000)}\nlast`, 2)).toEqual([`${"x".repeat(159)}…`, "last"]);
		expect(argumentsText({ a: "b".repeat(500), c: [1, 2] }).length).toBe(120);
		expect(argumentsText(null)).toBe("null");
	});
});
