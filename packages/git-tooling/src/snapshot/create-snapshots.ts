// Puts the parts of snapshots together: takes the store's lock, finishes what was interrupted, then walks, plans, writes
// and records. A restore is journalled before its first change, so that one that was killed is finished by the next call.

import { randomBytes } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { GitToolingError, messageOf } from "../git-tooling-error.ts";
import type { GitOptions, Repository } from "../repository/repository.ts";
import { openShadow } from "../repository/shadow.ts";
import { type CarriedOut, carryOut } from "./carry-out.ts";
import { createFileObjects } from "./file-objects.ts";
import { createGitObjects } from "./git-objects.ts";
import { createIgnoreRules, type IgnoreRules } from "./ignored-names.ts";
import { defaultLimits, type SnapshotLimits } from "./limits.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ChangedBy, StoredAction, StoredJournal, StoredRecord } from "./parse-stored.ts";
import { fromText, isInsideName, toText } from "./path-name.ts";
import { planRestore, type RestorePlan, userChangedSince } from "./plan-restore.ts";
import { type Scan, scanTree } from "./scan-tree.ts";
import { partialSentences, toConflict, toPathChange, toSnapshot } from "./sentences.ts";
import { createSnapshotLog, lastChangedBy, type SnapshotLog } from "./snapshot-log.ts";
import type { Restored, RestoreOptions, RestoreRefused, SnapshotSettings, Snapshots } from "./snapshots.ts";
import { openStatCache, type StatCache } from "./stat-cache.ts";
import { createStoreFiles, type StoreFiles } from "./store-files.ts";
import { withStoreLock } from "./store-lock.ts";
import { collectIds } from "./tree-listing.ts";
import { differencesOf, signatureOf, type TreeState } from "./tree-state.ts";

/** A folder outside any repository. With `git`, repositories inside it say themselves what they ignore. */
export interface PlainFolder {
	readonly kind: "folder";
	readonly path: string;
	readonly git?: GitOptions;
}

interface Parts {
	readonly root: string;
	readonly folder: string;
	readonly store: ObjectStore;
	readonly files: StoreFiles;
	readonly log: SnapshotLog;
	readonly rules: IgnoreRules;
	readonly stats: StatCache;
	readonly limits: SnapshotLimits;
	readonly nowMs: () => number;
}

/**
 * Opens the snapshots of a repository's work tree or of a plain folder.
 *
 * @throws GitToolingError `io` when the folder or the store cannot be used, `git_failed` for a bare repository, `git_missing`
 */
export async function createSnapshots(of: Repository | PlainFolder, settings: SnapshotSettings): Promise<Snapshots> {
	const parts = await guarded(() => openParts(of, settings));
	let last: Promise<unknown> = Promise.resolve();
	const exclusive = <T>(use: () => Promise<T>): Promise<T> => {
		const run = (): Promise<T> =>
			guarded(() =>
				withStoreLock(parts.folder, async () => {
					await parts.log.refresh();
					await recover(parts);
					return use();
				}),
			);
		const result = last.then(run, run);
		last = result.catch(() => {});
		return result;
	};
	return {
		take: (label, options = {}) =>
			exclusive(async () => {
				const { changedBy = "user", alsoPaths = [], signal } = options;
				await addNamed(parts, alsoPaths);
				const record = await recordNow(parts, { label, by: () => changedBy, signal });
				const isTurn = changedBy === "us" && record.changes.length > 0;
				if (isTurn && parts.log.state.redo.length > 0) await parts.log.setState({ redo: [] });
				return toSnapshot(record);
			}),
		list: () => exclusive(() => Promise.resolve(parts.log.records.map(toSnapshot))),
		changesSince: (id, signal) => exclusive(() => changesSince(parts, id, signal)),
		preview: (id, options = {}) => exclusive(() => preview(parts, id, options)),
		restore: (id, options = {}) => exclusive(() => restore(parts, { id, options, isRedo: false })),
		redo: (options = {}) => exclusive(() => redo(parts, options)),
		recover: () =>
			guarded(() =>
				withStoreLock(parts.folder, async () => {
					await parts.log.refresh();
					return recover(parts);
				}),
			),
		drop: (ids) => exclusive(() => drop(parts, ids)),
		sizeBytes: () => exclusive(() => parts.store.sizeBytes()),
	};
}

