// Remembers which content a file had when it had a certain size, inode and times, so that an unchanged tree costs stats
// only. A file that changed in the two seconds before it was read is not remembered: a further change within the clock
// tick of its file system would look the same.

import { type BigIntStats, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import type { ByteName } from "./path-name.ts";

/** Contents by what `stat` says. */
export interface StatCache {
	/** The content's name, or undefined when it must be read. */
	get(name: ByteName, stats: BigIntStats): string | undefined;
	set(name: ByteName, stats: BigIntStats, id: string): void;
	forget(name: ByteName): void;
	/** Writes it to its file when it changed. A cache that cannot be written is only slower next time. */
	save(): Promise<void>;
}

/** The coarsest clock of a file system in use, in nanoseconds (FAT: 2 s). */
const racyNs = 2_000_000_000n;

const markOf = (stats: BigIntStats): string =>
	`${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}:${stats.dev}`;

/** The cache kept in `file`; a missing or unreadable file is an empty cache. */
export function openStatCache(file: string): StatCache {
	const known = read(file);
	let changed = false;
	return {
		get(name, stats) {
			const entry = known.get(name);
			return entry !== undefined && entry.mark === markOf(stats) ? entry.id : undefined;
		},
		set(name, stats, id) {
			// The real time: it is compared with times that the kernel gave to files.
			if (stats.ctimeNs > BigInt(Date.now()) * 1_000_000n - racyNs) {
				changed = known.delete(name) || changed;
				return;
			}
			known.set(name, { mark: markOf(stats), id });
			changed = true;
		},
		forget(name) {
			changed = known.delete(name) || changed;
		},
		async save() {
			if (!changed) return;
			const lines: string[] = [];
			for (const [name, { mark, id }] of known) lines.push(`${mark} ${id} ${JSON.stringify(name)}`);
			try {
				await writeFile(`${file}.new`, lines.join("\n"), { mode: 0o600 });
				await rename(`${file}.new`, file);
				changed = false;
			} catch {
				// Only slower next time.
			}
		},
	};
}

function read(file: string): Map<ByteName, { readonly mark: string; readonly id: string }> {
	const known = new Map<ByteName, { readonly mark: string; readonly id: string }>();
	try {
		for (const line of readFileSync(file, "utf8").split("\n")) {
			const [, mark, id, name] = /^([\d:]+) ([0-9a-f]+) (".*")$/.exec(line) ?? [];
			if (mark !== undefined && id !== undefined && name !== undefined)
				known.set(String(JSON.parse(name)), { mark, id });
		}
	} catch {
		// No cache, or half of one: what is missing is read again.
	}
	return known;
}
