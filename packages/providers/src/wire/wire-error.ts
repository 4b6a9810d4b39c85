// An error as a server told it, whatever its wire.

/** An error as a server told it; empty text where it said nothing. */
export interface WireError {
	readonly message: string;
	/** The vendor's code, for example `context_length_exceeded`. */
	readonly code: string;
	/** The vendor's class of error, for example `insufficient_quota`. */
	readonly type: string;
	/** Seconds until a used-up plan is usable again, or until the server wants to be asked again. */
	readonly resetsInSeconds?: number;
}
