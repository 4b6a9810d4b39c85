// Whether a folder's own files may take effect: trusted by the user, with exactly the content that is there now. Reads
// below the folder and the trust store; never starts anything, never opens a connection.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { withFileLock } from "../files/file-lock.ts";
import { readingOfError } from "../files/text-file.ts";
import { writeFileAtomic } from "../files/write-file-atomic.ts";
import type { Paths } from "../home/paths.ts";
import { type FileChange, fileChanges } from "./changes.ts";
import { isUnsafe, type Unsafe } from "./read-inside.ts";
import { isOwnFolder, nameExists } from "./repository.ts";
import { hashFiles, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { formatStore, readStore, type StoreReading, type TrustEntry } from "./trust-store.ts";
import { trustedMainRepository } from "./worktree.ts";

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

function sentenceOf(root: string, { path, reason }: Unsafe): string {
	return `${path === "" ? root : join(root, path)} ${reason}`;
}

/** The real path of a folder that is about to be judged, or why there is none. */
function resolveRoot(folder: string): { readonly root: string } | { readonly reason: string } {
	try {
		return { root: realpathSync.native(folder) };
	} catch (error) {
		const reading = readingOfError(error);
		return { reason: `${folder} ${reading.kind === "problem" ? reading.reason : "does not exist"}` };
	}
}

interface Judgement {
	readonly snapshot: Snapshot;
	readonly store: StoreReading;
}

/** What applies to a folder in a store that can be read: its own entry, else that of its main repository. */
function entryFor(
	root: string,
	folders: ReadonlyMap<string, TrustEntry>,
): { readonly entry: TrustEntry; readonly inheritedFrom?: string } | undefined {
	const own = folders.get(root);
	if (own !== undefined) return { entry: own };
	const main = trustedMainRepository(root, (folder) => folders.has(folder));
	const entry = main === undefined ? undefined : folders.get(main);
	return main === undefined || entry === undefined ? undefined : { entry, inheritedFrom: main };
}

function judge(paths: TrustPaths, { snapshot, store }: Judgement): TrustState {
	const { root } = snapshot;
	if (store.kind === "problem") {
		return { kind: "untrusted", root, snapshot, storeProblem: `${paths.trustFile} ${store.reason}` };
	}
	const found = entryFor(root, store.folders);
	if (found === undefined) return { kind: "untrusted", root, snapshot };
	const { entry, inheritedFrom } = found;
	const { trustedAtMs } = entry;
	if (hashFiles(entry.files.values()) !== snapshot.hash) {
		const files = fileChanges(entry.files, snapshot.files);
		return { kind: "changed", root, trustedAtMs, files, snapshot };
	}
	const inherited = inheritedFrom === undefined ? {} : { inheritedFrom };
	return { kind: "trusted", root, trustedAtMs, ...inherited, snapshot };
}

/**
 * Looks at a folder (usually the root of a repository; links to it are resolved) and says whether it is trusted.
 *
 * Contract: never rejects. Opens plain files of the folder and the trust store, and for a worktree one file of a main
 * repository that is trusted; nothing else. What may take effect is in `snapshot` and must be taken from there.
 */
export async function trustState(paths: TrustPaths, folder: string): Promise<TrustState> {
	const resolved = resolveRoot(folder);
	if ("reason" in resolved) return { kind: "untrustable", root: folder, reason: resolved.reason };
	const { root } = resolved;
	const snapshot = await takeSnapshot(root);
	if (isUnsafe(snapshot)) return { kind: "untrustable", root, reason: sentenceOf(root, snapshot) };
	return judge(paths, { snapshot, store: readStore(paths.trustFile) });
}

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

/**
 * Trusts a folder with the content that it has now.
 *
 * What cannot be trusted, a content that is not the one of `options.hash`, the home itself and a broken store are
 * refused.
 *
 * @throws ConfigError `lock_busy`, `lock_lost`, `write_failed` or `not_a_plain_file` when the store cannot be written.
 */
export async function trustFolder(
	paths: TrustPaths,
	folder: string,
	options: TrustOptions = {},
): Promise<TrustResult> {
	const resolved = resolveRoot(folder);
	if ("reason" in resolved) return { kind: "refused", root: folder, reason: resolved.reason };
	const { root } = resolved;
	const refuse = (reason: string): TrustResult => ({ kind: "refused", root, reason });
	if (isOwnFolder(root, { paths, homedir: "" })) return refuse(`${root} holds Code's own home and needs no trust`);
	const snapshot = await takeSnapshot(root);
	if (isUnsafe(snapshot)) return refuse(sentenceOf(root, snapshot));
	if (options.hash !== undefined && options.hash !== snapshot.hash) {
		return refuse(`the files of ${root} were changed after they were shown`);
	}
	const entry: TrustEntry = { trustedAtMs: options.nowMs ?? Date.now(), files: snapshot.files };
	const problem = await changeStore(paths, (folders) => folders.set(root, entry));
	return problem === undefined ? { kind: "trusted", root, snapshot } : refuse(problem);
}

/** Changes the store under its lock; the sentence of a store that cannot be read, and then nothing is written. */
async function changeStore(
	paths: TrustPaths,
	change: (folders: Map<string, TrustEntry>) => void,
): Promise<string | undefined> {
	return await withFileLock(paths.trustFile, async () => {
		const store = readStore(paths.trustFile);
		if (store.kind === "problem") return `${paths.trustFile} ${store.reason}: move it away to begin a new one`;
		const folders = new Map(store.folders);
		change(folders);
		await writeFileAtomic(paths.trustFile, formatStore(folders));
		return undefined;
	});
}

/** What became of a wish to end a folder's trust. */
export type UntrustResult =
	| { readonly kind: "untrusted"; readonly root: string }
	/** It had no trust of its own; nothing was written. */
	| { readonly kind: "was_not_trusted"; readonly root: string }
	| { readonly kind: "refused"; readonly root: string; readonly reason: string };

/**
 * Ends the trust of a folder, which need not exist any more (then `folder` must be the path under which it was trusted).
 * A worktree that inherits trust keeps inheriting it.
 *
 * @throws ConfigError as {@link trustFolder}.
 */
export async function untrustFolder(paths: TrustPaths, folder: string): Promise<UntrustResult> {
	const resolved = resolveRoot(folder);
	const root = "root" in resolved ? resolved.root : folder;
	if (!nameExists(paths.trustFile)) return { kind: "was_not_trusted", root };
	let removed = false;
	const problem = await changeStore(paths, (folders) => {
		removed = folders.delete(root);
	});
	if (problem !== undefined) return { kind: "refused", root, reason: problem };
	return { kind: removed ? "untrusted" : "was_not_trusted", root };
}

/** The folders that are trusted, with their times, newest first; empty when the store cannot be read. Never throws. */
export function trustedFolders(
	paths: TrustPaths,
): readonly { readonly root: string; readonly trustedAtMs: number }[] {
	const store = readStore(paths.trustFile);
	if (store.kind === "problem") return [];
	return [...store.folders]
		.map(([root, { trustedAtMs }]) => ({ root, trustedAtMs }))
		.toSorted((left, right) => right.trustedAtMs - left.trustedAtMs);
}
