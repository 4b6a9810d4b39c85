// File search for shells: an index of a folder for a picker, and one question for a command. The package is loaded with
// the first use.

import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import type { FileIndex, FileMatch } from "@codex/file-search";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { createGitPathSource } from "./git-path-source.ts";

/** Which files are searched. */
export interface FileSearchPlace {
	/** Default: the folder in which the program was started. A relative path counts from there. */
	readonly cwd?: string;
	/** Outside a repository, names that begin with a dot too. Default false. */
	readonly hidden?: boolean;
	/** Changes of the folder are noticed. Default false. */
	readonly watch?: boolean;
}

/** An index that was opened; who opened it closes it. */
export interface OpenedFiles {
	readonly kind: "ok";
	/** Real path of the folder. */
	readonly root: string;
	readonly index: FileIndex;
}

/** Opens the index of a folder and begins its list. A folder that cannot be used is an error (exit code 2). */
export async function openFileIndex(
	context: RuntimeContext,
	place: FileSearchPlace = {},
): Promise<OpenedFiles | StartError> {
	const named = path.resolve(context.environment.cwd, place.cwd ?? ".");
	let root: string;
	try {
		root = await realpath(named);
		if (!(await stat(root)).isDirectory()) return startError(exitCodes.usage, `${named} is not a folder`);
	} catch (thrown) {
		return startError(exitCodes.usage, `the folder ${named} cannot be used: ${toError(thrown).message}`);
	}
	const { createFileIndex } = await import("@codex/file-search");
	const index = createFileIndex({
		root,
		clock: context.clock,
		source: createGitPathSource(context),
		hidden: place.hidden ?? false,
		watch: place.watch ?? false,
	});
	return { kind: "ok", root, index };
}

/** One question. */
export interface FileSearchRequest extends FileSearchPlace {
	readonly query: string;
	/** Default 64. */
	readonly limit?: number;
	readonly signal?: AbortSignal;
}

/** The answer to a question. */
export interface FileSearchResult {
	readonly kind: "ok";
	readonly root: string;
	/** Best first. */
	readonly matches: readonly FileMatch[];
	/** Paths that match, shown or not. */
	readonly total: number;
	readonly searched: number;
	/** Folders that could not be read. */
	readonly unreadable: number;
	/** There were more files than an index holds. */
	readonly truncated: boolean;
	/** Something of the folder could not be read: a sentence. */
	readonly problem?: string;
}

/** Searches the files of a folder by name. An abort is `aborted`. Never rejects. */
export async function searchFiles(
	context: RuntimeContext,
	{ query, limit, signal, ...place }: FileSearchRequest,
): Promise<FileSearchResult | StartError | { readonly kind: "aborted" }> {
	const opened = await openFileIndex(context, place);
	if (opened.kind !== "ok") return opened;
	const { root, index } = opened;
	try {
		const answer = await index.search(query, {
			...(limit === undefined ? {} : { limit }),
			...(signal === undefined ? {} : { signal }),
		});
		if (answer === undefined) return { kind: "aborted" };
		const { unreadable, truncated, problem } = index.state();
		const { matches, total, searched } = answer;
		const said = problem === undefined ? {} : { problem };
		return { kind: "ok", root, matches, total, searched, unreadable, truncated, ...said };
	} finally {
		index.close();
	}
}
