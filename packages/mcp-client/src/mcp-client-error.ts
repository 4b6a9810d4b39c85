// The one error class of this package.

/** Why something failed. */
export type McpClientErrorCode =
	/** The server did not start, or not in time. */
	| "start_failed"
	/** The connection ended while something was under way. */
	| "connection_lost"
	/** No answer in time. */
	| "timeout"
	/** The server answered with an error. */
	| "refused"
	/** The caller's signal aborted. */
	| "aborted"
	/** The server is left alone for a while after failures in a row. */
	| "left_alone"
	/** There is no server, tool or resource of this name. */
	| "unknown"
	/** Its command or the description of a tool changed since it was trusted. */
	| "needs_trust"
	/** A limit of this package was reached. */
	| "limit"
	/** A login is needed, or did not work. */
	| "login"
	/** A file of this package cannot be read or written. */
	| "file";

/** What this package throws. The message is one line, without secrets. */
export class McpClientError extends Error {
	override readonly name = "McpClientError";
	readonly code: McpClientErrorCode;

	constructor(code: McpClientErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}
