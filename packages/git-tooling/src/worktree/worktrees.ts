// Linked work trees: listed, added, removed, pruned. Names are checked before git sees them, and files are checked out and
// looked at through a shadow, so that no hook and no filter of the repository runs. Refusals are values.

import { realpath } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { askGit } from "../process/ask-git.ts";
import { openRepository } from "../repository/open-repository.ts";
import { doorOf, type Repository } from "../repository/repository.ts";
import { isUnsafeName, resolveCommit } from "../repository/revision.ts";
import { withShadow } from "../repository/shadow.ts";
import { countChanges } from "../status/branch-status.ts";

/** A work tree of a repository. */
export interface Worktree {
	readonly path: string;
	/** The first one; for a bare repository its folder. It cannot be removed. */
	readonly main: boolean;
	/** Absent in a bare repository and before the first commit. */
	readonly commit?: string;
	/** Absent when detached. */
	readonly branch?: string;
	readonly bare: boolean;
	/** Why it may not be removed; empty when no reason was given. Absent: it is not locked. */
	readonly locked?: string;
	/** Why prune would forget it. */
	readonly prunable?: string;
}

/** What a new work tree stands on. */
export type WorktreeBase =
	/** A new branch, from a commit (default HEAD). */
	| { readonly kind: "new_branch"; readonly name: string; readonly from?: string }
	| { readonly kind: "branch"; readonly name: string }
	| { readonly kind: "detached"; readonly at: string };

/** Nothing was done; `message` is a sentence. */
export interface WorktreeRefused {
	readonly kind: "refused";
	readonly message: string;
}

const refused = (message: string): WorktreeRefused => ({ kind: "refused", message });

/** All work trees, the main one first. @throws GitToolingError as `askGit` */
export async function listWorktrees(repository: Repository): Promise<readonly Worktree[]> {
	const answer = await askGit(doorOf(repository), ["worktree", "list", "--porcelain", "-z"]);
	return answer.kind === "text" ? parseWorktrees(answer.text) : [];
}

