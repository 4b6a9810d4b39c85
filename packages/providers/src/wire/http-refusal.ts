// A server that answered, but not with a stream. Vendors' own error classes are turned into these at their clients.

/** What is known of a refusal. */
export interface HttpRefusalParts {
	readonly status: number;
	readonly headers: Headers;
	/** The parsed JSON body, or `undefined` when it was none. */
	readonly body: unknown;
	/** The body's text, cut. */
	readonly text: string;
	/** The vendor's id of the request. */
	readonly requestId?: string;
}

/** A response with a status that is not 2xx. */
export class HttpRefusal extends Error {
	override readonly name = "HttpRefusal";
	readonly parts: HttpRefusalParts;

	constructor(parts: HttpRefusalParts) {
		super(`status ${parts.status}`);
		this.parts = parts;
	}
}

/** Thrown when a response of status 200 is not a stream of this wire. */
export class NotAStream extends Error {
	override readonly name = "NotAStream";
}
