// A search that follows the typing: the last query wins, and is asked again whenever the list became larger or another one.

import { createMatcher, type FileMatch, type Found, type Matcher } from "../rank/matcher.ts";
import type { PathStore } from "../store/path-store.ts";

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
	/** The list of files was whole, and the answer is not provisional. */
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

/** The list that is searched now. */
export interface ListPart {
	readonly store: PathStore;
	readonly complete: boolean;
}

/** A session as its index sees it. */
export interface RunningSession extends SearchSession {
	/** The list changed. */
	wake(): void;
}

const sessionLimit = 8;

/** Makes a session over what `now` gives; nothing is asked before the first update. */
export function createSession({ limit = sessionLimit, onAnswer }: SessionOptions, now: () => ListPart): RunningSession {
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
			if (!signal.aborted && !closed) onAnswer({ query: asked, ...found, searched, complete: false });
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
