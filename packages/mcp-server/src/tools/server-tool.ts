// A tool of the server, whoever brings it: the agent's own, Spec-Kit's commands, fixtures of tests.

import type { ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";

/** The answer of a tool, in the shape of MCP's CallToolResult. */
export interface ToolAnswer {
	readonly content: readonly Readonly<Record<string, unknown>>[];
	readonly structuredContent?: Readonly<Record<string, unknown>>;
	readonly isError?: boolean;
}

/** What a call may do besides answering. All of it is about this call; after its end nothing is sent. */
export interface ToolCall {
	readonly arguments: Readonly<Record<string, unknown>>;
	/** Of the request. */
	readonly requestId: string | number;
	/** Raised when the client cancels the call or goes away; the answer is then not sent. */
	readonly signal: AbortSignal;
	/** Whether the client can be asked something. */
	readonly canElicit: boolean;
	/** Sends a notification. Never rejects. */
	notify(method: string, params: Readonly<Record<string, unknown>>): void;
	/** Says how far it is, if the client wants to know: `progress` grows with each call. Never rejects. */
	progress(message: string): void;
	/** Asks the client; the answer as it came. Rejects on abort, after `timeoutMs`, and when the client refuses. */
	ask(
		method: string,
		params: Readonly<Record<string, unknown>>,
		timeoutMs: number,
	): Promise<Readonly<Record<string, unknown>>>;
}

/** One tool. */
export interface ServerTool {
	readonly name: string;
	readonly title?: string;
	readonly description: string;
	/** JSON Schema of an object. */
	readonly inputSchema: Readonly<Record<string, unknown>>;
	readonly outputSchema?: Readonly<Record<string, unknown>>;
	readonly annotations?: ToolAnnotations;
	/** Runs it. What goes wrong is an answer with `isError`; a rejection becomes one. */
	readonly run: (call: ToolCall) => Promise<ToolAnswer>;
}

/** An answer of one text that says what went wrong. */
export function failedAnswer(message: string, structuredContent?: ToolAnswer["structuredContent"]): ToolAnswer {
	return {
		content: [{ type: "text", text: message }],
		isError: true,
		...(structuredContent === undefined ? {} : { structuredContent }),
	};
}
