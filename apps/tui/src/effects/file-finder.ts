// Finds files while the user types after `@`: one index of the session's folder, opened with the first use, that follows
// changes; another folder gets another one.

import { openFileIndex, type OpenedFiles, type Runtime } from "@codex/runtime";
import type { Action } from "../app/action.ts";

/** Finds files. */
export interface FileFinder {
	/** Asks; answers come as actions, the last one is complete. What was asked before is dropped. */
	find(folder: string, query: string): void;
	/** Lets the index go. */
	close(): void;
}

// As many as the popup can be scrolled through.
const limit = 50;

// A name that no keyboard can type stands for nothing in a prompt.
const isTypable = (path: string): boolean => !/[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]/.test(path);

interface OpenFinder {
	readonly folder: string;
	update(query: string): void;
	close(): void;
}

function open({ index }: OpenedFiles, folder: string, dispatch: (action: Action) => void): OpenFinder {
	const session = index.openSession({
		limit,
		onAnswer: ({ query, matches, complete }) => {
			const files = matches
				.filter(({ path }) => isTypable(path))
				.map(({ path, ranges }) => ({
					path,
					positions: ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at)),
				}));
			dispatch({ type: "files_found", query, files, isComplete: complete });
		},
	});
	return { folder, update: (query) => session.update(query), close: () => index.close() };
}

/** Makes one; nothing is opened before the first question. */
export function createFileFinder(runtime: Runtime, dispatch: (action: Action) => void): FileFinder {
	let finder: OpenFinder | undefined;
	let opening: { readonly folder: string; query: string } | undefined;
	let isClosed = false;
	const begin = async (wanted: { readonly folder: string; query: string }): Promise<void> => {
		const opened = await openFileIndex(runtime, { cwd: wanted.folder, watch: true });
		if (opened.kind === "error") {
			if (opening === wanted) opening = undefined;
			dispatch({ type: "files_found", query: wanted.query, files: [], isComplete: true });
			return;
		}
		if (isClosed || opening !== wanted) return opened.index.close();
		opening = undefined;
		finder?.close();
		finder = open(opened, wanted.folder, dispatch);
		finder.update(wanted.query);
	};
	return {
		find: (folder, query) => {
			if (finder?.folder === folder) finder.update(query);
			else if (opening?.folder === folder) opening.query = query;
			else {
				opening = { folder, query };
				void begin(opening);
			}
		},
		close: () => {
			isClosed = true;
			finder?.close();
		},
	};
}
