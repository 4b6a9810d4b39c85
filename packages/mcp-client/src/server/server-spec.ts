// What is known of a server before it runs: settings that were read and judged elsewhere, with every variable resolved.
// Types and the identity of a spec; nothing is started here.

import { createHash } from "node:crypto";

/** How a tool is approved; see the decision in core. */
export type ApprovalMode = "auto" | "prompt" | "approve";

/** A program that speaks MCP on its standard streams. */
export interface StdioTarget {
	readonly kind: "stdio";
	/** A name on the PATH of `env`, or a path. */
	readonly command: string;
	readonly args: readonly string[];
	/** The whole environment of the program; see `serverEnvironment`. */
	readonly env: Readonly<Record<string, string>>;
	/** The part of `env` that the settings set themselves; belongs to what is trusted. */
	readonly ownEnv: Readonly<Record<string, string>>;
	/** Absolute. */
	readonly cwd: string;
}

/** An address that speaks streamable HTTP, or the older server-sent events. */
export interface HttpTarget {
	readonly kind: "http";
	readonly url: string;
	/** Of every request; holds secrets. */
	readonly headers: Readonly<Record<string, string>>;
	/** OAuth is used when the server asks for it; false when a token is given in `headers`. */
	readonly oauth: boolean;
	/** Of an OAuth client that was registered by hand. */
	readonly clientId?: string;
	/** Asked for at a login. */
	readonly scopes?: readonly string[];
	/** RFC 8707 resource; the server's own choice when absent. */
	readonly resource?: string;
}

/** One server. */
export interface McpServerSpec {
	/** Letters, digits, `_` and `-`. */
	readonly name: string;
	readonly target: StdioTarget | HttpTarget;
	/** Who configured it: `user`, or the project's folder. Trust is kept for each origin. */
	readonly origin: string;
	/** Milliseconds for start and first tool list. */
	readonly startupTimeoutMs: number;
	/** Milliseconds of one call. */
	readonly toolTimeoutMs: number;
	/** A session does not start without it. */
	readonly required: boolean;
	/** The only tools that are offered; all when absent. */
	readonly enabledTools?: readonly string[];
	/** Not offered; after `enabledTools`. */
	readonly disabledTools: readonly string[];
	readonly approval: ApprovalMode;
	/** By tool name; before `approval`. */
	readonly toolApproval: Readonly<Record<string, ApprovalMode>>;
	/** Whether calls may run beside each other. */
	readonly parallel: boolean;
}

/** SHA-256 of a value's JSON with sorted keys, in hex. */
export function digest(value: unknown): string {
	return createHash("sha256").update(stableJson(value)).digest("hex");
}

function stableJson(value: unknown): string {
	return JSON.stringify(value, (_, member: unknown) => {
		if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
		return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

/**
 * The hash of what a person trusts when they trust a server: program, arguments and the variables set for it, or address
 * and names of headers. Inherited variables such as PATH are not part of it.
 */
export function commandHash({ target }: McpServerSpec): string {
	if (target.kind === "http") return digest({ url: target.url, headers: Object.keys(target.headers).sort() });
	return digest({ command: target.command, args: target.args, env: target.ownEnv });
}

/** Whether two specs are one server that sessions can share: the same settings in every part. */
export function specIdentity(spec: McpServerSpec): string {
	return digest(spec);
}
