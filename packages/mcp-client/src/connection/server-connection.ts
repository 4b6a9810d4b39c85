// One live connection to one server: the SDK's client on a transport of ours or of the SDK. It knows nothing of restarts,
// breakers or trust. This is the one file that drives the SDK's client; loaded when the first server is started.

import { type JsonObject, toError } from "@codex/protocol";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
	ElicitRequestSchema,
	ListRootsRequestSchema,
	LoggingMessageNotificationSchema,
	McpError,
	PromptListChangedNotificationSchema,
	ResourceListChangedNotificationSchema,
	ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { McpClientError } from "../mcp-client-error.ts";
import { oneLine } from "../process/output-tail.ts";
import { type McpCallResult, ofBlock, ofCallResult, ofContents, type ResultPart } from "../results/content.ts";
import type { CallProgress, ConnectionEvents, ConnectionRequest, ServerConnection } from "./connection.ts";
import { openHttp } from "./open-http.ts";
import { StdioTransport } from "./stdio-transport.ts";
import {
	asJsonObject,
	callResultSchema,
	contentsSchema,
	fitting,
	promptMessageSchema,
	promptResultSchema,
	promptSchema,
	promptsPageSchema,
	readResultSchema,
	resourceSchema,
	resourcesPageSchema,
	templateSchema,
	templatesPageSchema,
	toolSchema,
	toolsPageSchema,
	type WirePage,
	type WirePrompt,
	type WireResource,
	type WireSchema,
	type WireTool,
} from "./wire.ts";

// The Codex command line's limits of a list.
const maxPages = 100;
const maxItems = 2048;

// The SDK's own timer must not be first: ours is a Clock's.
const sdkTimeoutMs = 2_147_483_647;

class Connection implements ServerConnection {
	readonly #client: Client;
	readonly #stdio: StdioTransport | undefined;
	#closed: string | undefined;

	constructor(client: Client, stdio: StdioTransport | undefined, events: ConnectionEvents) {
		this.#client = client;
		this.#stdio = stdio;
		client.onclose = () => {
			if (this.#closed !== undefined) return;
			this.#closed = stdio?.reason ?? "closed the connection";
			events.onClosed(this.#closed);
		};
	}

	get pid(): number | undefined {
		return this.#stdio?.pid;
	}

	get serverName(): string {
		const version = this.#client.getServerVersion();
		return version === undefined ? "" : oneLine(`${version.name} ${version.version}`);
	}

	get instructions(): string {
		return this.#client.getInstructions() ?? "";
	}

	get hasTools(): boolean {
		return this.#client.getServerCapabilities()?.tools !== undefined;
	}

	get hasResources(): boolean {
		return this.#client.getServerCapabilities()?.resources !== undefined;
	}

	get hasPrompts(): boolean {
		return this.#client.getServerCapabilities()?.prompts !== undefined;
	}

	async listTools(signal: AbortSignal): Promise<readonly WireTool[]> {
		return this.hasTools ? await this.#list("tools/list", { pages: toolsPageSchema, item: toolSchema }, signal) : [];
	}

	async callTool(
		call: { readonly tool: string; readonly args: JsonObject; readonly onProgress?: (progress: CallProgress) => void },
		signal: AbortSignal,
	): Promise<McpCallResult> {
		const params = { name: call.tool, arguments: call.args };
		const result = await this.#request({ method: "tools/call", params }, callResultSchema, signal, call.onProgress);
		return ofCallResult(result);
	}

	async listResources(signal: AbortSignal): Promise<readonly WireResource[]> {
		if (!this.hasResources) return [];
		return await this.#list("resources/list", { pages: resourcesPageSchema, item: resourceSchema }, signal);
	}

	async listTemplates(signal: AbortSignal): Promise<readonly WireResource[]> {
		if (!this.hasResources) return [];
		return await this.#list("resources/templates/list", { pages: templatesPageSchema, item: templateSchema }, signal);
	}

	async readResource(uri: string, signal: AbortSignal): Promise<readonly ResultPart[]> {
		const result = await this.#request({ method: "resources/read", params: { uri } }, readResultSchema, signal);
		return fitting(contentsSchema, result.items).items.map(ofContents);
	}

	async listPrompts(signal: AbortSignal): Promise<readonly WirePrompt[]> {
		return this.hasPrompts
			? await this.#list("prompts/list", { pages: promptsPageSchema, item: promptSchema }, signal)
			: [];
	}

	async getPrompt(
		{ name, args }: { readonly name: string; readonly args: Readonly<Record<string, string>> },
		signal: AbortSignal,
	): Promise<readonly { readonly role: string; readonly part: ResultPart }[]> {
		const request = { method: "prompts/get", params: { name, arguments: { ...args } } };
		const result = await this.#request(request, promptResultSchema, signal);
		return fitting(promptMessageSchema, result.items).items.map(({ role, content }) => ({
			role,
			part: ofBlock(content),
		}));
	}

	async rootsChanged(): Promise<void> {
		await this.#client.sendRootsListChanged().catch(() => undefined);
	}

	stderrTail(): string {
		return this.#stdio?.stderrTail ?? "";
	}

	async close(): Promise<void> {
		this.#closed ??= "was closed";
		await this.#client.close().catch(() => undefined);
		// A client that never connected does not close its transport.
		await this.#stdio?.close();
	}

	async #list<T>(
		method: string,
		schemas: { readonly pages: WireSchema<WirePage>; readonly item: WireSchema<T> },
		signal: AbortSignal,
	): Promise<readonly T[]> {
		const found: T[] = [];
		const seen = new Set<string>();
		let cursor: string | undefined;
		for (let page = 0; page < maxPages && found.length < maxItems; page += 1) {
			const params = cursor === undefined ? {} : { cursor };
			const { items, nextCursor } = await this.#request({ method, params }, schemas.pages, signal);
			found.push(...fitting(schemas.item, items.slice(0, maxItems)).items);
			// A server that gives a cursor twice would go round for ever.
			if (nextCursor === undefined || seen.has(nextCursor)) break;
			seen.add(nextCursor);
			cursor = nextCursor;
		}
		return found.slice(0, maxItems);
	}

	async #request<T>(
		request: { readonly method: string; readonly params: Record<string, unknown> },
		schema: WireSchema<T>,
		signal: AbortSignal,
		onProgress?: (progress: CallProgress) => void,
	): Promise<T> {
		// The SDK leaves its listener on the signal: give it one that goes with the request.
		const own = new AbortController();
		const onAbort = (): void => own.abort("the caller stopped waiting");
		if (signal.aborted) throw new McpClientError("aborted", "aborted");
		signal.addEventListener("abort", onAbort, { once: true });
		try {
			return await this.#client.request(request, schema, {
				signal: own.signal,
				timeout: sdkTimeoutMs,
				...(onProgress === undefined ? {} : { onprogress: onProgress }),
			});
		} catch (error) {
			throw this.#explain(error, signal);
		} finally {
			signal.removeEventListener("abort", onAbort);
		}
	}

	#explain(thrown: unknown, signal: AbortSignal): McpClientError {
		if (thrown instanceof McpClientError) return thrown;
		const error = toError(thrown);
		if (signal.aborted) return new McpClientError("aborted", "aborted", error);
		if (this.#closed !== undefined) return new McpClientError("connection_lost", `the server ${this.#closed}`, error);
		if (error instanceof UnauthorizedError) {
			return new McpClientError("login", "the server asks for a login, or for more than the last one gave", error);
		}
		if (error instanceof McpError) return new McpClientError("refused", withoutCode(error.message), error);
		if (error.name === "ZodError" || error.name === "$ZodError") {
			return new McpClientError("refused", "the server's answer makes no sense", error);
		}
		return new McpClientError("connection_lost", oneLine(error.message), error);
	}
}

