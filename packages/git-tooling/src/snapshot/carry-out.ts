// Carries out the steps of a restore, one path at a time: each looks again at what is there, and leaves it when that is
// not what was expected. A file is written beside its place and renamed, so it is there whole or not at all. No link is
// followed, neither at the path nor above it. It must not decide what is to be done.

import {
	chmodSync,
	closeSync,
	fchmodSync,
	fchownSync,
	fsyncSync,
	mkdirSync,
	openSync,
	renameSync,
	rmdirSync,
	symlinkSync,
	unlinkSync,
	writeSync,
} from "node:fs";
import { messageOf, systemErrorCode } from "../git-tooling-error.ts";
import { type HeldFolder, holdRoot, lstatIfAny, withParent } from "./held-folder.ts";
import type { ObjectStore } from "./object-store.ts";
import type { StoredAction } from "./parse-stored.ts";
import { fromDiskPath, lastPart } from "./path-name.ts";
import type { LeftPath } from "./plan-restore.ts";
import { entryAt } from "./read-entry.ts";
import { type Entry, signatureOf } from "./tree-state.ts";

/** What carrying out needs. */
export interface CarryOutOptions {
	readonly root: string;
	readonly store: ObjectStore;
	/** Part of the names of files that are not in their places yet. */
	readonly token: string;
}

/** What came of the steps. */
export interface CarriedOut {
	/** Paths that are now as wanted, those that were already among them. */
	readonly done: ReadonlySet<string>;
	readonly left: readonly (LeftPath & { readonly message?: string })[];
}

/** How many contents are held in memory at once. */
const contentsAtOnce = 64;

/** Carries out `actions` in their order; steps that were carried out before count as done. */
export async function carryOut(actions: readonly StoredAction[], options: CarryOutOptions): Promise<CarriedOut> {
	const done = new Set<string>();
	const left: CarriedOut["left"][number][] = [];
	const root = holdRoot(fromDiskPath(options.root));
	try {
		for (let at = 0; at < actions.length; at += contentsAtOnce) {
			const slice = actions.slice(at, at + contentsAtOnce);
			const ids = slice.flatMap(({ to }) => (to !== undefined && "id" in to ? [to.id] : []));
			const contents = await options.store.get([...new Set(ids)]);
			for (const action of slice) {
				const outcome = attempt(root, action, { contents, options });
				if (outcome === undefined) done.add(action.name);
				else left.push({ name: action.name, ...outcome });
			}
		}
		// A folder that may not be written to is made so only when everything is in it.
		for (const { name, to } of actions.toReversed()) {
			if (to?.kind === "folder" && done.has(name)) setFolderMode(root, name, to.mode);
		}
	} finally {
		root.close();
	}
	return { done, left };
}

type Refusal = Omit<CarriedOut["left"][number], "name">;

interface StepContext {
	readonly contents: ReadonlyMap<string, Uint8Array>;
	readonly options: CarryOutOptions;
}

function attempt(root: HeldFolder, action: StoredAction, context: StepContext): Refusal | undefined {
	try {
		const outcome = withParent(root, action.name, (parent) => step(parent, action, context));
		if (outcome === "missing") return action.to === undefined ? undefined : { reason: "changed_meanwhile" };
		return outcome === "not_folder" ? { reason: "changed_meanwhile" } : outcome;
	} catch (error) {
		if (systemErrorCode(error) === "ENOTEMPTY") return { reason: "blocked" };
		return { reason: "failed", message: messageOf(error) };
	}
}

function step(parent: HeldFolder, action: StoredAction, context: StepContext): Refusal | undefined {
	const { options } = context;
	const part = lastPart(action.name);
	removeLeftover(parent, temporaryName(part, options));
	const now = entryAt(parent, part, options.store);
	const there = signatureOf(now);
	const { to } = action;
	if (there === signatureOf(to)) return undefined;
	// A folder gets its permissions at the end, so one that was made by an interrupted run may have others.
	const madeBefore = now?.kind === "folder" && to?.kind === "folder";
	if (there !== action.from && !madeBefore) {
		// A change of kind that was interrupted between its two steps left nothing here.
		if (!(there === "" && to !== undefined)) return { reason: "changed_meanwhile" };
		if (action.from !== "" && kindOfSignature(action.from) === kindOfEntry(to)) return { reason: "changed_meanwhile" };
	}
	if (to === undefined) remove(parent, part, now);
	else place(parent, part, { now, to, context });
	return undefined;
}

const kindOfSignature = (signature: string): string => signature.slice(0, 1);
const kindOfEntry = (entry: Entry): string => signatureOf(entry).slice(0, 1);

/** Removes what is expected to be there. */
function remove(parent: HeldFolder, part: string, now: Entry | undefined): void {
	if (now === undefined) return;
	if (now.kind === "folder") rmdirSync(parent.at(part));
	else unlinkSync(parent.at(part));
}

function place(
	parent: HeldFolder,
	part: string,
	{ now, to, context }: { readonly now: Entry | undefined; readonly to: Entry; readonly context: StepContext },
): void {
	if (to.kind === "opaque") return;
	if (to.kind === "folder") {
		if (now?.kind === "folder") return;
		remove(parent, part, now);
		mkdirSync(parent.at(part), 0o700);
		return;
	}
	const bytes = context.contents.get(to.id);
	if (bytes === undefined) throw new Error("its content is no longer in the store");
	if (now?.kind === "folder") rmdirSync(parent.at(part));
	const temporary = parent.at(temporaryName(part, context.options));
	try {
		if (to.kind === "link") symlinkSync(Buffer.from(bytes), temporary);
		else writeFile(temporary, bytes, { mode: to.mode, like: parent.at(part) });
		renameSync(temporary, parent.at(part));
	} catch (error) {
		unlinkIfAny(temporary);
		throw error;
	}
}

function writeFile(
	path: string | Buffer,
	bytes: Uint8Array,
	{ mode, like }: { readonly mode: number; readonly like: string | Buffer },
): void {
	const descriptor = openSync(path, "wx", 0o600);
	try {
		for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
		keepOwner(descriptor, like);
		fchmodSync(descriptor, mode);
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** A file that replaces another's keeps its owner, as far as the system allows. */
function keepOwner(descriptor: number, path: string | Buffer): void {
	const replaced = lstatIfAny(path);
	if (replaced === undefined || !replaced.isFile()) return;
	try {
		fchownSync(descriptor, Number(replaced.uid), Number(replaced.gid));
	} catch (error) {
		if (systemErrorCode(error) !== "EPERM") throw error;
	}
}

function setFolderMode(root: HeldFolder, name: string, mode: number): void {
	try {
		withParent(root, name, (parent) => {
			const path = parent.at(lastPart(name));
			if (lstatIfAny(path)?.isDirectory() === true) chmodSync(path, mode);
		});
	} catch {
		// The folder and what is in it are there; its permissions are not ours to set.
	}
}

/** A name that no one else uses and that is the same when the restore is taken up again. */
function temporaryName(part: string, { token, store }: CarryOutOptions): string {
	return `.code-undo-${token}-${store.idOf(Buffer.from(part, "latin1")).slice(0, 12)}`;
}

function removeLeftover(parent: HeldFolder, name: string): void {
	unlinkIfAny(parent.at(name));
}

function unlinkIfAny(path: string | Buffer): void {
	try {
		unlinkSync(path);
	} catch {
		// It is not there: the usual case.
	}
}
