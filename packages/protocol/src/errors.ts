// The one conversion from an unknown thrown value to an Error, and the exhaustiveness guard.

/** `unknown` as an Error: itself when it is one, else one whose message is its text. */
export function toError(value: unknown): Error {
	if (value instanceof Error) return value;
	return new Error(typeof value === "string" ? value : String(value), { cause: value });
}

/** For the `default` of a switch over a union: a compile error when a case is missing, a thrown one at run time. */
export function assertNever(value: never): never {
	throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
