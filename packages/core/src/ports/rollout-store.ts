// The port that persists a session.

import type { RolloutPayload } from "@codex/protocol";

/** Writes the records of one session. */
export interface RolloutWriter {
	/** Absolute path of the file; absent when nothing is persisted. */
	readonly path?: string;
	/** Queues records, in order. Never throws; a failed write is reported once through `onProblem`, and the session goes on. */
	append(payloads: readonly RolloutPayload[]): void;
	/** Resolves when everything appended so far is written and fsynced (or has failed, which was reported). */
	flush(): Promise<void>;
	/**
	 * True when something was saved and now nothing can be any more: a resume would not know what is done from here on.
	 * Absent: never.
	 */
	readonly isBroken?: () => boolean;
	/** Flushes and closes. */
	close(): Promise<void>;
}
