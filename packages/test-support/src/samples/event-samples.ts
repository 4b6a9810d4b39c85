// One event of each type, and one outcome of a command for each of its statuses.

import {
	asCallId,
	asSubmissionId,
	asTurnId,
	type Event,
	type EventMsg,
	type ExecOutcome,
	type FileChange,
	type SessionId,
	type TokenUsage,
} from "@codex/protocol";
import type { Samples } from "./samples.ts";

/** The session that the samples belong to. */
export const sampleSessionId: SessionId = "0199a213-81c0-7800-8aa1-bbab2a035a53" as SessionId;

const turnId = asTurnId("0199a213-81c0-7800-8aa1-00000000000a");
const callId = asCallId("call_1");

/** A usage in which no two numbers are equal. */
export const usageSample: TokenUsage = {
	inputTokens: 24763,
	cachedInputTokens: 24448,
	cacheWriteInputTokens: 12,
	outputTokens: 122,
	reasoningOutputTokens: 64,
};

const change: FileChange = {
	path: "/w/a.txt",
	kind: "update",
	movePath: "/w/b.txt",
	unifiedDiff: "--- a/a.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-one\n+two\n",
};

/** One outcome of a command for each status. */
export const execOutcomeSamples: {
	readonly [S in ExecOutcome["status"]]: Extract<ExecOutcome, { readonly status: S }>;
} = {
	exited: { status: "exited", exitCode: 0 },
	signalled: { status: "signalled", signal: "SIGSEGV", exitCode: 139 },
	timed_out: { status: "timed_out", exitCode: 124 },
	aborted: { status: "aborted" },
	declined: { status: "declined", reason: "approval policy is never" },
	spawn_failed: { status: "spawn_failed", message: "no such program: lss" },
};

/** One event of each type. */
export const eventSamples: Samples<EventMsg> = {
	session_configured: {
		type: "session_configured",
		sessionId: sampleSessionId,
		model: "gpt-5-codex",
		provider: "openai",
		cwd: "/w",
		approvalPolicy: "never",
		sandboxPolicy: {
			mode: "workspace-write",
			writable_roots: ["/data"],
			network_access: false,
			exclude_tmpdir_env_var: false,
			exclude_slash_tmp: true,
		},
		effort: "medium",
		rolloutPath: "/home/u/.code/sessions/rollout.jsonl",
		resumed: false,
	},
	shutdown_completed: { type: "shutdown_completed" },
	warning: { type: "warning", message: "commands are not confined" },
	notice: { type: "notice", message: "AGENTS.md was cut" },
	turn_started: { type: "turn_started", turnId, contextWindow: 400_000 },
	user_message: {
		type: "user_message",
		turnId,
		items: [{ type: "text", text: "fix the failing test" }],
		steering: false,
	},
	turn_completed: { type: "turn_completed", turnId, lastAgentMessage: "One file: a.txt" },
	turn_aborted: { type: "turn_aborted", turnId, reason: { kind: "limit", limit: "cost", granted: 2.5 } },
	turn_failed: { type: "turn_failed", turnId, error: { kind: "auth", message: "401 from the server" } },
	context_compacted: {
		type: "context_compacted",
		turnId,
		reason: "limit",
		summary: "# Goal\nFix the sum",
		itemsBefore: 120,
		itemsAfter: 5,
		tokensBefore: 250_000,
		tokensAfter: 14_000,
	},
	stream_error: {
		type: "stream_error",
		turnId,
		message: "the stream was cut; try 1 of 5 in 210 ms",
		kind: "stream",
		retry: 1,
		maxRetries: 5,
		delayMs: 210.5,
	},
	token_count: {
		type: "token_count",
		turnId,
		last: usageSample,
		total: usageSample,
		totalCostUsd: 0.0123,
		contextWindow: 400_000,
		contextLeftPercent: 97,
	},
	rate_limits: {
		type: "rate_limits",
		primary: { usedPercent: 12.5, windowMinutes: 300, resetsInSeconds: 4000 },
		secondary: { usedPercent: 3 },
	},
	turn_diff: { type: "turn_diff", turnId, unifiedDiff: change.unifiedDiff },
	agent_message_delta: { type: "agent_message_delta", delta: "One " },
	agent_message: { type: "agent_message", message: "One file: a.txt" },
	agent_reasoning_delta: { type: "agent_reasoning_delta", delta: "**List", channel: "summary" },
	agent_reasoning_section_break: { type: "agent_reasoning_section_break" },
	agent_reasoning: { type: "agent_reasoning", text: "**Listing files**" },
	exec_command_begin: {
		type: "exec_command_begin",
		callId,
		command: ["bash", "-lc", "ls"],
		display: "bash -lc ls",
		cwd: "/w",
	},
	exec_command_output_delta: { type: "exec_command_output_delta", callId, stream: "stdout", chunk: "a.txt\n" },
	exec_command_end: {
		type: "exec_command_end",
		callId,
		outcome: execOutcomeSamples.exited,
		aggregatedOutput: "a.txt\n",
		durationMs: 12.5,
	},
	exec_approval_request: {
		type: "exec_approval_request",
		callId,
		command: ["rm", "-r", "build"],
		cwd: "/w",
		reason: "it deletes files",
		justification: "the build folder is stale",
		outsideSandbox: true,
		programs: ["rm -r build"],
		offers: [
			[
				{
					text: 'prefix_rule(pattern=["rm", "-r", "build"], decision="allow", exact=True)',
					allows: ["rm -r build"],
					doesNotAllow: ["rm -r build more"],
				},
			],
		],
	},
	patch_apply_begin: { type: "patch_apply_begin", callId, autoApproved: true, changes: [change] },
	patch_apply_end: { type: "patch_apply_end", callId, status: "completed", stdout: "M a.txt\n", stderr: "" },
	patch_approval_request: {
		type: "patch_approval_request",
		callId,
		changes: [change],
		reason: "it is outside of the workspace",
	},
	tool_call_begin: {
		type: "tool_call_begin",
		callId,
		server: "code",
		tool: "read_file",
		arguments: { path: "a.txt", limit: 20, lines: [1, null, true] },
	},
	tool_call_end: {
		type: "tool_call_end",
		callId,
		server: "code",
		tool: "read_file",
		arguments: { path: "a.txt" },
		status: "completed",
		output: "L1: one",
		durationMs: 3,
	},
	plan_update: {
		type: "plan_update",
		explanation: "found the cause",
		plan: [
			{ step: "read", status: "completed" },
			{ step: "fix", status: "in_progress" },
			{ step: "test", status: "pending" },
		],
	},
};

/** An event in its envelope. */
export const eventSample: Event = {
	id: asSubmissionId("0199a213-81c0-7800-8aa1-000000000001"),
	seq: 3,
	msg: eventSamples.agent_message,
};
