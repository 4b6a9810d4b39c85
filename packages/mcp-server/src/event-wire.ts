// Our events in the words of the wire `codex/event`, which other clients of Codex servers know. One event can be two there.
// Pure; what the wire has no word for becomes a `background_event`.

import { Buffer } from "node:buffer";
import type { EventMsg, FileChange, RateLimitWindow, TokenUsage } from "@codex/protocol";

/** A message of the wire. */
export type WireMsg = Readonly<Record<string, unknown>> & { readonly type: string };

const duration = (ms: number): { readonly secs: number; readonly nanos: number } => ({
	secs: Math.floor(ms / 1000),
	nanos: Math.round((ms % 1000) * 1e6),
});

/** The text of an added or deleted file, taken out of its diff. */
function wholeText(unifiedDiff: string, sign: "+" | "-"): string {
	const lines = unifiedDiff.split("\n");
	const body = lines.slice(lines.findIndex((line) => line.startsWith("@@")) + 1);
	const text = body.filter((line) => line.startsWith(sign)).map((line) => line.slice(1));
	const endsOpen = body.some((line) => line.startsWith("\\"));
	return text.length === 0 ? "" : `${text.join("\n")}${endsOpen ? "" : "\n"}`;
}

function wireChange({ kind, unifiedDiff, movePath }: FileChange): Readonly<Record<string, unknown>> {
	switch (kind) {
		case "add":
			return { add: { content: wholeText(unifiedDiff, "+") } };
		case "delete":
			return { delete: { content: wholeText(unifiedDiff, "-") } };
		case "update":
			return { update: { unified_diff: unifiedDiff, move_path: movePath ?? null } };
	}
}

/** The files of a patch by path. */
export function wireChanges(changes: readonly FileChange[]): Readonly<Record<string, unknown>> {
	return Object.fromEntries(changes.map((change) => [change.path, wireChange(change)]));
}

const usage = (of: TokenUsage): Readonly<Record<string, number>> => ({
	input_tokens: of.inputTokens,
	cached_input_tokens: of.cachedInputTokens,
	output_tokens: of.outputTokens,
	reasoning_output_tokens: of.reasoningOutputTokens,
	total_tokens: of.inputTokens + of.outputTokens,
});

const limitWindow = (of: RateLimitWindow | undefined): unknown =>
	of === undefined
		? null
		: {
				used_percent: of.usedPercent,
				window_minutes: of.windowMinutes ?? null,
				resets_in_seconds: of.resetsInSeconds ?? null,
			};

type Of<Type extends EventMsg["type"]> = Extract<EventMsg, { readonly type: Type }>;

function execEnd({ callId, outcome, aggregatedOutput, durationMs }: Of<"exec_command_end">): WireMsg {
	const said =
		outcome.status === "declined" ? outcome.reason : outcome.status === "spawn_failed" ? outcome.message : "";
	return {
		type: "exec_command_end",
		call_id: callId,
		stdout: aggregatedOutput,
		stderr: said,
		aggregated_output: aggregatedOutput,
		exit_code: "exitCode" in outcome ? outcome.exitCode : -1,
		duration: duration(durationMs),
		formatted_output: aggregatedOutput,
	};
}

function toolEnd(msg: Of<"tool_call_end">): WireMsg {
	const ok = { content: [{ type: "text", text: msg.output }], isError: false };
	return {
		type: "mcp_tool_call_end",
		call_id: msg.callId,
		invocation: { server: msg.server, tool: msg.tool, arguments: msg.arguments },
		duration: duration(msg.durationMs),
		result: msg.status === "completed" ? { Ok: ok } : { Err: msg.output },
	};
}

function turnEnd(msg: Of<"turn_completed" | "turn_failed" | "turn_aborted">): readonly WireMsg[] {
	switch (msg.type) {
		case "turn_completed":
			return [{ type: "task_complete", last_agent_message: msg.lastAgentMessage }];
		case "turn_failed":
			return [
				{ type: "error", message: msg.error.message },
				{ type: "task_complete", last_agent_message: null },
			];
		case "turn_aborted":
			if (msg.reason.kind === "interrupted") return [{ type: "turn_aborted", reason: "interrupted" }];
			return [
				{ type: "error", message: `limit reached: ${msg.reason.granted} (${msg.reason.limit})` },
				{ type: "task_complete", last_agent_message: null },
			];
	}
}

