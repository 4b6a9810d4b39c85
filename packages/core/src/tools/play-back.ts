// Answers a call from a recording: the same events, the same output, nothing done.

import type { EventMsg, RecordedToolCall } from "@codex/protocol";
import type { ToolContext, ToolResult } from "./tool.ts";
import { failed } from "./tool-call.ts";

/** Emits the events of a recorded call and gives its result. Without a record the result is a failure that says so. */
export function playBack(
	record: RecordedToolCall | undefined,
	context: Pick<ToolContext, "callId" | "emit">,
): ToolResult {
	if (record === undefined) return failed(`the recording has no result of the call \`${context.callId}\``);
	for (const event of record.events) context.emit(event);
	return {
		output: record.output,
		status: recordedStatus(record),
		...(record.attach === undefined ? {} : { attach: record.attach }),
	};
}

function recordedStatus({ events, output }: RecordedToolCall): ToolResult["status"] {
	const statuses = events.flatMap(endStatus);
	return statuses.at(-1) ?? (output === "aborted" ? "aborted" : "ok");
}

function endStatus(event: EventMsg): readonly ToolResult["status"][] {
	switch (event.type) {
		case "exec_command_end": {
			const { outcome } = event;
			if (outcome.status === "declined" || outcome.status === "aborted") return [outcome.status];
			return [outcome.status === "exited" && outcome.exitCode === 0 ? "ok" : "failed"];
		}
		case "patch_apply_end":
		case "tool_call_end":
			return [event.status === "completed" ? "ok" : event.status];
		default:
			return [];
	}
}
