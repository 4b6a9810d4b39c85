// Persists a session while it runs. A session never waits for its file and never fails because of it; secrets are masked
// before a byte leaves memory.

import type { Clock, RolloutPayload, SessionMeta } from "@codex/protocol";
import type { RolloutWriter } from "../ports/rollout-store.ts";
import { blobFolderOf, stringifyWithBlobs } from "./blob-store.ts";
import { LineQueue } from "./line-queue.ts";
import type { RolloutEnd } from "./read-rollout.ts";
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
	/** With `resumePath`: where its lines end, as {@link readRollout} found it; another `parent` begins a branch there. */
	readonly end?: RolloutEnd;
	/** Called before the file is opened; a rejection is a failure to write. */
	readonly beforeOpen?: (path: string) => Promise<void>;
}

interface TimedPayload {
	readonly atMs: number;
	readonly id: number;
	readonly parent: number | null;
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
	let lastId = options.end?.lastId ?? 0;
	let parent = options.end?.parent ?? null;
	const blobs = blobFolderOf(path);
	const queue = new LineQueue<TimedPayload>({
		open: async () => {
			await options.beforeOpen?.(path);
			return openForAppending(path, resumePath === undefined);
		},
		toLine: ({ atMs, id, parent, record }) => {
			const timestamp = new Date(atMs).toISOString();
			return stringifyWithBlobs({ timestamp, id, parent, type: record.type, payload: redact(record.payload) }, blobs);
		},
		onFailure: (error) => options.onProblem(`the session is no longer saved to ${path}: ${error.message}`),
	});
	return {
		path,
		append: (payloads) => {
			const atMs = clock.nowMs();
			const records = payloads.map((record): TimedPayload => {
				const before = parent;
				lastId += 1;
				parent = lastId;
				return { atMs, id: lastId, parent: before, record };
			});
			queue.append(records);
		},
		flush: () => queue.flush(),
		// A session that goes on has a file whatever happens to it now.
		isBroken: () => queue.isBroken || (queue.hasFailed && resumePath !== undefined),
		close: () => queue.close(),
	};
}

/** The writer of a session that is not persisted (`--ephemeral`): it has no path and keeps nothing. */
export function createNullRollout(): RolloutWriter {
	const nothing = Promise.resolve();
	return { append: () => undefined, flush: () => nothing, close: () => nothing };
}
