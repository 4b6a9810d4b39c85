// Removes recorded files of folders that nobody has worked in for longer than sessions are kept. Only whole stores of the
// program's own home go; what is in use was changed today.

import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";

const dayMs = 86_400_000;

/** What was removed, or would be. */
export interface CollectedSnapshots {
	/** Folders whose recorded files went. */
	readonly folders: number;
	/** Bytes of all recorded files before, and of those that went. */
	readonly bytes: number;
	readonly removedBytes: number;
}

interface Store {
	readonly path: string;
	readonly bytes: number;
	/** Milliseconds since the epoch. */
	readonly changedAtMs: number;
}

async function measure(store: string): Promise<Store> {
	let bytes = 0;
	let changedAtMs = 0;
	for (const entry of await readdir(store, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		try {
			const { size, mtimeMs } = await stat(path.join(entry.parentPath, entry.name));
			bytes += size;
			changedAtMs = Math.max(changedAtMs, mtimeMs);
		} catch {
			// Gone meanwhile: then somebody works with this store, and its other files tell so.
		}
	}
	return { path: store, bytes, changedAtMs };
}

/** Removes the stores below `snapshotsDir` that are older than the cap; 0 days: none. */
export async function collectSnapshots(
	snapshotsDir: string,
	options: { readonly nowMs: number; readonly maxAgeDays: number; readonly dryRun: boolean },
): Promise<CollectedSnapshots> {
	const { nowMs, maxAgeDays, dryRun } = options;
	// No such folder: nothing was ever recorded.
	const names = await readdir(snapshotsDir, { withFileTypes: true }).catch(() => []);
	const stores = await Promise.all(
		names.filter((entry) => entry.isDirectory()).map(({ name }) => measure(path.join(snapshotsDir, name))),
	);
	const old = stores.filter(({ changedAtMs }) => maxAgeDays > 0 && nowMs - changedAtMs > maxAgeDays * dayMs);
	if (!dryRun) for (const store of old) await rm(store.path, { recursive: true, force: true });
	const sum = (list: readonly Store[]): number => list.reduce((total, { bytes }) => total + bytes, 0);
	return { folders: old.length, bytes: sum(stores), removedBytes: sum(old) };
}
