// Turns what goes wrong into errors of this package. Messages name files as the patch does: the paths of the system's
// own messages lead through descriptors and temporary names.

import { PatchError } from "../patch-error.ts";
import { systemErrorCode } from "./disk.ts";

/** Runs `act`; what it throws becomes a PatchError whose message begins with `prefix`. */
export async function namingFile<T>(prefix: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		throw toPatchError(error, prefix);
	}
}

/** A system error becomes `io`, an error of this package keeps its code, anything else is a bug and stays what it is. */
export function toPatchError(error: unknown, prefix: string): unknown {
	if (error instanceof PatchError) return new PatchError(error.code, `${prefix}: ${error.message}`, error);
	if (systemErrorCode(error) === undefined) return error;
	return new PatchError("io", `${prefix}: ${systemReason(error)}`, error);
}

/** A short reason without paths, such as `ENOSPC: no space left on device`. */
function systemReason(error: unknown): string {
	if (!(error instanceof Error)) return "unknown error";
	return systemErrorCode(error) === undefined ? error.message : (error.message.split(",")[0] ?? error.message);
}

/** @throws PatchError `aborted` when the signal was raised */
export function throwIfAborted(signal: AbortSignal | undefined): void {
	if (signal?.aborted === true) throw new PatchError("aborted", "The patch was interrupted; no files were modified.");
}