/** The server's own words: the SDK puts the code before them. */
function withoutCode(message: string): string {
	return oneLine(message.replace(/^MCP error -?\d+: /, ""));
}

function createClient({ version, events }: ConnectionRequest): Client {
	const client = new Client(
		{ name: "codex-mcp-client", title: "Code", version },
		{
			capabilities: { elicitation: { form: { applyDefaults: true } }, roots: { listChanged: true } },
			// Never asked: what a server sends is data for the model whatever its output schema says, and a schema that a
			// stranger wrote is not compiled. Without this the SDK would load its compiler.
			jsonSchemaValidator: {
				getValidator: () => () => ({ valid: false, data: undefined, errorMessage: "output schemas are not checked" }),
			},
		},
	);
	client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: events.roots().map((uri) => ({ uri })) }));
	client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }) => {
		if (params.mode === "url") return { action: "decline" as const };
		const answer = await events.onElicitation(
			{ message: params.message, schema: asJsonObject(params.requestedSchema) ?? {} },
			signal,
		);
		return answer.action === "accept"
			? { action: answer.action, content: { ...answer.content } }
			: { action: answer.action };
	});
	client.setNotificationHandler(ToolListChangedNotificationSchema, () => events.onToolsChanged());
	client.setNotificationHandler(ResourceListChangedNotificationSchema, () => events.onResourcesChanged());
	client.setNotificationHandler(PromptListChangedNotificationSchema, () => events.onResourcesChanged());
	client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
		const { level, data } = params;
		events.onLog(level, oneLine(typeof data === "string" ? data : (JSON.stringify(data) ?? "")).slice(0, 1000));
	});
	return client;
}

async function connect(client: Client, transport: Transport, signal: AbortSignal): Promise<void> {
	const own = new AbortController();
	const onAbort = (): void => own.abort("not in time");
	if (signal.aborted) onAbort();
	signal.addEventListener("abort", onAbort, { once: true });
	try {
		await client.connect(transport, { signal: own.signal, timeout: sdkTimeoutMs });
	} finally {
		signal.removeEventListener("abort", onAbort);
	}
}

/**
 * Connects and shakes hands.
 *
 * @throws McpClientError `start_failed`, `login` or `aborted`; nothing of the server is left then.
 */
export async function openConnection(request: ConnectionRequest, signal: AbortSignal): Promise<ServerConnection> {
	const { target } = request.spec;
	if (target.kind === "http") {
		const client = await openHttp(request, { signal, connect, createClient: () => createClient(request) });
		return new Connection(client, undefined, request.events);
	}
	const transport = new StdioTransport(target, request.clock);
	const client = createClient(request);
	try {
		await connect(client, transport, signal);
	} catch (error) {
		const said = transport.reason ?? withoutCode(toError(error).message);
		const tail = transport.stderrTail;
		await client.close().catch(() => undefined);
		await transport.close();
		if (signal.aborted) throw new McpClientError("aborted", withTail("did not answer", tail), error);
		throw new McpClientError("start_failed", withTail(said, tail), error);
	}
	const connection = new Connection(client, transport, request.events);
	// It may have gone between the handshake and now.
	if (transport.reason === undefined) return connection;
	const { reason, stderrTail } = transport;
	await connection.close();
	throw new McpClientError("start_failed", withTail(reason, stderrTail));
}

/** A phrase with what the server wrote to stderr. */
function withTail(phrase: string, tail: string): string {
	return tail === "" ? phrase : `${phrase}; its stderr ends: ${tail}`;
}
