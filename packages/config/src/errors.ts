// The one error class of this package. Broken configuration is a value (`ConfigProblem`); only failing file operations
// that a caller asked for are thrown.

/**
 * Why an operation of this package failed.
 * - `home_unusable`: the home folder cannot be made or is not a folder.
 * - `not_a_plain_file`: the target of a write is a symbolic link, a folder or a device.
 * - `write_failed`: the operating system refused a write; `cause` is its error.
 * - `lock_busy`: another process held the lock for as long as we were willing to wait.
 * - `lock_lost`: the lock was taken over while the work ran; what it wrote may be overwritten.
 */
export type ConfigErrorCode = "home_unusable" | "not_a_plain_file" | "write_failed" | "lock_busy" | "lock_lost";

/** A failed file operation. `message` is one sentence that names the path. */
export class ConfigError extends Error {
	readonly code: ConfigErrorCode;

	constructor(code: ConfigErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.name = "ConfigError";
		this.code = code;
	}
}