/** Reads `git worktree list --porcelain -z`. */
function parseWorktrees(text: string): readonly Worktree[] {
	const blocks = text.split("\0\0").filter((block) => block.trim() !== "");
	return blocks.map((block, index) => {
		const fields = new Map<string, string>();
		for (const line of block.split("\0")) {
			const at = line.indexOf(" ");
			fields.set(at === -1 ? line : line.slice(0, at), at === -1 ? "" : line.slice(at + 1));
		}
		const optional = (key: "locked" | "prunable"): object => {
			const value = fields.get(key);
			return value === undefined ? {} : { [key]: value };
		};
		const commit = fields.get("HEAD");
		const branch = fields.get("branch")?.replace(/^refs\/heads\//, "");
		return {
			path: fields.get("worktree") ?? "",
			main: index === 0,
			...(commit === undefined || /^0+$/.test(commit) ? {} : { commit }),
			...(branch === undefined ? {} : { branch }),
			bare: fields.has("bare"),
			...optional("locked"),
			...optional("prunable"),
		};
	});
}

/** Why a text cannot be the path of a new work tree; undefined when it can. */
export function pathRefusal(path: string): string | undefined {
	if (!isAbsolute(path)) return `The path of a work tree must be absolute: ${JSON.stringify(path)}.`;
	if (isUnsafeName(path)) return `The path ${JSON.stringify(path)} holds a control character.`;
	const parts = path.split("/");
	if (parts.includes("..")) return `The path ${JSON.stringify(path)} holds "..".`;
	if (parts.some((part) => part.startsWith("-"))) return `A folder of ${JSON.stringify(path)} begins with "-".`;
	return parts.some((part) => part.toLowerCase() === ".git")
		? `${JSON.stringify(path)} is inside a git folder.`
		: undefined;
}

/** Why a text cannot be a branch, by git's rules and a little more; undefined when it can. */
export function branchRefusal(name: string): string | undefined {
	const isBad =
		isUnsafeName(name) ||
		/[ ~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$/.test(name) ||
		name === "@" ||
		name === "HEAD" ||
		name.split("/").some((part) => part.startsWith(".") || part.endsWith(".lock") || part.startsWith("-"));
	return isBad ? `${JSON.stringify(name)} cannot be the name of a branch.` : undefined;
}

/**
 * Adds a work tree in `path`, which must not exist or be empty, and checks its files out.
 *
 * Large-file pointers and other filtered files are checked out as they are stored.
 *
 * @throws GitToolingError as `askGit`
 */
export async function addWorktree(
	repository: Repository,
	path: string,
	base: WorktreeBase,
): Promise<{ readonly kind: "added"; readonly repository: Repository } | WorktreeRefused> {
	const wrongPath = pathRefusal(path);
	if (wrongPath !== undefined) return refused(wrongPath);
	const wrongBranch = base.kind === "detached" ? undefined : branchRefusal(base.name);
	if (wrongBranch !== undefined) return refused(wrongBranch);
	const revision =
		base.kind === "new_branch" ? (base.from ?? "HEAD") : base.kind === "branch" ? `refs/heads/${base.name}` : base.at;
	const resolved = await resolveCommit(repository, revision);
	if (resolved.kind === "problem") return refused(resolved.message);
	const door = doorOf(repository);
	const options = {
		new_branch: () => ["--no-track", "-b", base.kind === "new_branch" ? base.name : "", "--", path, resolved.id],
		branch: () => ["--", path, base.kind === "branch" ? base.name : ""],
		detached: () => ["--detach", "--", path, resolved.id],
	}[base.kind]();
	const added = await askGit(door, ["worktree", "add", "--no-checkout", ...options]);
	if (added.kind === "refused") return refused(`No work tree was added: ${added.message}`);
	const opened = await openRepository(path, repository.options);
	if (opened.kind !== "repository") return refused(`The new work tree in ${path} cannot be opened.`);
	await withShadow(opened, (shadow) =>
		shadow.run(["read-tree", "--reset", "-u", resolved.id], { indexFile: `${opened.gitDir}/index` }),
	);
	return { kind: "added", repository: opened };
}

/**
 * Removes a linked work tree and its folder. Without `force`, one with changes or untracked files is refused; a locked
 * one and the main one always are. The branch stays.
 *
 * @throws GitToolingError as `askGit` and `runGit`
 */
export async function removeWorktree(
	repository: Repository,
	path: string,
	{ force = false }: { readonly force?: boolean } = {},
): Promise<{ readonly kind: "removed" } | WorktreeRefused> {
	const wrongPath = pathRefusal(path);
	if (wrongPath !== undefined) return refused(wrongPath);
	const wanted = await realpathOr(path);
	const found = (await listWorktrees(repository)).find((worktree) => worktree.path === wanted);
	const standing = removalRefusal(path, found);
	if (standing !== undefined) return refused(standing);
	const opened = await openRepository(wanted, repository.options);
	const isOurs = opened.kind === "repository" && opened.root === wanted && opened.commonDir === repository.commonDir;
	if (opened.kind === "repository" && !isOurs) return refused(`${path} now belongs to another repository.`);
	if (isOurs && !force) {
		const { staged, unstaged, untracked, conflicted } = await countChanges(opened);
		const count = staged + unstaged + untracked + conflicted;
		if (count > 0) return refused(`${path} has ${count} changed or untracked files; it is removed only by force.`);
	}
	// The looking is done: git's own would run the repository's filters. `--force` leaves it out.
	const answer = await askGit(doorOf(repository), ["worktree", "remove", "--force", "--", wanted]);
	return answer.kind === "refused" ? refused(`${path} was not removed: ${answer.message}`) : { kind: "removed" };
}

/** Forgets work trees whose folders are gone; gives their paths. @throws GitToolingError as `askGit` */
export async function pruneWorktrees(repository: Repository): Promise<readonly string[]> {
	const before = await listWorktrees(repository);
	await askGit(doorOf(repository), ["worktree", "prune", "--expire=now"]);
	const after = new Set((await listWorktrees(repository)).map(({ path }) => path));
	return before.map(({ path }) => path).filter((path) => !after.has(path));
}

async function realpathOr(path: string): Promise<string> {
	try {
		return await realpath(path);
	} catch {
		// Its folder is gone: git knows it by the name it had.
		return path;
	}
}

/** Why a work tree must not be removed whatever it holds, as a sentence. */
function removalRefusal(path: string, found: Worktree | undefined): string | undefined {
	if (found === undefined) return `${path} is not a work tree of this repository.`;
	if (found.main) return `${path} is the main work tree; it cannot be removed.`;
	if (found.locked === undefined) return undefined;
	return `${path} is locked${found.locked === "" ? "" : ` (${found.locked})`}; unlock it first.`;
}
