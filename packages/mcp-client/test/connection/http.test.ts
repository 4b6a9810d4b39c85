// Servers at an address, made with the SDK's own server side: streamable HTTP, the older server-sent events, and what
// goes wrong between.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { SSEServerTransport } from "@modelcontextprotocol/sdk/server/sse.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { createBoundedFetch } from "../../src/connection/bounded-fetch.ts";
import type { HttpTarget, McpServerSpec } from "../../src/index.ts";
import { makePool, never, nodeSpec } from "../pool-fixture.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(handler: Handler): Promise<string> {
	const server: Server = createServer(handler);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("no port");
	return `http://127.0.0.1:${address.port}/mcp`;
}

function spec(url: string, target: Partial<HttpTarget> = {}): McpServerSpec {
	return {
		...nodeSpec(""),
		name: "web",
		target: { kind: "http", url, headers: {}, oauth: true, ...target },
		startupTimeoutMs: 5000,
	};
}

function makeServer(): McpServer {
	const server = new McpServer({ name: "web", version: "1" });
	server.registerTool("hello", { description: "Says hello." }, () => ({ content: [{ type: "text", text: "hello" }] }));
	server.registerResource("note", "memo://note", {}, () => ({ contents: [{ uri: "memo://note", text: "a note" }] }));
	server.registerPrompt("greet", { description: "Greets." }, () => ({
		messages: [{ role: "user", content: { type: "text", text: "Say hello." } }],
	}));
	return server;
}

/** Streamable HTTP with sessions. */
function streamable(seen: IncomingMessage["headers"][]): Handler {
	const transports = new Map<string, StreamableHTTPServerTransport>();
	return (request, response) => {
		seen.push(request.headers);
		const known = transports.get(String(request.headers["mcp-session-id"]));
		if (known !== undefined) return void known.handleRequest(request, response);
		const transport = new StreamableHTTPServerTransport({
			sessionIdGenerator: randomUUID,
			onsessioninitialized: (id) => void transports.set(id, transport),
		});
		void makeServer()
			.connect(transport)
			.then(() => transport.handleRequest(request, response));
	};
}

describe("streamable HTTP", () => {
	test("tools, resources and prompts, with the settings' headers on every request", async () => {
		const seen: IncomingMessage["headers"][] = [];
		const url = await listen(streamable(seen));
		const fixture = await makePool();
		const view = await fixture.open([spec(url, { headers: { Authorization: "Bearer t", "X-Team": "a" } })]);
		await view.settled(never);
		expect(fixture.notices).toEqual([]);
		expect((await view.call({ name: "web__hello", args: {} }, never)).parts).toEqual([{ kind: "text", text: "hello" }]);
		expect(view.hasResources).toBe(true);
		expect(await view.listResources(undefined, never)).toMatchObject([
			{ server: "web", uri: "memo://note", isTemplate: false },
		]);
		expect(await view.readResource("web", "memo://note", never)).toEqual([{ kind: "text", text: "a note" }]);
		expect(await view.listPrompts("web", never)).toMatchObject([
			{ server: "web", name: "greet", description: "Greets." },
		]);
		expect(await view.getPrompt({ server: "web", name: "greet", args: {} }, never)).toEqual([
			{ role: "user", part: { kind: "text", text: "Say hello." } },
		]);
		await expect(view.readResource("web", "memo://none", never)).rejects.toMatchObject({ code: "refused" });
		await expect(view.readResource("nobody", "memo://note", never)).rejects.toMatchObject({ code: "unknown" });
		expect(seen.every((headers) => headers["authorization"] === "Bearer t" && headers["x-team"] === "a")).toBe(true);
	});
});

describe("the older transport", () => {
	test("is used when the address does not know the newer one", async () => {
		const transports = new Map<string, SSEServerTransport>();
		const url = await listen((request, response) => {
			const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
			if (request.method === "GET") {
				const transport = new SSEServerTransport("/messages", response);
				transports.set(transport.sessionId, transport);
				return void makeServer().connect(transport);
			}
			const transport = pathname === "/messages" ? transports.get(searchParams.get("sessionId") ?? "") : undefined;
			if (transport === undefined) return void response.writeHead(405).end();
			void transport.handlePostMessage(request, response);
		});
		const fixture = await makePool();
		const view = await fixture.open([spec(url)]);
		await view.settled(never);
		expect(fixture.notices).toEqual([]);
		expect((await view.call({ name: "web__hello", args: {} }, never)).parts).toEqual([{ kind: "text", text: "hello" }]);
	});
});

describe("what does not work is one sentence", () => {
	const failing = async (url: string): Promise<string> => {
		const fixture = await makePool();
		const view = await fixture.open([spec(url)]);
		await view.settled(never);
		expect(fixture.notices).toHaveLength(1);
		return fixture.notices.join();
	};

	test("an address where nobody listens, one that is none, one of a kind that is not fetched", async () => {
		expect(await failing("http://127.0.0.1:1/mcp")).toMatch(/^the MCP server `web` fetch failed \(/);
		expect(await failing("no url")).toBe("the MCP server `web` has an address that is no URL");
		expect(await failing("file:///etc/passwd")).toContain("of the kind file:, which is not fetched");
	});

	test("an answer of 500, and one that asks for a login", async () => {
		expect(await failing(await listen((_, response) => void response.writeHead(500).end("oh no")))).toContain("oh no");
		expect(await failing(await listen((_, response) => void response.writeHead(401).end()))).toBe(
			"the MCP server `web` needs a login: run `code mcp login web`",
		);
	});

	test("an address that never answers", async () => {
		const fixture = await makePool();
		const url = await listen(() => undefined);
		const view = await fixture.open([{ ...spec(url), startupTimeoutMs: 300 }]);
		await view.settled(never);
		expect(fixture.notices).toEqual(["the MCP server `web` did not start within 0.3 s"]);
	});
});

describe("bounded answers", () => {
	const answer = (type: string, chunks: readonly string[]) =>
		createBoundedFetch(() => {
			const body = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
			return Promise.resolve(new Response(body, { headers: { "content-type": type } }));
		}, 10);

	test("a body has a limit, and so has each event of a stream", async () => {
		expect(await (await answer("application/json", ["12345", "67890"])("x")).text()).toBe("1234567890");
		await expect((await answer("application/json", ["12345", "678901"])("x")).text()).rejects.toMatchObject({
			code: "limit",
		});
		const events = ["data: 1\n\n", "id: 2\r\n\r\n", "data: 3\n\n"];
		expect(await (await answer("text/event-stream", events)("x")).text()).toBe(events.join(""));
		await expect((await answer("text/event-stream", ["data: ", "12345678\n\n"])("x")).text()).rejects.toMatchObject({
			code: "limit",
		});
	});

	test("no body is none", async () => {
		const bounded = createBoundedFetch(() => Promise.resolve(new Response(null, { status: 202 })));
		expect((await bounded("x")).status).toBe(202);
	});
});
