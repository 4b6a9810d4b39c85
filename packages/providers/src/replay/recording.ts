// A recording in memory.

import type { ModelEvent, RecordedRequest, RecordedToolCall, RecordingHeader } from "@codex/protocol";

/** A request and what the model answered. */
export interface RecordedRound {
	readonly request: RecordedRequest;
	readonly events: readonly ModelEvent[];
	/** Whether the answer was recorded to its end. */
	readonly whole: boolean;
}

/** What a file holds. */
export interface Recording {
	readonly header: RecordingHeader;
	/** In order; request `n` is at `n - 1`. */
	readonly rounds: readonly RecordedRound[];
	/** In the order in which the tools ended. */
	readonly toolCalls: readonly RecordedToolCall[];
	/** How the recorded run ended; absent when it broke off before its last line. */
	readonly outcome?: "completed" | "failed" | "aborted";
}
