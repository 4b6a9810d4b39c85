// Merges a commit into the branch of a work tree, only when it merges without a conflict and touches no file that somebody
// changed. The merged tree and its commit are complete before a file is touched; HEAD moves last. Nothing of the
// repository runs.

import { moveHead, writeCommit } from "../commit/commit-all.ts";
import { diff } from "../diff/diff.ts";
import type { Repository } from "../repository/repository.ts";
import { resolveCommit } from "../repository/revision.ts";
import { type Shadow, withShadow } from "../repository/shadow.ts";
import { toText } from "../snapshot/path-name.ts";
import { mergePreflight } from "./merge-preflight.ts";

/** What is merged. */
export interface MergeRequest {
	/** A branch, a tag or an id. */
	readonly theirs: string;
	/** Of the merge commit; unused when HEAD is simply moved forward. */
	readonly message: string;
}

/** What the merge came to. Everything but `merged` left the work tree as it was. */
export type Merged =
	/** `id`: where HEAD is now. */
	| { readonly kind: "merged"; readonly id: string; readonly paths: readonly string[] }
	| { readonly kind: "conflicts"; readonly paths: readonly string[]; readonly messages: readonly string[] }
	/** Files that the merge would change and that differ from HEAD. */
	| { readonly kind: "dirty"; readonly paths: readonly string[] }
	| { readonly kind: "problem"; readonly message: string };

const textOf = (bytes: Buffer): string => bytes.toString("latin1").trim();

/** Whether `ancestor` is in the history of `commit`. */
async function isAncestor(shadow: Shadow, ancestor: string, commit: string): Promise<boolean> {
	const args = ["merge-base", "--is-ancestor", ancestor, commit];
	return (await shadow.run(args, { accept: [0, 1] })).exitCode === 0;
}

async function changedBetween(shadow: Shadow, from: string, to: string): Promise<readonly string[]> {
	const args = ["diff-tree", "-r", "-z", "--no-commit-id", "--name-only", "--no-renames", from, to];
	const names = (await shadow.run(args)).stdout.toString("latin1").split("\0");
	return names.filter((name) => name !== "").map(toText);
}

/** Those of `paths` that differ from HEAD and are not already what the merge makes of them. */
async function changedByOthers(
	repository: Repository,
	paths: readonly string[],
	next: string,
): Promise<readonly string[]> {
	const touched = new Set(paths);
	const differing = async (against: string): Promise<readonly string[]> => {
		const found = await diff(repository, { of: { against }, renames: false, maxBytes: 0 });
		return found.kind === "diff" ? found.files.map(({ path }) => path).filter((path) => touched.has(path)) : paths;
	};
	const dirty = await differing("HEAD");
	if (dirty.length === 0) return [];
	// A merge that was cut off before HEAD moved has put its own files there.
	const foreign = new Set(await differing(next));
	return dirty.filter((path) => foreign.has(path));
}

/**
 * Merges. HEAD is moved forward when it is an ancestor of `theirs`, otherwise a merge commit is made. A call that was cut
 * off may be repeated.
 *
 * @throws GitToolingError as `runGit`; `git_failed` also when HEAD was moved meanwhile
 */
export async function mergeCommit(repository: Repository, { theirs, message }: MergeRequest): Promise<Merged> {
	if (repository.bare) return { kind: "problem", message: `${repository.root} is a bare repository: it has no files.` };
	const [ours, other] = [await resolveCommit(repository, "HEAD"), await resolveCommit(repository, theirs)];
	if (ours.kind === "problem") return { kind: "problem", message: `${repository.root} has no commit yet.` };
	if (other.kind === "problem") return other;
	const tried = await mergePreflight(repository, ours.id, other.id);
	if (tried.kind !== "clean") return tried;
	return await withShadow(repository, async (shadow) => {
		if (await isAncestor(shadow, other.id, ours.id)) return { kind: "merged", id: ours.id, paths: [] };
		const next = await commitOf(shadow, { repository, ours: ours.id, theirs: other.id, message });
		const paths = await changedBetween(shadow, ours.id, next);
		const dirty = await changedByOthers(repository, paths, next);
		if (dirty.length > 0) return { kind: "dirty", paths: dirty };
		const indexFile = `${repository.gitDir}/index`;
		const put = await shadow.run(["read-tree", "-m", "-u", ours.id, next], { indexFile, accept: [0, 1, 128] });
		if (put.exitCode !== 0) {
			const [first = ""] = put.stderr.split("\n");
			return { kind: "problem", message: `The files could not be updated: ${first.replace(/^(?:fatal|error): /, "")}` };
		}
		await moveHead(repository, { from: ours.id, to: next, why: "merge: code" });
		return { kind: "merged", id: next, paths };
	});
}

async function commitOf(
	shadow: Shadow,
	merge: {
		readonly repository: Repository;
		readonly ours: string;
		readonly theirs: string;
		readonly message: string;
	},
): Promise<string> {
	const { repository, ours, theirs, message } = merge;
	if (await isAncestor(shadow, ours, theirs)) return theirs;
	const { stdout } = await shadow.run(["merge-tree", "--write-tree", ours, theirs], { store: "repository" });
	const [tree = ""] = textOf(stdout).split("\n");
	return await writeCommit(repository, shadow, { tree, parents: [ours, theirs], message });
}
