// Which files a work tree has, as git sees it, and which were worked on lately. Both run through a shadow, so that nothing
// of the repository's settings runs. Nothing is read of a file's content.

import { GitToolingError } from "../git-tooling-error.ts";
import type { Repository } from "../repository/repository.ts";
import { type Shadow, withShadow } from "../repository/shadow.ts";

/** What is listed. */
export interface ListRequest {
	/** Only what is in this folder: relative to the root, with `/`, no slash at its end. Default: everything. */
	readonly below?: string;
	/** Stops git; the call then rejects with `aborted`. */
	readonly signal?: AbortSignal;
}

/** A part of the list; paths are relative to the root, each ended by a NUL, bytes as in the file system. */
export interface ListPart {
	/**
	 * - `tracked`: files in the index, those of a sparse checkout that are not there excepted; one with a conflict may come
	 *   several times. A submodule's path ends in `/`.
	 * - `untracked`: files that git neither knows nor ignores. A repository inside is one path that ends in `/`.
	 * - `gone`: tracked files that are not there
	 */
	readonly of: "tracked" | "untracked" | "gone";
	readonly paths: Buffer;
}

const submoduleMode = "160000";

/**
 * Lists the files of a work tree: first what is tracked, then what is not, then what is gone. Nothing of a bare repository.
 *
 * @throws GitToolingError `git_failed`, `git_missing`, `timeout`, `aborted`
 */
export async function listFiles(
	repository: Repository,
	request: ListRequest,
	take: (part: ListPart) => Promise<void>,
): Promise<void> {
	if (repository.bare) return;
	const { below, signal } = request;
	const where = below === undefined || below === "" ? [] : ["--", below];
	await withShadow(repository, (shadow) =>
		shadow.withIndex(async (indexFile) => {
			const call = { indexFile, signal, maxBytes: maxListBytes };
			const ask = async (...options: string[]): Promise<Buffer> =>
				(await shadow.run(["ls-files", "-z", ...options, ...where], call)).stdout;
			// What git looks up on the disk takes longer: it runs beside what the index says.
			const untracked = ask("--others", "--exclude-standard");
			const gone = ask("--deleted");
			// An abort rejects all of them; the first is reported.
			untracked.catch(() => undefined);
			gone.catch(() => undefined);
			await take({ of: "tracked", paths: await tracked(shadow, call, where) });
			await take({ of: "untracked", paths: await untracked });
			await take({ of: "gone", paths: await gone });
		}),
	);
}

/** Paths of a million files, with some room. */
const maxListBytes = 512 * 1024 * 1024;

type Call = Parameters<Shadow["run"]>[1];

async function tracked(shadow: Shadow, call: Call, where: readonly string[]): Promise<Buffer> {
	// The tag of each file: `S` is one that a sparse checkout leaves out. Only where there are such is it asked for.
	const [list, marked] = await Promise.all([
		shadow.run(["ls-files", "-z", "--stage", ...where], call),
		shadow.run(["ls-files", "-z", "-t", ...where], call),
	]);
	const left = new Set<string>();
	const tags = marked.stdout;
	for (let start = 0; start < tags.length; ) {
		const end = endOf(tags, start);
		if (tags[start] === 0x53) left.add(tags.toString("latin1", start + 2, end));
		start = end + 1;
	}
	const paths: Buffer[] = [];
	const all = list.stdout;
	for (let start = 0; start < all.length; ) {
		const end = endOf(all, start);
		const path = all.subarray(all.indexOf(0x09, start) + 1, end);
		const isSubmodule = all.toString("latin1", start, start + submoduleMode.length) === submoduleMode;
		if (left.size === 0 || !left.has(path.toString("latin1"))) {
			paths.push(path, isSubmodule ? folderEnd : fileEnd);
		}
		start = end + 1;
	}
	return Buffer.concat(paths);
}

const fileEnd = Buffer.from("\0");
const folderEnd = Buffer.from("/\0");

function endOf(bytes: Buffer, start: number): number {
	const found = bytes.indexOf(0, start);
	return found === -1 ? bytes.length : found;
}

/**
 * Files that the last `commits` (default 50) changed, and before them those that differ from the last commit: most recent
 * first, each once, as text relative to the root; names that are not UTF-8 are left out. Empty without a commit.
 *
 * @throws GitToolingError `git_missing`, `timeout`, `aborted`
 */
export async function recentFiles(
	repository: Repository,
	{ commits = 50, signal }: { readonly commits?: number; readonly signal?: AbortSignal } = {},
): Promise<readonly string[]> {
	if (repository.bare) return [];
	try {
		return await withShadow(repository, (shadow) =>
			shadow.withIndex(async (indexFile) => {
				const call = { indexFile, signal, maxBytes: maxRecentBytes };
				const plain = ["-z", "--name-only", "--no-renames", "--ignore-submodules=all"];
				const [changed, logged] = await Promise.all([
					shadow.run(["diff-index", ...plain, "HEAD"], call),
					shadow.run(["log", "--format=", `-n${commits}`, "--no-merges", "--no-ext-diff", ...plain], call),
				]);
				const paths = [changed, logged].flatMap(({ stdout }) => stdout.toString("utf8").split("\0"));
				// git log puts a line end before the first file of a commit.
				const names = paths.map((path) => path.replace(/^\n+/, ""));
				return [...new Set(names.filter((path) => path !== "" && !path.includes("\uFFFD")))];
			}),
		);
	} catch (error) {
		if (error instanceof GitToolingError && error.code === "git_failed") return [];
		throw error;
	}
}

/** A commit that touches everything is cut: its order says nothing. */
const maxRecentBytes = 4 * 1024 * 1024;
