// Tells whether a folder is in a git repository that may be used, and where its parts are. Files are looked at first;
// git is asked afterwards and must agree, so a repository cannot pass off another folder as its work tree.

import { realpath } from "node:fs/promises";
import { askGit } from "../process/ask-git.ts";
import { discoverRepository, type FoundRepository } from "./discover.ts";
import { doorOf, type GitOptions, type Repository } from "./repository.ts";

/** The answer of {@link openRepository}. */
export type OpenedRepository =
	| Repository
	/** No folder here, or none above it has a repository. */
	| { readonly kind: "none" }
	/** There is one, and it cannot or must not be used; `message` is a sentence. */
	| { readonly kind: "problem"; readonly message: string };

/**
 * Opens the repository that `path` is in: a work tree, a linked one, a submodule, a bare repository.
 *
 * A repository of another owner, a broken one, and one whose settings put its work tree elsewhere are problems.
 *
 * @throws GitToolingError `git_missing`, `timeout`
 */
export async function openRepository(path: string, options: GitOptions): Promise<OpenedRepository> {
	const found = await discoverRepository(path);
	if (found === undefined) return { kind: "none" };
	const { root, gitDir, commonDir } = found;
	const plain: Repository = {
		kind: "repository",
		root,
		gitDir,
		commonDir,
		linkedWorktree: gitDir !== commonDir,
		bare: found.bareFolder,
		objectFormat: "sha1",
		options,
	};
	const asked = ["rev-parse", "--show-object-format", "--is-bare-repository", "--absolute-git-dir"];
	const answer = await askGit(doorOf(plain), asked);
	if (answer.kind === "refused") return { kind: "problem", message: refusalSentence(answer.message, root) };
	const [format = "", bareText = "", actualGitDir = ""] = answer.text.split("\n");
	if (format !== "sha1" && format !== "sha256") {
		return {
			kind: "problem",
			message: `The repository in ${root} names its objects by ${format}, which is not known here.`,
		};
	}
	if ((await realpathOr(actualGitDir)) !== gitDir) {
		return { kind: "problem", message: `The .git of ${root} is not a repository that git accepts.` };
	}
	const bare = bareText === "true";
	const elsewhere = bare ? undefined : await worktreeElsewhere(plain, found);
	if (elsewhere !== undefined) return { kind: "problem", message: elsewhere };
	return { ...plain, bare, objectFormat: format };
}

async function worktreeElsewhere(repository: Repository, found: FoundRepository): Promise<string | undefined> {
	const answer = await askGit(doorOf(repository), ["rev-parse", "--show-toplevel"]);
	if (answer.kind === "refused") {
		return `The settings of the repository in ${found.root} put its work tree elsewhere (core.worktree): ${answer.message}`;
	}
	const actual = await realpathOr(answer.text.replace(/\n$/, ""));
	if (actual === found.root) return undefined;
	return `The settings of the repository in ${found.root} put its work tree elsewhere (core.worktree): ${actual}`;
}

function refusalSentence(message: string, root: string): string {
	if (message.includes("dubious ownership")) {
		return `The repository in ${root} belongs to another user, so git refuses it; if you trust it, add it to safe.directory in your git settings.`;
	}
	return `The repository in ${root} cannot be used: ${message}`;
}

async function realpathOr(path: string): Promise<string> {
	try {
		return await realpath(path);
	} catch {
		// A folder that does not exist is no other folder's equal; its name is the best answer.
		return path;
	}
}
