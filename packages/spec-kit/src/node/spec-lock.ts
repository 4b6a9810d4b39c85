// The lock of one SPEC between processes, on proper-lockfile. It is a folder that its holder keeps fresh; one that a dead
// process left behind is taken over once it is stale. It is removed again in every case.

import { toError } from "@codex/protocol";
import { lockPath } from "../evidence/evidence-paths.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { hasCode } from "./file-system.ts";
import type { Repository } from "./repository.ts";

/** How long to wait for a lock, and when it counts as left behind. */
export interface SpecLockOptions {
	/** Milliseconds to wait. Default 5,000: longer than a dead holder's lock stays. */
	readonly lockTimeoutMs?: number;
	/** Milliseconds without a sign of life after which a lock is taken over. Default 4,000, at least 2,000. */
	readonly lockStaleMs?: number;
}

// 15 ms between tries: an evidence write holds the lock for a few milliseconds.
const retryMs = 3;

/**
 * Runs `work` while holding the lock of a SPEC. `stillHeld` throws `lock_lost` once the lock was taken over: work calls it
 * before it makes anything permanent.
 *
 * Rejects with `lock_busy` when the lock could not be had in time, with `directory_create` or `file_write` when the disk
 * refuses one, or as `work` does.
 */
export async function withSpecLock<T>(
	repository: Repository,
	spec: { readonly evidenceDir: string; readonly specId: string },
	work: (stillHeld: () => void) => Promise<T>,
	options: SpecLockOptions = {},
): Promise<T> {
	const path = lockPath(spec.evidenceDir, spec.specId);
	const slash = path.lastIndexOf("/");
	const { lock } = (await import("proper-lockfile")).default;
	let lost: Error | undefined;
	const release = await repository.inMadeFolder(path.slice(0, slash), async (folder) => {
		const file = `${folder.location}/${path.slice(slash + 1)}`;
		return lock(file, {
			lockfilePath: file,
			realpath: false,
			stale: options.lockStaleMs ?? 4000,
			retries: {
				retries: Math.max(0, Math.ceil((options.lockTimeoutMs ?? 5000) / retryMs)),
				factor: 1,
				minTimeout: retryMs,
				maxTimeout: retryMs,
			},
			onCompromised: (error) => {
				lost = error;
			},
		}).catch((thrown: unknown) => {
			if (hasCode(thrown, "ELOCKED")) {
				throw new SpecKitError("lock_busy", `The evidence of ${spec.specId} is locked by another process`, thrown);
			}
			throw new SpecKitError("file_write", `The lock of ${spec.specId} cannot be made`, toError(thrown));
		});
	});
	const stillHeld = (): void => {
		if (lost !== undefined) throw new SpecKitError("lock_lost", `The lock of ${spec.specId} was taken over`, lost);
	};
	try {
		return await work(stillHeld);
	} finally {
		// Releasing a lock that was taken over fails, and it is then not ours to free.
		if (lost === undefined) {
			await release().catch(() => {
				// Gone already: free is what it should be.
			});
		}
	}
}
