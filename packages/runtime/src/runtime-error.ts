// The package's error class.

/**
 * - `log_unusable`: the log file cannot be opened or written.
 * - `recording_unusable`: a recording file cannot be opened or written.
 * - `rules_unusable`: a file of command rules cannot be read.
 */
export type RuntimeErrorCode = "log_unusable" | "memory_unusable" | "recording_unusable" | "rules_unusable";

/** A fault of the runtime's own files. Everything else is a value. */
export class RuntimeError extends Error {
	readonly code: RuntimeErrorCode;

	/** `message` is one sentence for a person. */
	constructor(code: RuntimeErrorCode, message: string, cause?: unknown) {
		super(message, { cause });
		this.name = "RuntimeError";
		this.code = code;
	}
}
