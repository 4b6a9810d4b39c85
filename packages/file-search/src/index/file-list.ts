// The list of a folder's files: made in the background, and anew beside the old one when something changed. Who uses it is
// told of each list that is to be searched.

import { createPace } from "../pace.ts";
import type { PathSource } from "../path-source.ts";
import { createPathStore, type PathStore } from "../store/path-store.ts";
import { type Built, buildIndex } from "./build.ts";
import type { ListPart } from "./search-session.ts";
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

/** A list that is kept up to date. */
export interface FileList {
	/** What is searched now. */
	readonly current: ListPart;
	/** How the last whole list was made. */
	readonly built: Built | undefined;
	readonly watch: "whole" | "partial" | "off";
	/** Resolves when the first list is whole, or the signal was raised. */
	readonly ready: Promise<void>;
	/** Makes the list anew; resolves when it is in use. Calls that overlap share one. */
	refresh(): Promise<void>;
}

// Several changes come at once (a checkout, an install): they are taken together.
const settleMs = 150;
// A list may take a fifth of the time at most.
const restFactor = 4;
const minimalRestMs = 500;
const defaultMaxPaths = 1_000_000;
// How often a growing list is looked at: a person sees steps of 50 ms as growth.
const growthMs = 50;

/** Begins the list of a folder. `onChange` is called when another list, or more of the first, is there to be searched. */
export function createFileList(options: FileIndexOptions, onChange: () => void, signal: AbortSignal): FileList {
	const { root, source, clock } = options;
	let current: ListPart = { store: createPathStore(), complete: false };
	let built: Built | undefined;
	let refreshing: Promise<void> | undefined;
	let again = false;
	const watcher = options.watch === true ? watchFolders(root, noticed) : undefined;
	signal.addEventListener("abort", () => watcher?.close(), { once: true });

	function use(part: ListPart): void {
		current = part;
		onChange();
	}

	async function build(first: boolean): Promise<void> {
		let store = first ? current.store : createPathStore();
		const renew = (): PathStore => {
			store = createPathStore();
			if (first) use({ store, complete: false });
			return store;
		};
		const growing = first ? watchGrowth(clock, () => store.size, onChange, signal) : undefined;
		const made = await buildIndex(store, renew, {
			root,
			hidden: options.hidden ?? false,
			maxPaths: options.maxPaths ?? defaultMaxPaths,
			signal,
			...(source === undefined ? {} : { source }),
		});
		growing?.end();
		if (signal.aborted) return;
		built = made;
		use({ store, complete: true });
		await updateWatch(watcher, store);
	}

	function noticed(): void {
		again = true;
		refreshing ??= followChanges().finally(() => {
			refreshing = undefined;
			// A sign that came in the last moment is not lost.
			if (again && !signal.aborted) noticed();
		});
	}

	async function followChanges(): Promise<void> {
		await ready;
		while (again && !signal.aborted) {
			await clock.sleep(settleMs, signal);
			again = false;
			const startedAt = clock.monotonicMs();
			await build(false);
			if (!again) return;
			const spent = clock.monotonicMs() - startedAt;
			await clock.sleep(Math.max(minimalRestMs, spent * restFactor), signal);
		}
	}

	const ready = build(true);

	return {
		ready,
		get current() {
			return current;
		},
		get built() {
			return built;
		},
		get watch() {
			if (watcher === undefined || signal.aborted) return "off";
			return watcher.partial ? "partial" : "whole";
		},
		async refresh() {
			noticed();
			await refreshing;
		},
	};
}

/** While the first list grows, `wake` is called each time it has become a quarter larger. */
function watchGrowth(clock: SearchClock, size: () => number, wake: () => void, signal: AbortSignal): { end(): void } {
	const ended = new AbortController();
	const either = AbortSignal.any([ended.signal, signal]);
	const run = async (): Promise<void> => {
		let answered = 0;
		while (!either.aborted) {
			await clock.sleep(growthMs, either);
			const now = size();
			if (either.aborted || now < answered * 1.25 + 1) continue;
			answered = now;
			wake();
		}
	};
	void run();
	return { end: () => ended.abort() };
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
