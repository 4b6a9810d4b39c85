// Where a session's answers come from: a provider, or a recording. One interface, so that a session does not care.

import type { ModelStream, SessionPorts } from "@codex/core";
import type {
	JsonObject,
	ReasoningEffort,
	ReasoningSummary,
	RecordedToolCall,
	RecordingEnd,
	UserInput,
} from "@codex/protocol";

/** What is known when the first input comes. */
export interface FirstInput {
	readonly items: readonly UserInput[];
	readonly outputSchema?: JsonObject;
}

/** A recording holds failed requests too, and the session tries again as it did then: with the usual numbers. */
export const recordedRetries = { requestMaxRetries: 4, streamMaxRetries: 5 } as const;

/** A source of answers. */
export interface AnswerSource {
	readonly stream: ModelStream;
	readonly model: string;
	/** A phrase that says why this one; `""` when there is nothing to say. */
	readonly because: string;
	readonly requestMaxRetries: number;
	readonly streamMaxRetries: number;
	/** Settings of a recording, which hold unless the user says otherwise. */
	readonly effort?: ReasoningEffort;
	readonly summary?: ReasoningSummary;
	/** The recording that answers. */
	readonly answersFrom?: string;
	/** Loads what the first request needs. Never rejects. */
	warm(): Promise<void>;
	/** Called once, before the first input reaches the session. */
	begin(input: FirstInput): void;
	readonly onToolCall?: (record: RecordedToolCall) => void;
	readonly recordedTool?: (callId: string) => RecordedToolCall | undefined;
	/** Set when the source has a say in the order of events: wraps the session's emitter. */
	readonly arrange?: (emit: SessionPorts["emit"]) => SessionPorts["emit"];
	/** Lets go of everything. Resolves to sentences about what did not go as it should. */
	finish(outcome: RecordingEnd["outcome"]): Promise<readonly string[]>;
}
