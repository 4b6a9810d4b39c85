// The files of one folder, kept in memory and searched while the user types. The list is made in the background; a change
// in the folder makes it anew beside the old one, which answers until then. Nothing here holds up the event loop.

import { createPace } from "../pace.ts";
import type { PathSource } from "../path-source.ts";
import { createMatcher, type FileMatch, type Found, type Matcher } from "../rank/matcher.ts";
import { createPathStore, type PathStore } from "../store/path-store.ts";
import { type Built, buildIndex } from "./build.ts";
import { type FolderWatch, foldersOf, watchFolders } from "./watch-folders.ts";

/** Time, as the program's clock gives it. */
export interface SearchClock {
	/** Monotonic milliseconds. */
	monotonicMs(): number;
	/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How an index is made. */
export interface FileIndexOptions {
	/** Absolute path of the folder. */
	readonly root: string;
	readonly clock: SearchClock;
	/** Who lists the files of a repository; absent: the folder is walked. */
	readonly source?: PathSource;
	/** Whether a walk takes names that begin with a dot. Default false; the list of a source is taken as it is. */
	readonly hidden?: boolean;
	/** Whether changes of the folder are noticed. Default false. */
	readonly watch?: boolean;
	/** Paths at most; 1,000,000 by default, which take some 300 MB. */
	readonly maxPaths?: number;
}

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

/** The answer to one query. */
export interface SearchAnswer {
	readonly query: string;
	/** Best first. */
	readonly matches: readonly FileMatch[];
	/** Paths that match, shown or not; too large in a provisional answer. */
	readonly total: number;
	/** The best by their names, given early; the answer that counts follows. */
	readonly provisional?: true;
	/** Paths that were searched. */
	readonly searched: number;
	/** The list of files was whole. */
	readonly complete: boolean;
}

/** A search that follows what the user types. */
export interface SearchSession {
	/** Asks for `query`; what was asked before is dropped. Returns at once. */
	update(query: string): void;
	/** Resolves when the last query is answered on a whole list, or the session is closed. */
	settled(): Promise<void>;
	/** Ends it; no answer comes after this. */
	close(): void;
}

/** How a session is opened. */
export interface SessionOptions {
	/** Matches in an answer. Default 8. */
	readonly limit?: number;
	/** Takes an answer: at least one for the last query, more while the list grows or changes. Must not throw. */
	readonly onAnswer: (answer: SearchAnswer) => void;
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

// Several changes come at once (a checkout, an install): they are taken together.
const settleMs = 150;
// A list may take a fifth of the time at most.
const restFactor = 4;
const minimalRestMs = 500;
const sessionLimit = 8;
const searchLimit = 64;
const defaultMaxPaths = 1_000_000;

interface Session {
	wake(): void;
	close(): void;
}

interface Part {
	readonly store: PathStore;
	readonly complete: boolean;
}

/** Makes the index of a folder and begins its list. Never throws; what goes wrong is in its state. */
export function createFileIndex(options: FileIndexOptions): FileIndex {
	const stop = new AbortController();
	const sessions = new Set<Session>();
	const { root, source, clock } = options;
	let current: Part = { store: createPathStore(), complete: false };
	let built: Built | undefined;
	let refreshing: Promise<void> | undefined;
	let again = false;
	const watcher = options.watch === true ? watchFolders(root, noticed) : undefined;

	function use(part: Part): void {
		current = part;
		for (const session of sessions) session.wake();
	}

	async function build(first: boolean): Promise<void> {
		let store = first ? current.store : createPathStore();
		const renew = (): PathStore => {
			store = createPathStore();
			if (first) use({ store, complete: false });
			return store;
		};
		const growing = first ? watchGrowth(() => store, stop.signal) : undefined;
		const made = await buildIndex(store, renew, {
			root,
			hidden: options.hidden ?? false,
			maxPaths: options.maxPaths ?? defaultMaxPaths,
			signal: stop.signal,
			...(source === undefined ? {} : { source }),
		});
		growing?.end();
		if (stop.signal.aborted) return;
		built = made;
		use({ store, complete: true });
		await updateWatch(watcher, store);
	}

	/** While the first list grows, open sessions answer again each time it has become a quarter larger. */
	function watchGrowth(storeNow: () => PathStore, signal: AbortSignal): { end(): void } {
		let ended = false;
		const run = async (): Promise<void> => {
			let answered = 0;
			while (!ended && !signal.aborted) {
				await clock.sleep(50, signal);
				const { size } = storeNow();
				if (ended || size < answered * 1.25 + 1) continue;
				answered = size;
				for (const session of sessions) session.wake();
			}
		};
		void run();
		return {
			end: () => {
				ended = true;
			},
		};
	}

	function noticed(): void {
		again = true;
		refreshing ??= followChanges().finally(() => {
			refreshing = undefined;
		});
	}

	async function followChanges(): Promise<void> {
		await ready;
		while (again && !stop.signal.aborted) {
			await clock.sleep(settleMs, stop.signal);
			again = false;
			const startedAt = clock.monotonicMs();
			await build(false);
			if (!again) return;
			const spent = clock.monotonicMs() - startedAt;
			await clock.sleep(Math.max(minimalRestMs, spent * restFactor), stop.signal);
		}
	}

	const ready = build(true);

	return {
		ready,
		state() {
			const { unreadable = 0, truncated = false, ...rest } = built ?? {};
			return {
				phase: stop.signal.aborted ? "closed" : current.complete ? "ready" : "building",
				count: current.store.count,
				unreadable,
				truncated,
				...rest,
				watch: watcher === undefined || stop.signal.aborted ? "off" : watcher.partial ? "partial" : "whole",
			};
		},
		async search(query, { limit = searchLimit, signal } = {}) {
			await untilAborted(ready, signal);
			const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
			if (both.aborted) return undefined;
			const { store, complete } = current;
			const found = await createMatcher(store).run(query, { limit, signal: both });
			return found === undefined ? undefined : { query, ...found, searched: store.count, complete };
		},
		openSession(sessionOptions) {
			const session = createSession(sessionOptions, () => current);
			sessions.add(session);
			if (stop.signal.aborted) session.close();
			return {
				update: session.update,
				settled: session.settled,
				close: () => {
					sessions.delete(session);
					session.close();
				},
			};
		},
		async refresh() {
			noticed();
			await refreshing;
		},
		close() {
			stop.abort();
			watcher?.close();
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

async function updateWatch(watcher: FolderWatch | undefined, store: PathStore): Promise<void> {
	if (watcher === undefined) return;
	const folders = new Set([""]);
	const pace = createPace();
	for (const block of store.blocks) {
		foldersOf(block.texts, folders);
		if (pace.due()) await pace.rest();
	}
	await watcher.update(folders);
}

function createSession(
	{ limit = sessionLimit, onAnswer }: SessionOptions,
	now: () => Part,
): Session & Pick<SearchSession, "update" | "settled"> {
	let query: string | undefined;
	let running: AbortController | undefined;
	let dirty = false;
	let closed = false;
	let answeredWhole = false;
	let matcher: { readonly of: PathStore; readonly ask: Matcher } | undefined;
	let waiting: (() => void)[] = [];

	const release = (): void => {
		for (const resolve of waiting) resolve();
		waiting = [];
	};

	async function answerOnce(asked: string, signal: AbortSignal): Promise<void> {
		const { store, complete } = now();
		if (matcher?.of !== store) matcher = { of: store, ask: createMatcher(store) };
		const searched = store.count;
		const onFirst = (found: Found): void => {
			if (!signal.aborted && !closed) onAnswer({ query: asked, ...found, searched, complete });
		};
		const found = await matcher.ask.run(asked, { limit, signal, onFirst });
		if (found === undefined || signal.aborted || closed) return;
		// A list that is whole may have become so since: then it is asked again.
		answeredWhole = complete;
		onAnswer({ query: asked, ...found, searched, complete });
	}

	async function run(): Promise<void> {
		while (dirty && !closed && query !== undefined) {
			dirty = false;
			running = new AbortController();
			await answerOnce(query, running.signal);
		}
		running = undefined;
		if (answeredWhole || closed) release();
	}

	const wake = (): void => {
		if (query === undefined || closed) return;
		dirty = true;
		if (running === undefined) {
			running = new AbortController();
			void run();
		}
	};

	return {
		wake,
		update(next) {
			query = next;
			answeredWhole = false;
			running?.abort();
			wake();
		},
		settled: () =>
			new Promise((resolve) => {
				if (closed || (answeredWhole && running === undefined)) resolve();
				else waiting.push(resolve);
			}),
		close() {
			closed = true;
			running?.abort();
			release();
		},
	};
}
