// Mutual exclusion between processes for one file, on proper-lockfile (loaded when used).

import { mkdir } from "node:fs/promises";
import path from "node:path";

// A holder renews its lock every 5 s; 10 s without a sign of life means that it is gone.
const staleMs = 10_000;
const triesMs = 100;

/**
 * Runs `work` while holding the lock of `file`, which need not exist. Waits up to `waitMs` (default 12 s: longer than the
 * lock of a dead holder stays).
 *
 * @throws what the lock or `work` throws.
 */
export async function withFolderLock<T>(file: string, work: () => Promise<T>, waitMs: number = 12_000): Promise<T> {
	const { lock } = (await import("proper-lockfile")).default;
	await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
	let lost = false;
	const release = await lock(file, {
		realpath: false,
		stale: staleMs,
		retries: { retries: Math.ceil(waitMs / triesMs), factor: 1, minTimeout: triesMs, maxTimeout: triesMs },
		onCompromised: () => {
			lost = true;
		},
	});
	try {
		return await work();
	} finally {
		if (!lost) await release();
	}
}
