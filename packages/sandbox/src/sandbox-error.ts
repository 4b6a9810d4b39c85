// The error of this package.

/**
 * Why a plan cannot be made.
 *
 * - `unenforceable`: the policy asks for what no mechanism can keep (a writable `/`, a protected name that links to the
 *   workspace itself).
 * - `denied_reads`: the globs of denied reads are not usable, or looking for their files met more entries than allowed.
 * - `helper`: the helper could not be started or did not answer as it should.
 */
export type SandboxErrorCode = "unenforceable" | "denied_reads" | "helper";

/** Thrown by this package; everything expected (denials, refusals, missing kernel features) is a value instead. */
export class SandboxError extends Error {
	readonly code: SandboxErrorCode;

	constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "SandboxError";
		this.code = code;
	}
}
