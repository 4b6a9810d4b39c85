// A repository as data, and what is needed to ask git about it.

import type { GitDoor } from "../process/ask-git.ts";
import { type GitEnvironment, gitEnvironment } from "../process/hardening.ts";

/** What every function on a repository takes. */
export interface GitOptions {
	/** The caller's environment; only `PATH`, `HOME` and the like reach git (see `gitEnvironment`). */
	readonly env: GitEnvironment;
	/** A folder of the program, made when it is missing, for private indexes and settings. Never inside a work tree. */
	readonly scratch: string;
	/** The git program. Default `git`, looked for in the `PATH` of `env`. */
	readonly binary?: string;
	/** Milliseconds without output after which git is stopped. Default 30,000. */
	readonly timeoutMs?: number;
}

/** An open repository. Plain data: it holds nothing open and may be kept, copied and forgotten. */
export interface Repository {
	readonly kind: "repository";
	/** The top of the work tree; of a bare repository its folder. Real path. */
	readonly root: string;
	/** HEAD and index of this work tree. */
	readonly gitDir: string;
	/** Objects, refs and settings; the same as `gitDir` except in a linked work tree. */
	readonly commonDir: string;
	readonly linkedWorktree: boolean;
	/** There is no work tree: branches, worktrees and merge preflight work, status, diff and snapshots do not. */
	readonly bare: boolean;
	/** How objects are named. */
	readonly objectFormat: "sha1" | "sha256";
	readonly options: GitOptions;
}

/** The door for questions to git about a repository. */
export function doorOf(repository: Repository, signal?: AbortSignal): GitDoor {
	const { options, root } = repository;
	return {
		cwd: root,
		binary: options.binary ?? "git",
		env: gitEnvironment(options.env),
		...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
		signal,
	};
}
