// Whether a folder's own files may take effect: trusted by the user, with exactly the content that is there now. The door
// to all of it, without weight: the work is loaded when it is asked for.

import type { TrustedFolder, TrustOptions, TrustPaths, TrustResult, TrustState, UntrustResult } from "./trust-state.ts";

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
