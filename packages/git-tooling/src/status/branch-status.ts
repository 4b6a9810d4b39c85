// Asks git where a work tree stands: branch, upstream, and how many files differ. The counting runs through a shadow, so
// that no filter, hook or monitor of the repository runs.

import { askGit } from "../process/ask-git.ts";
import { doorOf, type Repository } from "../repository/repository.ts";
import { withShadow } from "../repository/shadow.ts";

/** Where a work tree stands. */
export interface BranchStatus {
	readonly head:
		| { readonly kind: "branch"; readonly name: string; readonly id: string }
		/** A branch without a commit. */
		| { readonly kind: "unborn"; readonly name: string }
		| { readonly kind: "detached"; readonly id: string };
	/** The branch that this one follows; `gone` when it does not exist (any more). Absent without one. */
	readonly upstream?: {
		readonly name: string;
		readonly ahead: number;
		readonly behind: number;
		readonly gone: boolean;
	};
	/** Files that differ; a file may count as staged and unstaged. Zero in a bare repository. */
	readonly changes: ChangeCounts;
}

/** Numbers of files. */
export interface ChangeCounts {
	readonly staged: number;
	readonly unstaged: number;
	/** Untracked files, and untracked folders each as one. */
	readonly untracked: number;
	readonly conflicted: number;
}

/** A status, with the full names of the refs that it came from. */
export interface StatusReading {
	readonly status: BranchStatus;
	readonly refs: readonly string[];
}

const noChanges: ChangeCounts = { staged: 0, unstaged: 0, untracked: 0, conflicted: 0 };

/** Asks anew. @throws GitToolingError `git_failed`, `git_missing`, `timeout` */
export async function readBranchStatus(repository: Repository): Promise<StatusReading> {
	const [{ head, upstream, refs }, changes] = await Promise.all([
		readHead(repository),
		repository.bare ? Promise.resolve(noChanges) : countChanges(repository),
	]);
	return { status: { head, ...(upstream === undefined ? {} : { upstream }), changes }, refs };
}

type Head = Pick<BranchStatus, "head" | "upstream"> & Pick<StatusReading, "refs">;

async function readHead(repository: Repository): Promise<Head> {
	const door = doorOf(repository);
	const symbolic = await askGit(door, ["symbolic-ref", "--quiet", "HEAD"]);
	const ref = symbolic.kind === "text" ? symbolic.text.trim() : "";
	if (!ref.startsWith("refs/heads/")) {
		const answer = await askGit(door, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]);
		return { head: { kind: "detached", id: answer.kind === "text" ? answer.text.trim() : "" }, refs: [] };
	}
	const name = ref.slice("refs/heads/".length);
	const format = "%(refname)%00%(objectname)%00%(upstream)%00%(upstream:short)%00%(upstream:track,nobracket)";
	const answer = await askGit(door, ["for-each-ref", `--format=${format}`, "--", ref]);
	const lines = answer.kind === "text" ? answer.text.split("\n") : [];
	// A pattern also matches the refs below a ref of that name.
	const fields = lines.map((line) => line.split("\0")).find(([refname]) => refname === ref);
	if (fields === undefined) return { head: { kind: "unborn", name }, refs: [ref] };
	const [, id = "", upstreamRef = "", upstreamName = "", track = ""] = fields;
	const head = { kind: "branch", name, id } as const;
	if (upstreamRef === "") return { head, refs: [ref] };
	const count = (word: string): number => Number(new RegExp(`${word} (\\d+)`).exec(track)?.[1] ?? 0);
	const upstream = { name: upstreamName, ahead: count("ahead"), behind: count("behind"), gone: track === "gone" };
	return { head, upstream, refs: [ref, upstreamRef] };
}

/** Counts what differs in a work tree. @throws GitToolingError as `runGit` */
export async function countChanges(repository: Repository): Promise<ChangeCounts> {
	const args = [
		"status",
		"--porcelain=v2",
		"-z",
		"--no-renames",
		"--untracked-files=normal",
		"--ignore-submodules=dirty",
	];
	const { stdout } = await withShadow(repository, (shadow) =>
		shadow.withIndex((indexFile) => shadow.run(args, { indexFile })),
	);
	return parseCounts(stdout.toString("latin1"));
}

/** Counts the lines of `git status --porcelain=v2 -z` without renames. */
export function parseCounts(text: string): ChangeCounts {
	const counts = { staged: 0, unstaged: 0, untracked: 0, conflicted: 0 };
	for (const entry of text.split("\0")) {
		if (entry.startsWith("? ")) counts.untracked += 1;
		else if (entry.startsWith("u ")) counts.conflicted += 1;
		else if (entry.startsWith("1 ") || entry.startsWith("2 ")) {
			if (entry[2] !== ".") counts.staged += 1;
			if (entry[3] !== ".") counts.unstaged += 1;
		}
	}
	return counts;
}
