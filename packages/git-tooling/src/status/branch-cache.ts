// Keeps the last status of a work tree. A read is a handful of stats; git is asked again when HEAD, the index, the
// branch, its upstream, packed refs or the settings changed on disk, or when the cache was told so. An edit of a file
// changes none of these: who edits calls `invalidate`.

import { statSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../repository/repository.ts";
import { type BranchStatus, readBranchStatus } from "./branch-status.ts";

/** The status of one work tree, kept. */
export interface BranchCache {
	/**
	 * The status; from memory when nothing told otherwise. Readers at the same time share one question to git.
	 *
	 * @throws GitToolingError `git_failed`, `git_missing`, `timeout`; the next read then asks again
	 */
	read(): Promise<BranchStatus>;
	/** What was read last, however old; for painting at once. */
	peek(): BranchStatus | undefined;
	/** The next read asks git, even when a question is under way. */
	invalidate(): void;
}

/** Settings of a {@link BranchCache}. */
export interface BranchCacheOptions {
	/** Ask again after so many milliseconds, for changes that nobody told of. Default: never. */
	readonly maxAgeMs?: number;
	/** Milliseconds with any origin. Default the system's clock. */
	readonly nowMs?: () => number;
}

interface Kept {
	readonly status: BranchStatus;
	readonly refs: readonly string[];
	readonly marks: string;
	readonly atMs: number;
}

/** Makes an empty cache; git is first asked by the first read. */
export function createBranchCache(repository: Repository, options: BranchCacheOptions = {}): BranchCache {
	const { maxAgeMs = Number.POSITIVE_INFINITY, nowMs = Date.now } = options;
	let kept: Kept | undefined;
	let shown: BranchStatus | undefined;
	let asking: Promise<BranchStatus> | undefined;
	let generation = 0;

	const ask = async (refs: readonly string[]): Promise<BranchStatus> => {
		const began = generation;
		const [marks, atMs] = [marksOf(repository, refs), nowMs()];
		const reading = await readBranchStatus(repository);
		// The marks must be older than the answer; the first time the names of the refs are not known before it.
		const sameRefs = reading.refs.join("\0") === refs.join("\0");
		if (!sameRefs) return ask(reading.refs);
		shown = reading.status;
		if (began === generation) kept = { ...reading, marks, atMs };
		return reading.status;
	};

	return {
		read() {
			if (kept !== undefined && nowMs() - kept.atMs <= maxAgeMs && kept.marks === marksOf(repository, kept.refs)) {
				return Promise.resolve(kept.status);
			}
			if (asking !== undefined) return asking;
			const question = ask(kept?.refs ?? []).finally(() => {
				if (asking === question) asking = undefined;
			});
			asking = question;
			return question;
		},
		peek: () => shown,
		invalidate() {
			generation += 1;
			kept = undefined;
			asking = undefined;
		},
	};
}

function marksOf({ gitDir, commonDir }: Repository, refs: readonly string[]): string {
	const paths = [
		join(gitDir, "HEAD"),
		join(gitDir, "index"),
		join(gitDir, "config.worktree"),
		join(commonDir, "config"),
		join(commonDir, "packed-refs"),
		join(commonDir, "info/exclude"),
		join(commonDir, "reftable/tables.list"),
		...refs.map((ref) => join(commonDir, ref)),
	];
	return paths.map(markOf).join("|");
}

function markOf(path: string): string {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats === undefined ? "-" : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
}
