// The frame of a call that has no events of its own kind: tool_call_begin, the work, tool_call_end. Guarantees the pair,
// whatever the work does.

import { type JsonValue, type ToolOutput, toError } from "@codex/protocol";
import type { ToolContext, ToolResult } from "./tool.ts";

// The name that built-in tools have in events.
const builtInServer = "code";

/** A result that the model may act on. */
export function failed(sentence: string): ToolResult {
	return { output: sentence, status: "failed" };
}

/** The answer to a call that was stopped by an abort. */
export const abortedResult: ToolResult = Object.freeze({ output: "aborted", status: "aborted" });

/** The text of an output, for events; images are left out. */
export function outputText(output: ToolOutput): string {
	if (typeof output === "string") return output;
	return output.flatMap((part) => (part.type === "input_image" ? [] : [part.text])).join("\n");
}

/** What is known of a call when it begins. */
export interface FramedCall {
	/** Of an MCP server; absent for built-in tools. */
	readonly server?: string;
	readonly tool: string;
	/** As the model gave them. */
	readonly args: JsonValue;
}

/**
 * Runs `work` between the two events of a generic tool call.
 *
 * Contract: never rejects. What `work` throws becomes a failed result that begins `internal error`; after an abort it
 * is an aborted one.
 */
export async function runFramed(
	{ server = builtInServer, tool, args }: FramedCall,
	context: ToolContext,
	work: () => Promise<ToolResult> | ToolResult,
): Promise<ToolResult> {
	const startedMs = context.clock.monotonicMs();
	const call = { callId: context.callId, server, tool, arguments: args };
	context.emit({ type: "tool_call_begin", ...call });
	let result: ToolResult;
	try {
		result = await work();
	} catch (error) {
		result = context.signal.aborted ? abortedResult : failed(`internal error: ${toError(error).message}`);
	}
	context.emit({
		type: "tool_call_end",
		...call,
		status: eventStatus(result.status),
		output: outputText(result.output),
		durationMs: Math.max(0, Math.round(context.clock.monotonicMs() - startedMs)),
	});
	return result;
}

function eventStatus(status: ToolResult["status"]): "completed" | "failed" | "aborted" {
	if (status === "ok") return "completed";
	return status === "aborted" ? "aborted" : "failed";
}
