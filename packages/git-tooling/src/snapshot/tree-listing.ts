// A tree state as contents of the store: one listing for each folder, which names the listings of the folders in it, so
// that what did not change between two snapshots is kept once.

import { GitToolingError } from "../git-tooling-error.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";
import { type ListingLine, listingBytes, parseListing } from "./parse-stored.ts";
import { type ByteName, lastPart, parentOf } from "./path-name.ts";
import type { Entry, TreeState } from "./tree-state.ts";

/** Puts the listings of a state into the store and gives the name of the root's. */
export async function writeListings(state: TreeState, store: ObjectStore): Promise<string> {
	const inFolder = new Map<string, [ByteName, Entry][]>([["", []]]);
	for (const [name, entry] of state.entries) {
		if (entry.kind === "folder" && !inFolder.has(name)) inFolder.set(name, []);
		const parent = parentOf(name);
		const list = inFolder.get(parent);
		if (list === undefined) inFolder.set(parent, [[name, entry]]);
		else list.push([name, entry]);
	}
	const objects: StoredObject[] = [];
	const build = (folder: string): string => {
		const lines = (inFolder.get(folder) ?? [])
			.toSorted(([left], [right]) => (left < right ? -1 : 1))
			.map(([name, entry]): ListingLine => {
				return entry.kind === "folder" ? [lastPart(name), entry, build(name)] : [lastPart(name), entry];
			});
		const bytes = listingBytes(lines);
		const id = store.idOf(bytes);
		objects.push({ id, bytes });
		return id;
	};
	const root = build("");
	await store.put(objects);
	return root;
}

/** Reads a state back. @throws GitToolingError `store_broken` when a listing is gone or damaged */
export async function readListings(root: string, truncated: boolean, store: ObjectStore): Promise<TreeState> {
	const entries = new Map<ByteName, Entry>();
	await walkListings(root, store, (name, entry) => entries.set(name, entry));
	return { entries, truncated };
}

/** What snapshots need of the store. Listings apart, because a file may hold the text of a listing. */
export interface NeededIds {
	readonly listings: Set<string>;
	readonly contents: Set<string>;
}

/** Adds the names of everything that a state needs. @throws GitToolingError `store_broken` */
export async function collectIds(root: string, store: ObjectStore, into: NeededIds): Promise<void> {
	const visit = (_: ByteName, entry: Entry): void => {
		if (entry.kind === "file" || entry.kind === "link") into.contents.add(entry.id);
	};
	await walkListings(root, store, visit, into.listings);
}

/** Level by level, so that a deep tree costs as many questions as it has levels. Listings in `seen` are not read again. */
async function walkListings(
	root: string,
	store: ObjectStore,
	visit: (name: ByteName, entry: Entry) => void,
	seen?: Set<string>,
): Promise<void> {
	let level: readonly { readonly prefix: string; readonly id: string }[] = [{ prefix: "", id: root }];
	while (level.length > 0) {
		const open = seen === undefined ? level : level.filter(({ id }) => !seen.has(id));
		const contents = await store.get([...new Set(open.map(({ id }) => id))]);
		const next: { prefix: string; id: string }[] = [];
		for (const { prefix, id } of open) {
			seen?.add(id);
			const bytes = contents.get(id);
			if (bytes === undefined)
				throw new GitToolingError("store_broken", "The snapshot store is damaged: a folder listing is gone.");
			for (const [part, entry, listing] of parseListing(bytes)) {
				visit(prefix + part, entry);
				if (listing !== undefined) next.push({ prefix: `${prefix}${part}/`, id: listing });
			}
		}
		level = next;
	}
}
