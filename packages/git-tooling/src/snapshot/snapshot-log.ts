// The recorded states of one store in their order, and what they mean together: the newest state, who changed what since
// a snapshot, how a snapshot is left out. It must only be used while the store's lock is held.

import { GitToolingError } from "../git-tooling-error.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ChangedBy, StoredChange, StoredRecord, StoredState } from "./parse-stored.ts";
import type { ByteName } from "./path-name.ts";
import type { StoreFiles } from "./store-files.ts";
import { readListings, writeListings } from "./tree-listing.ts";
import { type Difference, differencesOf, emptyTree, signatureOf, type TreeState } from "./tree-state.ts";

/** States that are kept in memory besides the newest: going back and forth reads them again and again. */
const recentTrees = 4;

/** What a new record says besides its state. */
export interface NewRecord {
	readonly label: string;
	readonly takenAtMs: number;
	readonly files: number;
	readonly bytes: number;
	readonly partial: readonly string[];
	/** Who made a difference from the newest state. */
	readonly by: (name: ByteName, now: string) => ChangedBy;
}

/** The log. Everything rejects with GitToolingError or the system's error. */
export interface SnapshotLog {
	/** Reads what is on the disk; to be called first, each time the lock was taken. */
	refresh(): Promise<void>;
	readonly records: readonly StoredRecord[];
	readonly state: StoredState;
	find(id: string): StoredRecord | undefined;
	treeOf(record: StoredRecord): Promise<TreeState>;
	/** The newest state; empty when there is none. */
	newest(): Promise<TreeState>;
	append(tree: TreeState, record: NewRecord): Promise<StoredRecord>;
	setState(change: Partial<Pick<StoredState, "redo" | "named">>): Promise<void>;
	remove(sequences: ReadonlySet<number>): Promise<void>;
}

/** The log of a store that is for `root` and names contents by `naming`. */
export function createSnapshotLog(
	files: StoreFiles,
	store: ObjectStore,
	identity: { readonly root: string; readonly naming: string },
): SnapshotLog {
	let records: readonly StoredRecord[] = [];
	let state: StoredState = { version: 1, ...identity, next: 1, redo: [], named: [] };
	let newest: { readonly sequence: number; readonly tree: TreeState } | undefined;

	const recent = new Map<string, TreeState>();
	const treeOf = async (record: StoredRecord): Promise<TreeState> => {
		if (newest?.sequence === record.sequence) return newest.tree;
		const key = `${record.root} ${record.truncated}`;
		const tree = recent.get(key) ?? (await readListings(record.root, record.truncated, store));
		recent.delete(key);
		recent.set(key, tree);
		for (const oldest of recent.keys()) if (recent.size > recentTrees) recent.delete(oldest);
		return tree;
	};

	const newestTree = async (): Promise<TreeState> => {
		const last = records.at(-1);
		if (last === undefined) return emptyTree;
		const tree = await treeOf(last);
		newest = { sequence: last.sequence, tree };
		return tree;
	};

	const writeState = async (change: Partial<StoredState>): Promise<void> => {
		state = { ...state, ...change };
		await files.writeState(state);
	};

	return {
		async refresh() {
			const kept = await files.state();
			if (kept === undefined) return;
			if (kept.root !== identity.root || kept.naming !== identity.naming) {
				throw new GitToolingError("store_broken", `The snapshot store is for another folder: ${kept.root}.`);
			}
			state = kept;
			records = await files.records();
		},
		get records() {
			return records;
		},
		get state() {
			return state;
		},
		find: (id) => records.find((record) => String(record.sequence) === id),
		treeOf,
		newest: newestTree,
		async append(tree, { by, ...said }) {
			const before = records.at(-1);
			const differences = before === undefined ? [] : differencesOf(await newestTree(), tree);
			const isSame = before !== undefined && differences.length === 0 && before.truncated === tree.truncated;
			const root = isSame ? before.root : await writeListings(tree, store);
			const sequence = state.next;
			const changes = differences.map(({ name, after }) => toChange(name, signatureOf(after), by));
			const record: StoredRecord = { version: 1, sequence, ...said, root, truncated: tree.truncated, changes };
			// The number first: a crash in between wastes one, and never gives one twice.
			await writeState({ next: sequence + 1 });
			await files.writeRecord(record);
			records = [...records, record];
			newest = { sequence, tree };
			return record;
		},
		setState: writeState,
		async remove(sequences) {
			const left = withoutRecords(records, sequences);
			// Rewritten before anything goes: a crash in between leaves changes told twice, which does no harm.
			for (const record of left) if (!records.includes(record)) await files.writeRecord(record);
			for (const sequence of sequences) await files.removeRecord(sequence);
			records = left;
			newest = undefined;
			await writeState({ redo: state.redo.filter((sequence) => !sequences.has(sequence)) });
		},
	};
}

function toChange(name: ByteName, now: string, by: NewRecord["by"]): StoredChange {
	return { name, by: by(name, now), now };
}

/** The records that stay; what a removed one says about who changed what is said by the next. */
function withoutRecords(records: readonly StoredRecord[], sequences: ReadonlySet<number>): readonly StoredRecord[] {
	const left: StoredRecord[] = [];
	let carried: readonly StoredChange[] = [];
	for (const record of records) {
		const changes = carried.length === 0 ? record.changes : mergeChanges(carried, record.changes);
		if (sequences.has(record.sequence)) {
			carried = changes;
			continue;
		}
		// Before the first record there is nothing that could have been changed.
		const own = left.length === 0 ? [] : changes;
		left.push(
			own === record.changes || (own.length === 0 && record.changes.length === 0)
				? record
				: { ...record, changes: own },
		);
		carried = [];
	}
	return left;
}

function mergeChanges(first: readonly StoredChange[], second: readonly StoredChange[]): readonly StoredChange[] {
	const merged = new Map(first.map((change) => [change.name, change]));
	for (const change of second) {
		const before = merged.get(change.name);
		merged.set(change.name, before?.by === "user" ? { ...change, by: "user" } : change);
	}
	return [...merged.values()];
}

/** The last word on who changed each of some paths. */
export function lastChangedBy(
	later: readonly StoredRecord[],
	unrecorded: readonly Difference[],
): ReadonlyMap<ByteName, ChangedBy> {
	const found = new Map<ByteName, ChangedBy>();
	for (const { changes } of later) for (const { name, by } of changes) found.set(name, by);
	for (const { name } of unrecorded) found.set(name, "user");
	return found;
}
