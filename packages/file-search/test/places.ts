// Stores, matchers and indexes for the tests of this package.

import type { FileIndex, FileIndexOptions, PathSource, SearchClock } from "../src/index.ts";
import { createFileIndex } from "../src/index.ts";
import { createMatcher, type Found } from "../src/rank/matcher.ts";
import { createPathStore, type PathStore } from "../src/store/path-store.ts";

export function storeOf(paths: readonly string[]): PathStore {
	const store = createPathStore();
	for (const path of paths) store.add(path);
	return store;
}

export async function find(store: PathStore, query: string, limit = 20): Promise<Found> {
	const found = await createMatcher(store).run(query, { limit, signal: new AbortController().signal });
	if (found === undefined) throw new Error("aborted");
	return found;
}

export async function namesFound(paths: readonly string[], query: string): Promise<string[]> {
	return (await find(storeOf(paths), query)).matches.map(({ path }) => path);
}

/** The machine's clock. */
const realClock: SearchClock = {
	monotonicMs: () => performance.now(),
	sleep: (ms, signal) =>
		new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener("abort", () => {
				clearTimeout(timer);
				resolve();
			});
		}),
};

export function listedSource(paths: readonly string[], more: Partial<PathSource> = {}): PathSource {
	return {
		list: async (_folder, take) => {
			await take({ kind: "files", paths: Buffer.from(paths.map((path) => `${path}\0`).join("")) });
			return { kind: "listed" };
		},
		recent: () => Promise.resolve([]),
		...more,
	};
}

export function indexOf(root: string, options: Partial<FileIndexOptions> = {}): FileIndex {
	return createFileIndex({ root, clock: realClock, ...options });
}

/** All paths of an index, sorted. */
export async function pathsOf(index: FileIndex): Promise<string[]> {
	const answer = await index.search("", { limit: 10_000 });
	return (answer?.matches ?? []).map(({ path }) => path).sort();
}
