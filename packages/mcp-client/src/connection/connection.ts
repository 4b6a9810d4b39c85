// What a live connection to one server is, tells and asks. Types alone.

import type { Clock, JsonObject } from "@codex/protocol";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { McpCallResult, ResultPart } from "../results/content.ts";
import type { ElicitationAnswer, ElicitationRequest } from "../server/elicitation.ts";
import type { McpServerSpec } from "../server/server-spec.ts";
import type { WirePrompt, WireResource, WireTool } from "./wire.ts";

/** What a connection tells and asks while it lives. None of it may throw. */
export interface ConnectionEvents {
	/** It ended by itself; the phrase follows the server's name. */
	readonly onClosed: (reason: string) => void;
	readonly onToolsChanged: () => void;
	readonly onResourcesChanged: () => void;
	/** A log line of the server, one line, not redacted. */
	readonly onLog: (level: string, line: string) => void;
	/** Asks a person. */
	readonly onElicitation: (request: ElicitationRequest, signal: AbortSignal) => Promise<ElicitationAnswer>;
	/** `file:` URLs of the folders in use. */
	readonly roots: () => readonly string[];
}

/** What a connection is made of. */
export interface ConnectionRequest {
	readonly spec: McpServerSpec;
	/** Of this program. */
	readonly version: string;
	readonly clock: Clock;
	readonly events: ConnectionEvents;
	/** The OAuth provider of an HTTP server; absent when it has none. */
	readonly auth?: OAuthClientProvider;
}

/** Progress of a call. */
export interface CallProgress {
	readonly progress: number;
	readonly total?: number | undefined;
	readonly message?: string | undefined;
}

/** A live connection. Its methods reject with McpClientError and obey `signal`, telling the server of an abort. */
export interface ServerConnection {
	/** Of the process; `undefined` for HTTP. */
	readonly pid: number | undefined;
	/** How the server calls itself. */
	readonly serverName: string;
	/** What the server says about its use; `""` when nothing. */
	readonly instructions: string;
	readonly hasTools: boolean;
	readonly hasResources: boolean;
	readonly hasPrompts: boolean;
	listTools(signal: AbortSignal): Promise<readonly WireTool[]>;
	callTool(
		call: { readonly tool: string; readonly args: JsonObject; readonly onProgress?: (progress: CallProgress) => void },
		signal: AbortSignal,
	): Promise<McpCallResult>;
	listResources(signal: AbortSignal): Promise<readonly WireResource[]>;
	listTemplates(signal: AbortSignal): Promise<readonly WireResource[]>;
	readResource(uri: string, signal: AbortSignal): Promise<readonly ResultPart[]>;
	listPrompts(signal: AbortSignal): Promise<readonly WirePrompt[]>;
	getPrompt(
		prompt: { readonly name: string; readonly args: Readonly<Record<string, string>> },
		signal: AbortSignal,
	): Promise<readonly { readonly role: string; readonly part: ResultPart }[]>;
	/** Tells the server that the folders in use changed. Never rejects. */
	rootsChanged(): Promise<void>;
	/** The end of its stderr on one line; `""` when there is none. Not redacted. */
	stderrTail(): string;
	/** Ends it; a process is gone when this resolves. Never rejects. */
	close(): Promise<void>;
}
