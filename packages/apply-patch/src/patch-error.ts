// The one error of this package. It never leaves it: the functions of `index.ts` turn it into values.

/**
 * Why a patch was not applied.
 *
 * - `invalid_hunk`: the text is not a patch
 * - `empty_patch`: there is nothing to do
 * - `invalid_path`: no file can have this path (empty, a NUL character, a `/` at its end), or `cwd` is not absolute
 * - `outside`: the path leads out of the folders that may be written
 * - `protected`: the path is inside a `.git` folder, or a rule of the caller keeps it
 * - `not_found`: a file to be changed or removed does not exist, or is a link to nothing
 * - `not_a_file`: a folder, a device or the like is in the place of a file, or a file in that of a folder
 * - `not_text`: a file to be changed is not valid UTF-8
 * - `too_large`: a file to be changed has more than 256 MiB
 * - `mismatch`: lines of the patch are not in the file
 * - `changed`: a file changed on disk while the patch was being applied
 * - `io`: the system refused (no space, no permission, …)
 * - `aborted`: the signal was raised
 * - `rollback_failed`: after one of the above, the first state could not be restored completely; the message lists what is left
 */
export type PatchErrorCode =
	| "invalid_hunk"
	| "empty_patch"
	| "invalid_path"
	| "outside"
	| "protected"
	| "not_found"
	| "not_a_file"
	| "not_text"
	| "too_large"
	| "mismatch"
	| "changed"
	| "io"
	| "aborted"
	| "rollback_failed";

/** Thrown between the modules of this package, with a message for a model or a person. */
export class PatchError extends Error {
	override readonly name = "PatchError";
	readonly code: PatchErrorCode;

	constructor(code: PatchErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}
