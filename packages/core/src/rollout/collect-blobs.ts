// Deletes the blobs that no session names any more. Reads every session; runs only when a person asks for it.

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { blobsNamedIn } from "./blob-store.ts";
import { listRollouts } from "./find-rollout.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";

/** What is there, and what of it nobody needs. */
export interface BlobCount {
	readonly blobs: number;
	readonly bytes: number;
	/** Deleted, or with `dryRun` what would be. */
	readonly unneeded: number;
	readonly unneededBytes: number;
}

// A running session stores a blob a moment before the line that names it; a day is far more than a moment.
const minAgeMs = 86_400_000;

async function namedBlobs(sessionsDir: string, except: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
	const named = new Set<string>();
	for (const { path } of await listRollouts(sessionsDir)) {
		if (except.has(path)) continue;
		try {
			const handle = await openForReading(path);
			try {
				await readLines(handle, (line) => {
					for (const hash of blobsNamedIn(line ?? "")) named.add(hash);
					return true;
				});
			} finally {
				await handle.close();
			}
		} catch {
			return undefined; // Whatever it names must stay: nothing is deleted now.
		}
	}
	return named;
}

async function filesIn(folder: string): Promise<readonly string[]> {
	try {
		const entries = await readdir(folder, { recursive: true, withFileTypes: true });
		return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	} catch {
		return []; // No blob was ever stored.
	}
}

/**
 * Deletes unneeded blobs below `sessionsDir` that are older than a day; with `dryRun` only counts them. Sessions in
 * `gone` count as deleted. Nothing is deleted while a session cannot be read. Rejects with the system's error.
 */
export async function collectBlobs(
	sessionsDir: string,
	options: { readonly nowMs: number; readonly dryRun: boolean; readonly gone?: ReadonlySet<string> },
): Promise<BlobCount> {
	const count = { blobs: 0, bytes: 0, unneeded: 0, unneededBytes: 0 };
	const files = await filesIn(join(sessionsDir, "blobs"));
	const named = files.length === 0 ? undefined : await namedBlobs(sessionsDir, options.gone ?? new Set());
	for (const file of files) {
		const { size, mtimeMs } = await stat(file);
		count.blobs += 1;
		count.bytes += size;
		const hash = file.slice(-64);
		if (named === undefined || named.has(hash) || options.nowMs - mtimeMs < minAgeMs) continue;
		count.unneeded += 1;
		count.unneededBytes += size;
		if (!options.dryRun) await rm(file, { force: true });
	}
	return count;
}
