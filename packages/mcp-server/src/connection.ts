// One client's connection: the SDK's server with our tools on it, and the sessions that this client started, which end
// with it. What the client sends is checked by the SDK and by each tool.

import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type * as Types from "@modelcontextprotocol/sdk/types.js";
import type { Notification, Request, Result, ServerCapabilities } from "@modelcontextprotocol/sdk/types.js";
import type { AgentPort } from "./agent-port.ts";
import { OpenThreads } from "./open-threads.ts";
import { agentTools } from "./tools/agent-tools.ts";
import { failedAnswer, type ServerTool, type ToolCall } from "./tools/server-tool.ts";

/** The SDK's server as it is used here: any notification may be sent. */
export type McpServer = Server<Request, Notification, Result>;

/** What all connections of a server share. */
export interface ServerOptions {
	readonly agent: AgentPort;
	/** Of the program. */
	readonly version: string;
	/** Tools beside the agent's own, asked for once by each client. Their names must differ from those. */
	readonly extraTools?: () => Promise<readonly ServerTool[]>;
	/** Why no session may be started here, in one sentence. */
	readonly refusal?: string;
	/** More of MCP than tools, for programs that embed the server. */
	readonly extend?: { readonly capabilities: ServerCapabilities; readonly install: (server: McpServer) => void };
}

/** A connection. */
export interface Connection {
	/** Ends the client's sessions and the connection. Never rejects; may be called again. */
	close(): Promise<void>;
}

type Extra = RequestHandlerExtra<Request, Notification>;

type Modules = Pick<typeof Types, "ResultSchema">;

function toCall(server: McpServer, args: Readonly<Record<string, unknown>>, extra: Extra, types: Modules): ToolCall {
	const { requestId, signal } = extra;
	const progressToken = extra._meta?.progressToken;
	let steps = 0;
	const send = (notification: Notification): void => {
		if (signal.aborted) return;
		// A client that is gone raises the signal; nothing else can be done about it here.
		extra.sendNotification(notification).catch(() => undefined);
	};
	return {
		arguments: args,
		requestId,
		signal,
		canElicit: server.getClientCapabilities()?.elicitation !== undefined,
		notify: (method, params) => send({ method, params: { ...params } }),
		progress: (message) => {
			if (progressToken === undefined) return;
			steps += 1;
			send({ method: "notifications/progress", params: { progressToken, progress: steps, message } });
		},
		ask: (method, params, timeoutMs) =>
			extra.sendRequest({ method, params: { ...params } }, types.ResultSchema, { signal, timeout: timeoutMs }),
	};
}

/** Connects the transport. Loads the SDK's server. */
export async function connect(options: ServerOptions, transport: Transport): Promise<Connection> {
	const [{ Server }, types] = await Promise.all([
		import("@modelcontextprotocol/sdk/server/index.js"),
		import("@modelcontextprotocol/sdk/types.js"),
	]);
	const threads = new OpenThreads();
	const { agent, version, extraTools, refusal, extend } = options;
	const set = { agent, threads, ...(refusal === undefined ? {} : { refusal }) };
	const own = agentTools(set);
	let all: Promise<readonly ServerTool[]> | undefined;
	const tools = (): Promise<readonly ServerTool[]> => {
		all ??= (extraTools?.() ?? Promise.resolve([])).then((more) => [...own, ...more]);
		return all;
	};
	const named = async (name: string): Promise<ServerTool | undefined> => {
		const isNamed = (tool: ServerTool): boolean => tool.name === name;
		return own.find(isNamed) ?? (await tools()).find(isNamed);
	};
	const server: McpServer = new Server<Request, Notification, Result>(
		{ name: "codex-mcp-server", title: "Code", version },
		{ capabilities: { tools: { listChanged: true }, ...extend?.capabilities } },
	);
	server.setRequestHandler(types.ListToolsRequestSchema, async () => ({
		tools: (await tools()).map(({ run: _run, ...listed }) => ({ ...listed })),
	}));
	server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, extra) => {
		const tool = await named(params.name);
		if (tool === undefined) {
			throw new types.McpError(types.ErrorCode.InvalidParams, `Unknown tool '${params.name.slice(0, 100)}'`);
		}
		try {
			return { ...(await tool.run(toCall(server, params.arguments ?? {}, extra, types))) };
		} catch (error) {
			return { ...failedAnswer(`internal error: ${error instanceof Error ? error.message : "unknown"}`) };
		}
	});
	extend?.install(server);
	// Bad messages are answered by the transport; there is nobody else to tell.
	server.onerror = () => undefined;
	server.onclose = () => void threads.close();
	await server.connect(transport);
	return {
		close: async () => {
			await threads.close();
			await server.close();
		},
	};
}
