// An MCP server that wants a login, with its authorization server: what discovery, registration, PKCE and refresh need,
// and nothing else. Tokens end after an hour; a refresh token works once.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export interface LoginServer {
	readonly url: string;
	/** Grants that were given, in order. */
	readonly grants: string[];
	/** Scopes that were asked for, in order. */
	readonly scopes: (string | null)[];
	/** Scopes that are refused. */
	readonly unknownScopes: Set<string>;
	/** The token that counts now. */
	valid(): string;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	let body = "";
	for await (const chunk of request) body += String(chunk);
	return body;
}

export async function createLoginServer(): Promise<LoginServer> {
	const grants: string[] = [];
	const scopes: (string | null)[] = [];
	const unknownScopes = new Set<string>();
	const challenges = new Map<string, string>();
	let count = 0;
	let refresh = "";
	const valid = (): string => `token-${count}`;
	let base = "";

	const json = (response: ServerResponse, content: unknown, status = 200): void => {
		response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
	};
	const authorize = (url: URL, response: ServerResponse): void => {
		const scope = url.searchParams.get("scope");
		scopes.push(scope);
		const back = new URL(url.searchParams.get("redirect_uri") ?? "");
		back.searchParams.set("state", url.searchParams.get("state") ?? "");
		if (scope !== null && unknownScopes.has(scope))
			back.searchParams.set("error", scope === "never" ? "access_denied" : "invalid_scope");
		else {
			const code = `code-${challenges.size}`;
			challenges.set(code, url.searchParams.get("code_challenge") ?? "");
			back.searchParams.set("code", code);
		}
		response.writeHead(302, { location: back.href }).end();
	};
	const token = (form: URLSearchParams, response: ServerResponse): void => {
		const grant = form.get("grant_type") ?? "";
		const verifier = createHash("sha256")
			.update(form.get("code_verifier") ?? "")
			.digest("base64url");
		const isRight =
			grant === "refresh_token"
				? form.get("refresh_token") === refresh
				: challenges.get(form.get("code") ?? "") === verifier;
		if (!isRight) return json(response, { error: "invalid_grant" }, 400);
		grants.push(grant);
		count += 1;
		refresh = `refresh-${count}`;
		json(response, { access_token: valid(), token_type: "Bearer", expires_in: 3600, refresh_token: refresh });
	};
	const mcp = (request: IncomingMessage, body: string, response: ServerResponse): void => {
		if (request.headers.authorization !== `Bearer ${valid()}`) {
			response.writeHead(401, { "www-authenticate": `Bearer resource_metadata="${base}/meta"` }).end();
			return;
		}
		if (request.method !== "POST") return void response.writeHead(405).end();
		const { id, method } = JSON.parse(body) as { id?: number; method: string };
		if (id === undefined) return void response.writeHead(202).end();
		const results: Readonly<Record<string, unknown>> = {
			initialize: {
				protocolVersion: "2025-06-18",
				capabilities: { tools: {} },
				serverInfo: { name: "closed", version: "1" },
			},
			"tools/list": { tools: [{ name: "open", inputSchema: { type: "object" } }] },
			"tools/call": { content: [{ type: "text", text: "opened" }] },
		};
		json(response, { jsonrpc: "2.0", id, result: results[method] ?? {} });
	};
	const server = createServer((request, response) => {
		void bodyOf(request).then((body) => {
			const url = new URL(request.url ?? "/", base);
			switch (url.pathname) {
				case "/mcp":
					return mcp(request, body, response);
				case "/meta":
					return json(response, { resource: `${base}/mcp`, authorization_servers: [base] });
				case "/.well-known/oauth-authorization-server":
					return json(response, {
						issuer: base,
						authorization_endpoint: `${base}/authorize`,
						token_endpoint: `${base}/token`,
						registration_endpoint: `${base}/register`,
						response_types_supported: ["code"],
						code_challenge_methods_supported: ["S256"],
						token_endpoint_auth_methods_supported: ["none"],
					});
				case "/register":
					return json(response, { ...(JSON.parse(body) as object), client_id: "client-1" }, 201);
				case "/authorize":
					return authorize(url, response);
				case "/token":
					return token(new URLSearchParams(body), response);
				default:
					return void response.writeHead(404).end();
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("no port");
	base = `http://127.0.0.1:${address.port}`;
	return { url: `${base}/mcp`, grants, scopes, unknownScopes, valid };
}
