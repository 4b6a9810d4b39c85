// The one error of this package: only for what a caller did wrong. Files with mistakes are values.

/**
 * What the caller did wrong.
 *
 * - `invalid_rule`: a rule was to be made from an empty pattern or from an empty word
 */
export type ExecPolicyErrorCode = "invalid_rule";

/** Thrown for a programming error in the use of this package. */
export class ExecPolicyError extends Error {
	override readonly name = "ExecPolicyError";
	readonly code: ExecPolicyErrorCode;

	constructor(code: ExecPolicyErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}
