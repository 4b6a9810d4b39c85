// The server over streamable HTTP on this machine. Before anything else: the Host and the Origin are ours, so that no web
// page reaches it through a name of its own (DNS rebinding), and the bearer token is right.

import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { type Connection, connect, type ServerOptions } from "./connection.ts";
import { maxMessageBytes } from "./transport/stdio-transport.ts";

/** Why the server does not run. */
export class McpServerError extends Error {
	override readonly name = "McpServerError";
	/** `address`: not one of this machine's. `listen`: the port cannot be had. */
	readonly code: "address" | "listen";

	constructor(code: McpServerError["code"], message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}

/** Where the server listens. */
export interface HttpOptions extends ServerOptions {
	/** `127.0.0.1`, `::1` or `localhost`. */
	readonly host: string;
	/** 0: any free one. */
	readonly port: number;
	/** What a client must send as a bearer token; `undefined` lets everyone on this machine in. */
	readonly token: string | undefined;
}

/** A running server. */
export interface HttpServerHandle {
	/** Where clients connect, with the path. */
	readonly url: string;
	/** Ends all sessions and connections. Never rejects. */
	close(): Promise<void>;
}

// Each is a client; more is a client that forgets to reuse its session.
const maxClients = 64;
const loopback = new Set(["127.0.0.1", "localhost", "[::1]", "::1"]);

interface Client {
	readonly transport: StreamableHTTPServerTransport;
	readonly connection: Connection;
}

/** A token of 256 bits. */
export function newToken(): string {
	return randomBytes(32).toString("base64url");
}

function isRight(header: string | undefined, token: string): boolean {
	const given = Buffer.from(/^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "");
	const wanted = Buffer.from(token);
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function isOurHost(header: string | undefined, port: number): boolean {
	const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(header?.toLowerCase() ?? "");
	return match !== null && loopback.has(match[1] ?? "") && Number(match[2] ?? 80) === port;
}

function isOurOrigin(header: string | undefined): boolean {
	if (header === undefined) return true;
	return URL.canParse(header) && loopback.has(new URL(header).hostname);
}

function refuse(
	response: ServerResponse,
	status: number,
	message: string,
	headers: Readonly<Record<string, string>> = {},
): void {
	const body = JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32_000, message } });
	response.writeHead(status, { "content-type": "application/json", connection: "close", ...headers }).end(body);
}

interface Refusal {
	readonly status: number;
	readonly message: string;
	readonly headers?: Readonly<Record<string, string>>;
}

type Body = { readonly kind: "json"; readonly value: unknown } | { readonly kind: "bad"; readonly status: 400 | 413 };

async function readBody(request: IncomingMessage): Promise<Body> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
		size += bytes.length;
		if (size > maxMessageBytes) return { kind: "bad", status: 413 };
		chunks.push(bytes);
	}
	try {
		return { kind: "json", value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
	} catch {
		return { kind: "bad", status: 400 };
	}
}

function isInitialize(value: unknown): boolean {
	const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
	return messages.some(
		(message) =>
			typeof message === "object" && message !== null && "method" in message && message.method === "initialize",
	);
}

class HttpService {
	readonly #options: HttpOptions;
	readonly #clients = new Map<string, Client>();
	#opening = 0;
	port = 0;

	constructor(options: HttpOptions) {
		this.#options = options;
	}

	async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const refused = this.#refusal(request);
		if (refused !== undefined) return refuse(response, refused.status, refused.message, refused.headers);
		const session = request.headers["mcp-session-id"];
		const client = typeof session === "string" ? this.#clients.get(session) : undefined;
		if (session !== undefined && client === undefined) return refuse(response, 404, "Session not found");
		if (request.method !== "POST") {
			if (client === undefined) return refuse(response, request.method === "GET" ? 405 : 400, "a session is needed");
			return client.transport.handleRequest(request, response);
		}
		await this.#post(request, response, client);
	}

	/** Why the request gets no further. */
	#refusal({ headers, url }: IncomingMessage): Refusal | undefined {
		const { host, origin, authorization } = headers;
		const { token } = this.#options;
		if (!isOurHost(host, this.port)) return { status: 403, message: "the Host is not this server's" };
		if (!isOurOrigin(origin)) return { status: 403, message: "the Origin is not of this machine" };
		if (token !== undefined && !isRight(authorization, token)) {
			return { status: 401, message: "a bearer token is needed", headers: { "www-authenticate": "Bearer" } };
		}
		const { pathname } = new URL(url ?? "/", "http://localhost");
		if (pathname === "/mcp" || pathname === "/") return undefined;
		return { status: 404, message: "there is nothing here: use /mcp" };
	}

	async #post(request: IncomingMessage, response: ServerResponse, client: Client | undefined): Promise<void> {
		const body = await readBody(request);
		if (body.kind === "bad") {
			return refuse(response, body.status, body.status === 413 ? "the message is too long" : "the body is not JSON");
		}
		if (client !== undefined) return client.transport.handleRequest(request, response, body.value);
		if (!isInitialize(body.value)) return refuse(response, 400, "Mcp-Session-Id is needed");
		await this.#open(request, response, body.value);
	}

	async #open(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
		if (this.#clients.size + this.#opening >= maxClients)
			return refuse(response, 503, "too many clients are connected");
		this.#opening += 1;
		try {
			const { StreamableHTTPServerTransport: Transport } = await import(
				"@modelcontextprotocol/sdk/server/streamableHttp.js"
			);
			const transport = new Transport({ sessionIdGenerator: () => randomBytes(16).toString("hex") });
			const connection = await connect(this.#options, transport);
			await transport.handleRequest(request, response, body);
			const { sessionId } = transport;
			// Refused as a request: nobody can come back to it.
			if (sessionId === undefined) return await connection.close();
			this.#clients.set(sessionId, { transport, connection });
			const after = transport.onclose;
			transport.onclose = () => {
				this.#clients.delete(sessionId);
				after?.();
			};
		} finally {
			this.#opening -= 1;
		}
	}

	async close(): Promise<void> {
		const clients = [...this.#clients.values()];
		this.#clients.clear();
		await Promise.all(clients.map(({ connection }) => connection.close()));
	}
}

/** Listens. @throws McpServerError */
export async function serveHttp(options: HttpOptions): Promise<HttpServerHandle> {
	const { host } = options;
	if (!loopback.has(host)) {
		throw new McpServerError("address", `${host} is not an address of this machine: use 127.0.0.1, ::1 or localhost`);
	}
	const service = new HttpService(options);
	const server = createServer((request, response) => {
		service.answer(request, response).catch(() => {
			// The client broke off, or sent what cannot be answered.
			if (response.headersSent) response.destroy();
			else refuse(response, 500, "internal error");
		});
	});
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	server.once("error", (error) =>
		reject(new McpServerError("listen", `cannot listen on ${host}:${options.port}: ${error.message}`, error)),
	);
	server.listen(options.port, host.replaceAll(/[[\]]/g, ""), resolve);
	await promise;
	const address = server.address();
	service.port = typeof address === "object" && address !== null ? address.port : options.port;
	return {
		url: `http://${host === "::1" ? "[::1]" : host}:${service.port}/mcp`,
		close: async () => {
			await service.close();
			server.close();
			server.closeAllConnections();
		},
	};
}
