// The one error class of this package.

/**
 * Why this package threw.
 * - `not_a_schema`: `createOutputValidator` was given something that is not a JSON Schema.
 */
export type ProvidersErrorCode = "not_a_schema";

/** Thrown only where a doc comment of this package says so; failures of a stream are events instead. */
export class ProvidersError extends Error {
	readonly code: ProvidersErrorCode;

	constructor(code: ProvidersErrorCode, message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = "ProvidersError";
		this.code = code;
	}
}
