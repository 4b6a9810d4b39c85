// The other tools, ours and those of MCP servers, and the plan. Begin and end pair by callId, also on abort.

import type { CallId } from "../ids.ts";
import type { JsonValue } from "../model.ts";

/** A tool call begins. `server` is `code` for built-in tools, else the MCP server's name. */
export interface ToolCallBeginEvent {
	readonly type: "tool_call_begin";
	readonly callId: CallId;
	readonly server: string;
	readonly tool: string;
	readonly arguments: JsonValue;
}

/** A tool call ended. */
export interface ToolCallEndEvent {
	readonly type: "tool_call_end";
	readonly callId: CallId;
	readonly server: string;
	readonly tool: string;
	readonly arguments: JsonValue;
	readonly status: "completed" | "failed" | "aborted";
	/** What the model was told; text, shortened as for the model. */
	readonly output: string;
	/** Milliseconds. */
	readonly durationMs: number;
}

/** One step of the plan. */
export interface PlanStep {
	readonly step: string;
	readonly status: "pending" | "in_progress" | "completed";
}

/** The model wrote or changed its plan. */
export interface PlanUpdateEvent {
	readonly type: "plan_update";
	readonly explanation?: string;
	readonly plan: readonly PlanStep[];
}

/** The other tools and the plan. */
export type ToolEventMsg = ToolCallBeginEvent | ToolCallEndEvent | PlanUpdateEvent;
