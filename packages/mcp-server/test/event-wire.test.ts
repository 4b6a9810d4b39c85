// Every event has words on the wire that other clients know.

import { asCallId, type EventMsg } from "@codex/protocol";
import { eventSamples } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { wireMessages } from "../src/event-wire.ts";
import { turnId } from "./fake-agent.ts";

// The names that Codex's own server sends.
const known = new Set([
	"agent_message",
	"agent_message_delta",
	"agent_reasoning",
	"agent_reasoning_delta",
	"agent_reasoning_raw_content_delta",
	"agent_reasoning_section_break",
	"apply_patch_approval_request",
	"background_event",
	"context_compacted",
	"error",
	"exec_approval_request",
	"exec_command_begin",
	"exec_command_end",
	"exec_command_output_delta",
	"mcp_tool_call_begin",
	"mcp_tool_call_end",
	"patch_apply_begin",
	"patch_apply_end",
	"plan_update",
	"session_configured",
	"shutdown_complete",
	"stream_error",
	"task_complete",
	"task_started",
	"token_count",
	"turn_aborted",
	"turn_diff",
	"user_message",
	"warning",
]);

const samples: readonly EventMsg[] = Object.values(eventSamples).flat();

test("all samples become known messages of plain JSON, in snake case", () => {
	expect(samples.length).toBeGreaterThan(25);
	for (const sample of samples) {
		const messages = wireMessages(sample);
		expect(messages.length).toBeGreaterThan(0);
		for (const message of messages) {
			expect(known).toContain(message.type);
			expect(JSON.parse(JSON.stringify(message))).toEqual(message);
			for (const name of Object.keys(message)) expect(name).toMatch(/^[a-z_]+$/);
		}
	}
});

describe("the shapes", () => {
	const callId = asCallId("c");

	test("a failed turn is an error and an end without a message; a limit too", () => {
		const failed = wireMessages({ type: "turn_failed", turnId, error: { kind: "auth", message: "no" } });
		expect(failed).toEqual([
			{ type: "error", message: "no" },
			{ type: "task_complete", last_agent_message: null },
		]);
		const limit = wireMessages({
			type: "turn_aborted",
			turnId,
			reason: { kind: "limit", limit: "turns", granted: 3 },
		});
		expect(limit.map(({ type }) => type)).toEqual(["error", "task_complete"]);
	});

	test("commands: bytes in base64, durations in seconds and nanoseconds, -1 for what never ran", () => {
		const delta = wireMessages({ type: "exec_command_output_delta", callId, stream: "stdout", chunk: "é\n" });
		expect(delta).toEqual([{ type: "exec_command_output_delta", call_id: "c", stream: "stdout", chunk: "w6kK" }]);
		const end = wireMessages({
			type: "exec_command_end",
			callId,
			outcome: { status: "declined", reason: "not allowed" },
			aggregatedOutput: "",
			durationMs: 1500.5,
		});
		expect(end).toMatchObject([{ exit_code: -1, stderr: "not allowed", duration: { secs: 1, nanos: 500_500_000 } }]);
	});

	test("files: what is added and deleted whole, what is updated as a diff", () => {
		const unifiedDiff = "--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+one\n+two\n";
		const [begin] = wireMessages({
			type: "patch_apply_begin",
			callId,
			autoApproved: false,
			changes: [
				{ path: "/w/a", kind: "add", unifiedDiff },
				{ path: "/w/b", kind: "delete", unifiedDiff: "@@ -1 +0,0 @@\n-gone\n\\ No newline at end of file\n" },
				{ path: "/w/c", kind: "update", movePath: "/w/d", unifiedDiff },
			],
		});
		expect(begin).toEqual({
			type: "patch_apply_begin",
			call_id: "c",
			auto_approved: false,
			changes: {
				"/w/a": { add: { content: "one\ntwo\n" } },
				"/w/b": { delete: { content: "gone" } },
				"/w/c": { update: { unified_diff: unifiedDiff, move_path: "/w/d" } },
			},
		});
	});
});
