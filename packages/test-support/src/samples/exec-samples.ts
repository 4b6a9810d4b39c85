// One exec item and one exec event of each type, and two whole threads as `code exec --json` prints them.

import { type ExecEvent, type ExecEventBody, type ExecItem, type ExecUsage, execEventVersion } from "@codex/protocol";
import { sampleSessionId } from "./event-samples.ts";
import type { Samples } from "./samples.ts";

/** One item of each type. */
export const execItemSamples: Samples<ExecItem> = {
	agent_message: { id: "item_2", type: "agent_message", text: "One file: a.txt" },
	reasoning: { id: "item_0", type: "reasoning", text: "**Listing files**" },
	command_execution: {
		id: "item_1",
		type: "command_execution",
		command: "bash -lc ls",
		aggregated_output: "a.txt\n",
		exit_code: 0,
		status: "completed",
	},
	file_change: {
		id: "item_1",
		type: "file_change",
		changes: [{ path: "/w/a.txt", kind: "update" }],
		status: "completed",
	},
	mcp_tool_call: {
		id: "item_3",
		type: "mcp_tool_call",
		server: "docs",
		tool: "search",
		arguments: { q: "x" },
		result: { content: [{ type: "text", text: "found" }], structured_content: null },
		error: null,
		status: "completed",
	},
	web_search: { id: "item_4", type: "web_search", query: "landlock abi", action: { type: "search" } },
	todo_list: { id: "item_0", type: "todo_list", items: [{ text: "read", completed: true }] },
	error: { id: "item_5", type: "error", message: "the model was changed" },
};

const usage: ExecUsage = {
	input_tokens: 24763,
	cached_input_tokens: 24448,
	cache_write_input_tokens: 0,
	output_tokens: 122,
	reasoning_output_tokens: 64,
};

/** Numbers events as a thread does: `v` and `seq` from 0. */
export function numberExecEvents(bodies: readonly ExecEventBody[]): readonly ExecEvent[] {
	return bodies.map((body, seq) => ({ ...body, v: execEventVersion, seq }));
}

/** A thread with reasoning, one command and an answer. */
export const execThreadSample: readonly ExecEvent[] = numberExecEvents([
	{ type: "thread.started", thread_id: sampleSessionId },
	{ type: "turn.started" },
	{ type: "item.completed", item: execItemSamples.reasoning },
	{
		type: "item.started",
		item: { ...execItemSamples.command_execution, aggregated_output: "", exit_code: null, status: "in_progress" },
	},
	{ type: "item.completed", item: execItemSamples.command_execution },
	{ type: "item.completed", item: execItemSamples.agent_message },
	{ type: "turn.completed", usage },
]);

const todo = (completed: boolean): ExecItem => ({ ...execItemSamples.todo_list, items: [{ text: "read", completed }] });

/** A thread with a plan and a patch that fails in the end. */
export const failedExecThreadSample: readonly ExecEvent[] = numberExecEvents([
	{ type: "thread.started", thread_id: sampleSessionId },
	{ type: "turn.started" },
	{ type: "item.started", item: todo(false) },
	{ type: "item.updated", item: todo(true) },
	{ type: "item.completed", item: execItemSamples.file_change },
	{ type: "error", message: "the stream was cut" },
	{ type: "item.completed", item: todo(true) },
	{ type: "turn.failed", error: { message: "the stream was cut" } },
]);

/** One event of each type. */
export const execEventSamples: Samples<ExecEvent> = {
	"thread.started": { type: "thread.started", thread_id: sampleSessionId, v: execEventVersion, seq: 0 },
	"turn.started": { type: "turn.started", v: execEventVersion, seq: 1 },
	"turn.completed": { type: "turn.completed", usage, v: execEventVersion, seq: 9 },
	"turn.failed": { type: "turn.failed", error: { message: "interrupted" }, v: execEventVersion, seq: 9 },
	"item.started": { type: "item.started", item: todo(false), v: execEventVersion, seq: 2 },
	"item.updated": { type: "item.updated", item: todo(true), v: execEventVersion, seq: 3 },
	"item.completed": {
		type: "item.completed",
		item: execItemSamples.mcp_tool_call,
		v: execEventVersion,
		seq: 4,
	},
	error: { type: "error", message: "the stream was cut", v: execEventVersion, seq: 5 },
};
