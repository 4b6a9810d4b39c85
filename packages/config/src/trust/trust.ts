// Whether a folder's own files may take effect: trusted by the user, with exactly the content that is there now. The door
// to all of it, without weight: the work is loaded when it is asked for.

import type { Paths } from "../home/paths.ts";
import type { FileChange } from "./changes.ts";
import type { Snapshot } from "./snapshot.ts";

/** The paths that trust needs. */
export type TrustPaths = Pick<Paths, "home" | "legacyHome" | "trustFile">;

/** Whether a folder is trusted. `root` is its real path; `hash` identifies the content that was looked at. */
export type TrustState =
	/** Trusted with this very content. `inheritedFrom` is the main repository when `root` is a worktree of it. */
	| {
			readonly kind: "trusted";
			readonly root: string;
			readonly trustedAtMs: number;
			readonly inheritedFrom?: string;
			readonly snapshot: Snapshot;
	  }
	/** Never trusted. `storeProblem` says why the trust store could not be asked. */
	| { readonly kind: "untrusted"; readonly root: string; readonly snapshot: Snapshot; readonly storeProblem?: string }
	/** Trusted with another content; `files` has at least one change. */
	| {
			readonly kind: "changed";
			readonly root: string;
			readonly trustedAtMs: number;
			readonly files: readonly FileChange[];
			readonly snapshot: Snapshot;
	  }
	/** Cannot be trusted as it is. `reason` is a sentence that names the file. */
	| { readonly kind: "untrustable"; readonly root: string; readonly reason: string };

/** How a folder is trusted. */
export interface TrustOptions {
	/** Now, in milliseconds since 1970; the clock of the process when absent. */
	readonly nowMs?: number;
	/** `snapshot.hash` of the state that the user was shown; when the content is another one by now, nothing is trusted. */
	readonly hash?: string;
}

/** What became of a wish to trust a folder. */
export type TrustResult =
	| { readonly kind: "trusted"; readonly root: string; readonly snapshot: Snapshot }
	/** Nothing was written. `reason` is a sentence. */
	| { readonly kind: "refused"; readonly root: string; readonly reason: string };

/** What became of a wish to end a folder's trust. */
export type UntrustResult =
	| { readonly kind: "untrusted"; readonly root: string }
	/** It had no trust of its own; nothing was written. */
	| { readonly kind: "was_not_trusted"; readonly root: string }
	| { readonly kind: "refused"; readonly root: string; readonly reason: string };

/** A folder with trust of its own. */
export interface TrustedFolder {
	/** Real path when it was trusted. */
	readonly root: string;
	/** Milliseconds since 1970. */
	readonly trustedAtMs: number;
}

/**
 * Looks at a folder (usually the root of a repository; links to it are resolved) and says whether it is trusted.
 *
 * Contract: never rejects. Opens plain files of the folder and the trust store, and for a worktree one file of a main
 * repository that is trusted; nothing else. What may take effect is in `snapshot` and must be taken from there.
 */
export async function trustState(paths: TrustPaths, folder: string): Promise<TrustState> {
	return await (await import("./judge.ts")).judgeFolder(paths, folder);
}

/**
 * Trusts a folder with the content that it has now.
 *
 * What cannot be trusted, a content that is not the one of `options.hash`, the home itself and a broken store are
 * refused.
 *
 * @throws ConfigError `lock_busy`, `lock_lost`, `write_failed` or `not_a_plain_file` when the store cannot be written.
 */
export async function trustFolder(paths: TrustPaths, folder: string, options: TrustOptions = {}): Promise<TrustResult> {
	return await (await import("./judge.ts")).addFolder(paths, folder, options);
}

/**
 * Ends the trust of a folder, which need not exist any more (then `folder` must be the path under which it was trusted).
 * A worktree that inherits trust keeps inheriting it.
 *
 * @throws ConfigError as {@link trustFolder}.
 */
export async function untrustFolder(paths: TrustPaths, folder: string): Promise<UntrustResult> {
	return await (await import("./judge.ts")).removeFolder(paths, folder);
}

/** The folders that are trusted, with their times, newest first; empty when the store cannot be read. Never rejects. */
export async function trustedFolders(paths: TrustPaths): Promise<readonly TrustedFolder[]> {
	return (await import("./judge.ts")).listFolders(paths);
}