async function openParts(of: Repository | PlainFolder, settings: SnapshotSettings): Promise<Parts> {
	await mkdir(settings.store, { recursive: true, mode: 0o700 });
	const folder = await realpath(settings.store);
	if (of.kind === "repository" && of.bare) {
		throw new GitToolingError("git_failed", `${of.root} has no work tree, so there is nothing to take a snapshot of.`);
	}
	const root = await realpath(of.kind === "repository" ? of.root : of.path);
	const shadow = of.kind === "repository" ? await openShadow(of, join(folder, "git")) : undefined;
	const naming = of.kind === "repository" ? `git-${of.objectFormat}` : "sha256";
	const store =
		shadow === undefined || of.kind !== "repository"
			? createFileObjects(join(folder, "objects"))
			: createGitObjects(shadow, of.objectFormat);
	const files = createStoreFiles(folder);
	return {
		root,
		folder,
		store,
		files,
		log: createSnapshotLog(files, store, { root, naming }),
		rules: createIgnoreRules(shadow, of.kind === "repository" ? of.options : of.git, folder),
		stats: openStatCache(join(folder, "stat-cache")),
		limits: { ...defaultLimits, ...settings.limits },
		nowMs: settings.nowMs ?? Date.now,
	};
}

async function guarded<T>(use: () => Promise<T>): Promise<T> {
	try {
		return await use();
	} catch (error) {
		if (error instanceof GitToolingError) throw error;
		const isAbort = error instanceof Error && error.name === "AbortError";
		throw new GitToolingError(isAbort ? "aborted" : "io", messageOf(error), error);
	}
}

async function addNamed({ log }: Parts, paths: readonly string[]): Promise<void> {
	const known = new Set(log.state.named);
	const fresh = paths.map(fromText).filter((name) => isInsideName(name) && !known.has(name));
	if (fresh.length > 0) await log.setState({ named: [...known, ...fresh] });
}

async function scan(parts: Parts, keep: boolean, signal?: AbortSignal): Promise<Scan> {
	const { root, store, stats, rules, limits, log, folder } = parts;
	const previous = await log.newest();
	const named = log.state.named;
	return scanTree({ root, store, stats, rules, limits, previous, named, leaveOut: folder, keep, signal });
}

interface RecordNow {
	readonly label: string;
	readonly by: (name: string, now: string) => ChangedBy;
	readonly signal?: AbortSignal | undefined;
}

async function recordNow(parts: Parts, { label, by, signal }: RecordNow): Promise<StoredRecord> {
	const { state, files, bytes } = await scan(parts, true, signal);
	const partial = partialSentences(state, parts.limits);
	const record = await parts.log.append(state, { label, takenAtMs: parts.nowMs(), files, bytes, partial, by });
	await parts.stats.save();
	return record;
}

const laterThan = ({ log }: Parts, record: StoredRecord): readonly StoredRecord[] =>
	log.records.filter(({ sequence }) => sequence > record.sequence);

async function changesSince(
	parts: Parts,
	id: string,
	signal: AbortSignal | undefined,
): ReturnType<Snapshots["changesSince"]> {
	const record = parts.log.find(id);
	if (record === undefined) return undefined;
	const { state } = await scan(parts, false, signal);
	const unrecorded = differencesOf(await parts.log.newest(), state);
	const changedBy = lastChangedBy(laterThan(parts, record), unrecorded);
	return differencesOf(await parts.log.treeOf(record), state)
		.toSorted(byName)
		.map(({ name, before, after }) => ({ ...toPathChange(name, before, after), by: changedBy.get(name) ?? "user" }));
}

const byName = (left: { readonly name: string }, right: { readonly name: string }): number =>
	left.name < right.name ? -1 : 1;

async function preview(parts: Parts, id: string, options: RestoreOptions): ReturnType<Snapshots["preview"]> {
	const record = parts.log.find(id);
	if (record === undefined) return unknownSnapshot(id);
	const { state } = await scan(parts, false, options.signal);
	const { actions, left, uncaptured } = await planFor(parts, { record, current: state, options });
	const missing = await missingContents(parts, actions);
	if (missing.length > 0) return contentMissing(missing);
	return {
		kind: "preview",
		changes: actions.toSorted(byName).map(({ name, to }) => toPathChange(name, state.entries.get(name), to)),
		conflicts: left.toSorted(byName).map(toConflict),
		uncaptured: uncaptured.toSorted().map(toText),
	};
}

interface PlanFor {
	readonly record: StoredRecord;
	readonly current: TreeState;
	readonly options: RestoreOptions;
}

async function planFor(parts: Parts, { record, current, options }: PlanFor): Promise<RestorePlan> {
	const target = await parts.log.treeOf(record);
	const unrecorded = differencesOf(await parts.log.newest(), current);
	const userChanged = userChangedSince(target, laterThan(parts, record), unrecorded);
	const { onUserChange = "leave" } = options;
	if (onUserChange === "overwrite") return planRestore({ target, current, userChanged, overwrite: userChanged });
	const overwrite = new Set(onUserChange === "leave" ? [] : onUserChange.overwrite.map(fromText));
	return planRestore({ target, current, userChanged, overwrite });
}

