// The port to MCP servers. The pool of @codex/mcp-client stands behind it; the runtime plugs it in. Sessions see tools,
// resources and results, nothing of processes or connections.

import type { JsonObject } from "@codex/protocol";

/** How calls of a tool are approved: by policy, always asked about, or always let through. */
export type McpApprovalMode = "auto" | "prompt" | "approve";

/** A tool of a server. */
export interface McpToolInfo {
	/** What models call it: 1 to 64 characters of `[A-Za-z0-9_-]`. */
	readonly name: string;
	readonly server: string;
	/** The server's own name of it. */
	readonly tool: string;
	readonly description: string;
	/** An object schema that every vendor takes. */
	readonly parameters: JsonObject;
	readonly approval: McpApprovalMode;
	/** Who configured the server: `user`, or a project's folder. */
	readonly origin: string;
	/** What the server claims; nobody has checked it. */
	readonly claims: { readonly readOnly: boolean; readonly destructive: boolean };
	/** Whether it may run beside other calls. */
	readonly parallel: boolean;
}

/** A part of an answer. */
export type McpPart =
	| { readonly kind: "text"; readonly text: string }
	/** `data` is base64. */
	| { readonly kind: "image"; readonly mimeType: string; readonly data: string };

/** An answer. `failed`: one sentence, without secrets. */
export type McpAnswer =
	| { readonly kind: "ok"; readonly isError: boolean; readonly parts: readonly McpPart[] }
	| { readonly kind: "failed"; readonly message: string };

/** The MCP servers of a session. */
export interface McpTools {
	/** Sorted by name; the same array while nothing changes. */
	tools(): readonly McpToolInfo[];
	/** Whether a server is still starting that may bring tools. */
	readonly isStarting: boolean;
	/** Whether a server offers resources. */
	readonly hasResources: boolean;
	/** Resolves when none is starting any more, or on an abort. Never rejects. */
	settled(signal: AbortSignal): Promise<void>;
	/** Calls a tool by its name for models. Never rejects; ends promptly on an abort, telling the server. */
	call(name: string, args: JsonObject, signal: AbortSignal): Promise<McpAnswer>;
	/** Resources of one server or of all, as text. Never rejects. */
	listResources(server: string | undefined, signal: AbortSignal): Promise<McpAnswer>;
	/** One resource. Never rejects. */
	readResource(server: string, uri: string, signal: AbortSignal): Promise<McpAnswer>;
}
