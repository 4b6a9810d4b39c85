// Mutual exclusion between processes for one file, on proper-lockfile (loaded when used). The lock is a folder
// `<path>.lock` beside the file; one that was left behind by a dead process is taken over when it is stale.

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError } from "../errors.ts";

// A holder renews its lock every 5 s, so 10 s without a sign of life means that it is gone.
const staleMs = 10_000;
// 100 ms between tries: the history file's lock of the reference waits 10 × 100 ms.
const retryMs = 100;

/** How long to wait for a lock. */
export interface FileLockOptions {
	/** Milliseconds; rounded to tries 100 ms apart. Default 12,000: longer than a dead holder's lock stays. */
	readonly waitMs?: number;
}

/** A busy lock has its own code; anything else is the disk's refusal. */
function lockError(path: string, error: unknown): ConfigError {
	if (error instanceof Error && "code" in error && error.code === "ELOCKED") {
		return new ConfigError("lock_busy", `${path} is locked by another process`, error);
	}
	return new ConfigError("write_failed", `${path} cannot be locked`, error);
}

/**
 * Runs `work` while holding the lock of `path`, which need not exist; its folder is made with mode 0700.
 *
 * @throws ConfigError `lock_busy` when it could not be had in time, `lock_lost` when it was lost while `work` ran,
 * `write_failed` when the disk refuses a lock; what `work` throws passes through. The lock is free again afterwards in
 * every case.
 */
export async function withFileLock<Result>(
	path: string,
	work: () => Promise<Result>,
	options: FileLockOptions = {},
): Promise<Result> {
	const { lock } = (await import("proper-lockfile")).default;
	let lost: Error | undefined;
	const acquire = async (): Promise<() => Promise<void>> => {
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		return await lock(path, {
			realpath: false,
			stale: staleMs,
			retries: {
				retries: Math.ceil((options.waitMs ?? 12_000) / retryMs),
				factor: 1,
				minTimeout: retryMs,
				maxTimeout: retryMs,
			},
			onCompromised: (error) => {
				lost = error;
			},
		});
	};
	const release = await acquire().catch((error: unknown) => {
		throw lockError(path, error);
	});
	try {
		const result = await work();
		if (lost !== undefined) throw new ConfigError("lock_lost", `the lock of ${path} was taken over`, lost);
		return result;
	} finally {
		// Releasing a lock that was taken over fails, and it is then not ours to free.
		if (lost === undefined) await release();
	}
}