async function missingContents({ store }: Parts, actions: readonly StoredAction[]): Promise<readonly string[]> {
	const needed = actions.flatMap(({ name, to }) => (to !== undefined && "id" in to ? [{ name, id: to.id }] : []));
	const missing = await store.missing(new Set(needed.map(({ id }) => id)));
	return needed.filter(({ id }) => missing.has(id)).map(({ name }) => toText(name));
}

const unknownSnapshot = (id: string): RestoreRefused => ({
	kind: "refused",
	reason: "unknown_snapshot",
	message: `There is no snapshot ${id}.`,
});

const contentMissing = (paths: readonly string[]): RestoreRefused => ({
	kind: "refused",
	reason: "content_missing",
	message: `Nothing was changed: the store no longer has the content of ${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}.`,
});

interface RestoreCall {
	readonly id: string;
	readonly options: RestoreOptions;
	readonly isRedo: boolean;
}

async function restore(parts: Parts, { id, options, isRedo }: RestoreCall): Promise<Restored | RestoreRefused> {
	const target = parts.log.find(id);
	if (target === undefined) return unknownSnapshot(id);
	const before = await recordNow(parts, {
		label: `before going back to: ${target.label}`,
		by: () => "user",
		signal: options.signal,
	});
	const current = await parts.log.newest();
	const plan = await planFor(parts, { record: target, current, options });
	const missing = await missingContents(parts, plan.actions);
	if (missing.length > 0) return contentMissing(missing);
	if (plan.actions.length === 0) {
		if (isRedo) await parts.log.setState({ redo: parts.log.state.redo.slice(0, -1) });
		return toRestored({ before, after: before, plan, outcome: { done: new Set(), left: [] } });
	}
	const { redo: redoBefore } = parts.log.state;
	const journal: StoredJournal = {
		version: 1,
		token: randomBytes(6).toString("hex"),
		label: `back to: ${target.label}`,
		before: before.sequence,
		redo: isRedo ? redoBefore.slice(0, -1) : [...redoBefore, before.sequence],
		actions: plan.actions,
	};
	await parts.files.writeJournal(journal);
	const { outcome, after } = await finish(parts, journal);
	return toRestored({ before, after, plan, outcome });
}

interface RestoreParts {
	readonly before: StoredRecord;
	readonly after: StoredRecord;
	readonly plan: RestorePlan;
	readonly outcome: CarriedOut;
}

function toRestored({ before, after, plan, outcome }: RestoreParts): Restored {
	return {
		kind: "restored",
		before: toSnapshot(before),
		after: toSnapshot(after),
		changed: [...outcome.done].toSorted().map(toText),
		conflicts: [...plan.left, ...outcome.left].toSorted(byName).map(toConflict),
		uncaptured: plan.uncaptured.toSorted().map(toText),
	};
}

/** Carries out a journal from wherever it was left, records the result, and closes it. */
async function finish(
	parts: Parts,
	journal: StoredJournal,
): Promise<{ readonly outcome: CarriedOut; readonly after: StoredRecord }> {
	const { root, store } = parts;
	const outcome = await carryOut(journal.actions, { root, store, token: journal.token });
	const wanted = new Map(journal.actions.map(({ name, to }) => [name, signatureOf(to)]));
	// What is as the journal wanted it is our doing; anything else that changed meanwhile is the user's.
	const after = await recordNow(parts, {
		label: journal.label,
		by: (name, now) => (wanted.get(name) === now ? "us" : "user"),
	});
	await parts.log.setState({ redo: journal.redo });
	await parts.files.removeJournal();
	return { outcome, after };
}

async function recover(parts: Parts): Promise<boolean> {
	const journal = await parts.files.journal();
	if (journal === undefined) return false;
	await finish(parts, journal);
	return true;
}

async function redo(parts: Parts, options: RestoreOptions): Promise<Restored | RestoreRefused> {
	const target = parts.log.state.redo.at(-1);
	if (target === undefined) {
		return { kind: "refused", reason: "nothing_to_redo", message: "There is nothing to redo." };
	}
	return restore(parts, { id: String(target), options, isRedo: true });
}

async function drop(parts: Parts, ids: readonly string[]): Promise<number> {
	const { log, store } = parts;
	const sequences = new Set(
		log.records.map(({ sequence }) => sequence).filter((sequence) => ids.includes(String(sequence))),
	);
	if (sequences.size > 0) await log.remove(sequences);
	const needed = { listings: new Set<string>(), contents: new Set<string>() };
	for (const { root } of log.records) await collectIds(root, store, needed);
	return store.sweep(new Set([...needed.listings, ...needed.contents]));
}
