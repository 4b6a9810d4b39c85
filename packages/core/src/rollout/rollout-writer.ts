// Persists a session while it runs. A session never waits for its file and never fails because of it; secrets are masked
// before a byte leaves memory.

import type { Clock, RolloutPayload, SessionMeta } from "@codex/protocol";
import type { RolloutWriter } from "../ports/rollout-store.ts";
import { LineQueue } from "./line-queue.ts";
import { openForAppending } from "./rollout-file.ts";
import { rolloutPath } from "./rollout-path.ts";

/** What a writer is made of. */
export interface RolloutWriterOptions {
	/** The sessions folder, absolute. Made with mode 0700 when missing. */
	readonly dir: string;
	/** Names the file: its id, and its timestamp in local time. The session itself appends it as the first record. */
	readonly meta: SessionMeta;
	readonly clock: Pick<Clock, "nowMs">;
	/** Masks secrets: gets each payload and returns what is written instead. Called once a record, in order. */
	readonly redact: (payload: unknown) => unknown;
	/** Told once, in one sentence, when the session cannot be saved any more. Must not throw. */
	readonly onProblem: (message: string) => void;
	/** An existing rollout, as {@link findRollout} found it, that goes on. `dir` is then not used. */
	readonly resumePath?: string;
}

interface TimedPayload {
	readonly atMs: number;
	readonly record: RolloutPayload;
}

/**
 * Makes the writer of one session.
 *
 * Nothing is touched until the first `append`: then the file (0600) and its folders (0700) are made, or with `resumePath`
 * the file is opened where it is, its torn last line closed. One write a batch, synced by `flush` and `close` alone.
 * Symbolic links are refused. After a failed write everything is dropped.
 */
export function createRolloutWriter(options: RolloutWriterOptions): RolloutWriter {
	const { clock, meta, redact, resumePath } = options;
	const startedAtMs = Date.parse(meta.timestamp);
	const path = resumePath ?? rolloutPath(options.dir, meta.id, Number.isNaN(startedAtMs) ? clock.nowMs() : startedAtMs);
	const queue = new LineQueue<TimedPayload>({
		open: () => openForAppending(path, resumePath === undefined),
		toLine: ({ atMs, record }) =>
			JSON.stringify({ timestamp: new Date(atMs).toISOString(), type: record.type, payload: redact(record.payload) }),
		onFailure: (error) => options.onProblem(`the session is no longer saved to ${path}: ${error.message}`),
	});
	return {
		path,
		append: (payloads) => {
			const atMs = clock.nowMs();
			queue.append(payloads.map((record) => ({ atMs, record })));
		},
		flush: () => queue.flush(),
		close: () => queue.close(),
	};
}

/** The writer of a session that is not persisted (`--ephemeral`): it has no path and keeps nothing. */
export function createNullRollout(): RolloutWriter {
	const nothing = Promise.resolve();
	return { append: () => undefined, flush: () => nothing, close: () => nothing };
}
