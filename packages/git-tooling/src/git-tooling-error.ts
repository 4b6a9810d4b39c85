// The one error of this package. Expected outcomes (no repository, a refusal, a conflict) are values; this is for what a
// caller cannot decide about: a git that does not answer, a store that the disk refuses.

/**
 * Why an operation could not be carried out.
 *
 * - `git_failed`: git ended with an error; the message holds its first lines
 * - `git_missing`: the git program could not be started
 * - `timeout`: git did not end in its time and was killed
 * - `aborted`: the signal was raised; git was killed
 * - `store_broken`: a file of the snapshot store cannot be read as what it should be
 * - `store_busy`: another living process is using the snapshot store
 * - `io`: the system refused (no space, no permission, …)
 */
export type GitToolingErrorCode =
	| "git_failed"
	| "git_missing"
	| "timeout"
	| "aborted"
	| "store_broken"
	| "store_busy"
	| "io";

/** Thrown by every function of this package that fails; `message` is a sentence for a person. */
export class GitToolingError extends Error {
	override readonly name = "GitToolingError";
	readonly code: GitToolingErrorCode;

	constructor(code: GitToolingErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}

/** The code of a system error, such as `ENOENT`; undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
	return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