function configured(msg: Of<"session_configured">): WireMsg {
	return {
		type: "session_configured",
		session_id: msg.sessionId,
		thread_id: msg.sessionId,
		model: msg.model,
		model_provider_id: msg.provider,
		cwd: msg.cwd,
		approval_policy: msg.approvalPolicy,
		sandbox_policy: msg.sandboxPolicy,
		reasoning_effort: msg.effort ?? null,
		history_log_id: 0,
		history_entry_count: 0,
		rollout_path: msg.rolloutPath ?? null,
	};
}

function tokenCount(msg: Of<"token_count">): WireMsg {
	return {
		type: "token_count",
		info: {
			total_token_usage: usage(msg.total),
			last_token_usage: usage(msg.last),
			model_context_window: msg.contextWindow ?? null,
		},
		rate_limits: null,
	};
}

const withCall = <Type extends string>(msg: {
	readonly type: Type;
	readonly callId: string;
}): { readonly type: Type; readonly call_id: string } => ({ type: msg.type, call_id: msg.callId });

const asItIs = (msg: { readonly type: string }): readonly WireMsg[] => [{ ...msg }];

type Handlers = { readonly [Type in EventMsg["type"]]: (msg: Of<Type>) => readonly WireMsg[] };

const handlers: Handlers = {
	session_configured: (msg) => [configured(msg)],
	shutdown_completed: () => [{ type: "shutdown_complete" }],
	turn_started: (msg) => [{ type: "task_started", model_context_window: msg.contextWindow ?? null }],
	turn_completed: turnEnd,
	turn_failed: turnEnd,
	turn_aborted: turnEnd,
	user_message: ({ items }) => {
		const texts = items.flatMap((item) => (item.type === "text" ? [item.text] : []));
		return [{ type: "user_message", message: texts.join("\n"), kind: "plain" }];
	},
	agent_message: asItIs,
	agent_message_delta: asItIs,
	agent_reasoning: asItIs,
	agent_reasoning_section_break: asItIs,
	agent_reasoning_delta: ({ channel, delta }) => [
		{ type: channel === "raw" ? "agent_reasoning_raw_content_delta" : "agent_reasoning_delta", delta },
	],
	warning: asItIs,
	notice: ({ message }) => [{ type: "background_event", message }],
	stream_error: ({ message }) => [{ type: "stream_error", message }],
	exec_command_begin: (msg) => [
		{ ...withCall(msg), command: msg.command, cwd: msg.cwd, parsed_cmd: [{ type: "unknown", cmd: msg.display }] },
	],
	exec_command_output_delta: (msg) => [
		{ ...withCall(msg), stream: msg.stream, chunk: Buffer.from(msg.chunk, "utf8").toString("base64") },
	],
	exec_command_end: (msg) => [execEnd(msg)],
	exec_approval_request: (msg) => [
		{ ...withCall(msg), command: msg.command, cwd: msg.cwd, reason: msg.reason ?? null },
	],
	patch_approval_request: (msg) => [
		{
			...withCall(msg),
			type: "apply_patch_approval_request",
			changes: wireChanges(msg.changes),
			reason: msg.reason ?? null,
		},
	],
	patch_apply_begin: (msg) => [
		{ ...withCall(msg), auto_approved: msg.autoApproved, changes: wireChanges(msg.changes) },
	],
	patch_apply_end: (msg) => [
		{ ...withCall(msg), stdout: msg.stdout, stderr: msg.stderr, success: msg.status === "completed" },
	],
	tool_call_begin: (msg) => {
		const invocation = { server: msg.server, tool: msg.tool, arguments: msg.arguments };
		return [{ type: "mcp_tool_call_begin", call_id: msg.callId, invocation }];
	},
	tool_call_end: (msg) => [toolEnd(msg)],
	plan_update: ({ explanation, plan }) => [{ type: "plan_update", explanation: explanation ?? null, plan }],
	token_count: (msg) => [tokenCount(msg)],
	rate_limits: ({ primary, secondary }) => [
		{
			type: "token_count",
			info: null,
			rate_limits: { primary: limitWindow(primary), secondary: limitWindow(secondary) },
		},
	],
	turn_diff: ({ unifiedDiff }) => [{ type: "turn_diff", unified_diff: unifiedDiff }],
	context_compacted: () => [{ type: "context_compacted" }],
};

function handle<Type extends EventMsg["type"]>(type: Type, msg: Of<Type>): readonly WireMsg[] {
	return handlers[type](msg);
}

/** The messages of the wire for one of ours, in their order. */
export function wireMessages(msg: EventMsg): readonly WireMsg[] {
	return handle(msg.type, msg);
}
