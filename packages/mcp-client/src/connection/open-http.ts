// Connects to a server at an address: streamable HTTP first, server-sent events when the address does not know that.

import { toError } from "@codex/protocol";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport, StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { McpClientError } from "../mcp-client-error.ts";
import { oneLine } from "../process/output-tail.ts";
import { createBoundedFetch } from "./bounded-fetch.ts";
import type { ConnectionRequest } from "./connection.ts";

/** The parts that the caller gives. */
export interface HttpParts {
	readonly signal: AbortSignal;
	readonly createClient: () => Client;
	readonly connect: (client: Client, transport: Transport, signal: AbortSignal) => Promise<void>;
}

// Statuses with which a server of the older transport answers a POST.
const olderServer: readonly number[] = [400, 404, 405, 406, 415, 501];

function isOlder(error: unknown): boolean {
	return error instanceof StreamableHTTPError && error.code !== undefined && olderServer.includes(error.code);
}

function explain(name: string, thrown: unknown): McpClientError {
	const error = toError(thrown);
	const isLogin = error instanceof UnauthorizedError || (error instanceof StreamableHTTPError && error.code === 401);
	if (isLogin) return new McpClientError("login", `needs a login: run \`code mcp login ${name}\``, error);
	const { cause } = error;
	const because = cause instanceof Error ? ` (${cause.message})` : "";
	return new McpClientError("start_failed", oneLine(`${error.message}${because}`), error);
}

/**
 * A client that is connected.
 *
 * @throws McpClientError `start_failed`, `login` or `aborted`.
 */
export async function openHttp({ spec, auth }: ConnectionRequest, parts: HttpParts): Promise<Client> {
	const { target } = spec;
	if (target.kind !== "http") throw new McpClientError("start_failed", "has no address");
	if (!URL.canParse(target.url)) throw new McpClientError("start_failed", "has an address that is no URL");
	const url = new URL(target.url);
	if (url.protocol !== "https:" && url.protocol !== "http:") {
		throw new McpClientError("start_failed", `has an address of the kind ${url.protocol}, which is not fetched`);
	}
	const options = {
		requestInit: { headers: { ...target.headers } },
		fetch: createBoundedFetch(),
		...(auth === undefined ? {} : { authProvider: auth }),
	};
	const attempt = async (transport: Transport): Promise<Client> => {
		const client = parts.createClient();
		try {
			await parts.connect(client, transport, parts.signal);
			return client;
		} catch (error) {
			await client.close().catch(() => undefined);
			await transport.close().catch(() => undefined);
			throw error;
		}
	};
	try {
		return await attempt(new StreamableHTTPClientTransport(url, options));
	} catch (error) {
		if (parts.signal.aborted) throw new McpClientError("aborted", "did not answer", error);
		if (!isOlder(error)) throw explain(spec.name, error);
		return await openOlder(error);
	}

	async function openOlder(first: unknown): Promise<Client> {
		const { SSEClientTransport } = await import("@modelcontextprotocol/sdk/client/sse.js");
		try {
			return await attempt(new SSEClientTransport(url, options));
		} catch (error) {
			if (parts.signal.aborted) throw new McpClientError("aborted", "did not answer", error);
			// What the newer transport said is what a person can mend, unless a login is all that is missing.
			throw error instanceof UnauthorizedError ? explain(spec.name, error) : explain(spec.name, first);
		}
	}
}
