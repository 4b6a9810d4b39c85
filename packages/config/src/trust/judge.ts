// The work behind `trust.ts`, which documents what callers can rely on: snapshot, store, worktree, comparison.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { withFileLock } from "../files/file-lock.ts";
import { readingOfError } from "../files/text-file.ts";
import { writeFileAtomic } from "../files/write-file-atomic.ts";
import { fileChanges } from "./changes.ts";
import { isUnsafe, type Unsafe } from "./read-inside.ts";
import { isOwnFolder, nameExists } from "./repository.ts";
import { hashFiles, type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { TrustedFolder, TrustOptions, TrustPaths, TrustResult, TrustState, UntrustResult } from "./trust-state.ts";
import { formatStore, readStore, type StoreReading, type TrustEntry } from "./trust-store.ts";
import { trustedMainRepository } from "./worktree.ts";

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

/** See `trust.ts`. */
export async function judgeFolder(paths: TrustPaths, folder: string): Promise<TrustState> {
	const resolved = resolveRoot(folder);
	if ("reason" in resolved) return { kind: "untrustable", root: folder, reason: resolved.reason };
	const { root } = resolved;
	const snapshot = await takeSnapshot(root);
	if (isUnsafe(snapshot)) return { kind: "untrustable", root, reason: sentenceOf(root, snapshot) };
	return judge(paths, { snapshot, store: readStore(paths.trustFile) });
}

/** See `trust.ts`. */
export async function addFolder(paths: TrustPaths, folder: string, options: TrustOptions = {}): Promise<TrustResult> {
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
	const problem = await changeStore(paths, (folders) => folders.set(root, entry).size > 0);
	return problem === undefined ? { kind: "trusted", root, snapshot } : refuse(problem);
}

/** Changes the store under its lock, unless `change` says that there is nothing to change; the sentence of a store that cannot be read, and then nothing is written. */
async function changeStore(
	paths: TrustPaths,
	change: (folders: Map<string, TrustEntry>) => boolean,
): Promise<string | undefined> {
	return await withFileLock(paths.trustFile, async () => {
		const store = readStore(paths.trustFile);
		if (store.kind === "problem") return `${paths.trustFile} ${store.reason}: move it away to begin a new one`;
		const folders = new Map(store.folders);
		if (!change(folders)) return undefined;
		await writeFileAtomic(paths.trustFile, formatStore(folders));
		return undefined;
	});
}

/** See `trust.ts`. */
export async function removeFolder(paths: TrustPaths, folder: string): Promise<UntrustResult> {
	const resolved = resolveRoot(folder);
	const root = "root" in resolved ? resolved.root : folder;
	if (!nameExists(paths.trustFile)) return { kind: "was_not_trusted", root };
	let removed = false;
	const problem = await changeStore(paths, (folders) => {
		removed = folders.delete(root);
		return removed;
	});
	if (problem !== undefined) return { kind: "refused", root, reason: problem };
	return { kind: removed ? "untrusted" : "was_not_trusted", root };
}

/** See `trust.ts`. */
export function listFolders(paths: TrustPaths): readonly TrustedFolder[] {
	const store = readStore(paths.trustFile);
	if (store.kind === "problem") return [];
	return [...store.folders]
		.map(([root, { trustedAtMs }]) => ({ root, trustedAtMs }))
		.toSorted((left, right) => right.trustedAtMs - left.trustedAtMs);
}
