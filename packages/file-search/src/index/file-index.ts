// The files of one folder, kept in memory and searched while the user types. Nothing here holds up the event loop, and
// nothing is answered after the index was closed.

import { createMatcher } from "../rank/matcher.ts";
import type { Built } from "./build.ts";
import { createFileList, type FileIndexOptions } from "./file-list.ts";
import {
	createSession,
	type RunningSession,
	type SearchAnswer,
	type SearchSession,
	type SessionOptions,
} from "./search-session.ts";

/** What is known of an index. */
export interface IndexState {
	/** `building` until the first list is whole. */
	readonly phase: "building" | "ready" | "closed";
	/** Paths that are searched now. */
	readonly count: number;
	/** Where the list came from; absent while the first is made. */
	readonly from?: Built["from"];
	/** Folders that could not be read. */
	readonly unreadable: number;
	/** There were more files than `maxPaths`. */
	readonly truncated: boolean;
	/** Why the folder, or the list of its source, could not be read. */
	readonly problem?: string;
	/** Whether changes are noticed: in all folders, in some, or not at all. */
	readonly watch: "whole" | "partial" | "off";
}

/** The files of one folder. */
export interface FileIndex {
	state(): IndexState;
	/** Resolves when the first list is whole, or the index is closed. */
	readonly ready: Promise<void>;
	/** Searches the whole list, once it is there. Undefined: aborted, or the index is closed. Limit default 64. */
	search(
		query: string,
		options?: { readonly limit?: number; readonly signal?: AbortSignal },
	): Promise<SearchAnswer | undefined>;
	/** Opens a search that follows the typing. */
	openSession(options: SessionOptions): SearchSession;
	/** Makes the list anew; resolves when it is in use, or the index is closed. Calls that overlap share one. */
	refresh(): Promise<void>;
	/** Stops everything, and ends all sessions. */
	close(): void;
}

const searchLimit = 64;

/** Makes the index of a folder and begins its list. Never throws; what goes wrong is in its state. */
export function createFileIndex(options: FileIndexOptions): FileIndex {
	const stop = new AbortController();
	const sessions = new Set<RunningSession>();
	const wakeAll = (): void => {
		for (const session of sessions) session.wake();
	};
	const list = createFileList(options, wakeAll, stop.signal);

	return {
		ready: list.ready,
		state() {
			const { unreadable = 0, truncated = false, ...rest } = list.built ?? {};
			const { store, complete } = list.current;
			const phase = stop.signal.aborted ? "closed" : complete ? "ready" : "building";
			return { phase, count: store.count, unreadable, truncated, ...rest, watch: list.watch };
		},
		async search(query, { limit = searchLimit, signal } = {}) {
			await untilAborted(list.ready, signal);
			const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
			if (both.aborted) return undefined;
			const { store, complete } = list.current;
			const found = await createMatcher(store).run(query, { limit, signal: both });
			return found === undefined ? undefined : { query, ...found, searched: store.count, complete };
		},
		openSession(sessionOptions) {
			const session = createSession(sessionOptions, () => list.current);
			sessions.add(session);
			if (stop.signal.aborted) session.close();
			return {
				update: (query) => session.update(query),
				settled: () => session.settled(),
				close: () => {
					sessions.delete(session);
					session.close();
				},
			};
		},
		refresh: () => list.refresh(),
		close() {
			stop.abort();
			for (const session of sessions) session.close();
			sessions.clear();
		},
	};
}

async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
	if (signal === undefined) return work;
	if (signal.aborted) return;
	await new Promise<void>((resolve) => {
		signal.addEventListener("abort", () => resolve(), { once: true });
		void work.then(resolve);
	});
}
