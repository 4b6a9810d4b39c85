// A recording: one JSON object a line. It holds what a run's model was asked (digests and summaries) and what it
// answered, and what the tools did, with secrets masked, so that a run can be shown again without a network.

import type { EventMsg } from "./event.ts";
import type { ContentPart, ToolOutput, UserInput } from "./item.ts";
import type { JsonObject, ModelEvent } from "./model.ts";
import type { ApprovalPolicy, ReasoningEffort, ReasoningSummary, SandboxMode } from "./policy.ts";

/** The version of the format in the header. */
export const recordingVersion = 1;

/** The first line. */
export interface RecordingHeader {
	readonly type: "header";
	readonly version: number;
	/** The `code` that wrote it. */
	readonly codeVersion: string;
	readonly sessionId: string;
	readonly model: string;
	readonly provider: string;
	readonly prompt: readonly UserInput[];
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxMode;
	readonly effort?: ReasoningEffort;
	readonly summary?: ReasoningSummary;
	readonly outputSchema?: JsonObject;
	/** The normalisations that the digests rest on, by name. */
	readonly normalisations: readonly string[];
}

/** One input item of a request, so that a difference can be named. */
export interface RecordedItem {
	/** For example `message/user`, `function_call shell`, `function_call_output`. */
	readonly label: string;
	/** SHA-256 of the normalised, masked item, 64 hex digits. */
	readonly digest: string;
	/** The beginning of its normalised, masked text. */
	readonly preview: string;
}

/** A request to the model. Items repeat nothing: only those after the `prefix` of the previous request are listed. */
export interface RecordedRequest {
	readonly type: "request";
	/** From 1. */
	readonly number: number;
	/** SHA-256 over the whole request. */
	readonly digest: string;
	/** Digest of instructions, tools and settings. */
	readonly head: { readonly instructions: string; readonly tools: string; readonly settings: string };
	/** How many leading items are those of the previous request, unchanged. */
	readonly prefix: number;
	readonly items: readonly RecordedItem[];
}

/** An event of the model's answer to request `number`. */
export interface RecordedModelEvent {
	readonly type: "model_event";
	readonly number: number;
	readonly event: ModelEvent;
}

/**
 * The end of the answer to request `number`, also of a failed one. An answer without it was cut off with its run.
 */
export interface RecordedResponseEnd {
	readonly type: "response_end";
	readonly number: number;
	/** How many `model_event` lines the answer has. */
	readonly events: number;
	/** SHA-256 over those lines as they stand in the file, each with its newline, 64 hex digits. */
	readonly digest: string;
}

/** What a tool did: the events it caused and what the model was told. */
export interface RecordedToolCall {
	readonly type: "tool_call";
	readonly callId: string;
	readonly events: readonly EventMsg[];
	readonly output: ToolOutput;
	/** Input that joined the conversation after the outputs of the round (images). */
	readonly attach?: readonly ContentPart[];
	/** How many calls of the run had ended when this one sent its first event. Default 0, as before it was written. */
	readonly endedBefore?: number;
}

/** The last line of a run that was recorded to its end. */
export interface RecordingEnd {
	readonly type: "end";
	readonly requests: number;
	readonly outcome: "completed" | "failed" | "aborted";
	/**
	 * SHA-256 over all lines before this one as they stand in the file and over this one without its digest, each with its
	 * newline, 64 hex digits.
	 */
	readonly digest: string;
}

/** One line of a recording. */
export type RecordingLine =
	| RecordingHeader
	| RecordedRequest
	| RecordedModelEvent
	| RecordedResponseEnd
	| RecordedToolCall
	| RecordingEnd;
