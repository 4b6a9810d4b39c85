// The server over HTTP: who gets in, and that clients are apart from each other.

import { request } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { type HttpOptions, newToken, serveHttp } from "../src/index.ts";
import { aborted, createFakeAgent, done, type TurnScript, whenAborted } from "./fake-agent.ts";

const token = "a-token-of-the-test-0123456789";

async function start(script: TurnScript = () => Promise.resolve(done("ok")), more: Partial<HttpOptions> = {}) {
	const agent = createFakeAgent(script);
	const server = await serveHttp({ agent, version: "1", host: "127.0.0.1", port: 0, token, ...more });
	onTestFinished(() => server.close());
	return { agent, server, url: new URL(server.url) };
}

const initialize = JSON.stringify({
	jsonrpc: "2.0",
	id: 1,
	method: "initialize",
	params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
});

interface Sent {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly body: string;
}

/** Through node:http, so that any header may be sent. */
function send(
	url: URL,
	{
		method = "POST",
		path = "/mcp",
		headers = {},
		body = initialize,
	}: {
		readonly method?: string;
		readonly path?: string;
		readonly headers?: Readonly<Record<string, string>>;
		readonly body?: string;
	} = {},
): Promise<Sent> {
	return new Promise((resolve, reject) => {
		const call = request(
			{
				host: url.hostname,
				port: url.port,
				method,
				path,
				headers: {
					accept: "application/json, text/event-stream",
					"content-type": "application/json",
					authorization: `Bearer ${token}`,
					...headers,
				},
			},
			(response) => {
				let text = "";
				response.on("data", (chunk: Buffer) => {
					text += chunk.toString("utf8");
				});
				response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
			},
		);
		call.on("error", reject);
		call.end(method === "POST" ? body : undefined);
	});
}

async function join(url: URL): Promise<Client> {
	const client = new Client({ name: "t", version: "1" });
	const transport = new StreamableHTTPClientTransport(url, {
		requestInit: { headers: { Authorization: `Bearer ${token}` } },
	});
	await client.connect(transport);
	onTestFinished(() => client.close());
	return client;
}

describe("the door", () => {
	test.each([
		["no token", { headers: { authorization: "" } }, 401],
		["a wrong token", { headers: { authorization: "Bearer nothing" } }, 401],
		["a token in another scheme", { headers: { authorization: `Basic ${token}` } }, 401],
		["a name that leads here (DNS rebinding)", { headers: { host: "evil.example:PORT" } }, 403],
		["another port", { headers: { host: "127.0.0.1:1" } }, 403],
		["a page of the web", { headers: { origin: "https://evil.example" } }, 403],
		["a sandboxed page", { headers: { origin: "null" } }, 403],
		["another path", { path: "/other" }, 404],
		["a session that is none", { headers: { "mcp-session-id": "x" } }, 404],
		["no session", { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }, 400],
		["no JSON", { body: "{" }, 400],
		["GET without a session", { method: "GET" }, 405],
		["DELETE without a session", { method: "DELETE" }, 400],
		["too much", { body: `"${"x".repeat(33 * 1024 * 1024)}"` }, 413],
	])("%s", async (_name, given, status) => {
		const { url } = await start();
		const headers = Object.fromEntries(
			Object.entries(("headers" in given ? given.headers : undefined) ?? {}).map(([name, value]) => [
				name,
				value.replace("PORT", url.port),
			]),
		);
		const sent = await send(url, { ...given, headers });
		expect(sent.status).toBe(status);
		expect(JSON.parse(sent.body)).toMatchObject({ jsonrpc: "2.0", error: { message: expect.any(String) } });
		if (status === 401) expect(sent.headers["www-authenticate"]).toBe("Bearer");
	});

	test("localhost by name and pages of this machine get in; without a token everyone here", async () => {
		const { url } = await start();
		const local = { host: `localhost:${url.port}`, origin: "http://localhost:3000" };
		expect((await send(url, { headers: local })).status).toBe(200);
		const open = await start(undefined, { token: undefined });
		expect((await send(open.url, { headers: { authorization: "" } })).status).toBe(200);
		expect(newToken()).toMatch(/^[\w-]{43}$/);
	});

	test("no address of another machine, no port that is taken", async () => {
		const { url, agent } = await start();
		const options = { agent, version: "1", token };
		await expect(serveHttp({ ...options, host: "0.0.0.0", port: 0 })).rejects.toMatchObject({ code: "address" });
		await expect(serveHttp({ ...options, host: "127.0.0.1", port: Number(url.port) })).rejects.toMatchObject({
			code: "listen",
		});
	});
});

describe("clients", () => {
	test("have their own sessions, hear of their own turns, and end them by going", async () => {
		const { url, agent } = await start(({ prompt }) => Promise.resolve(done(prompt)));
		const [one, two] = [await join(url), await join(url)];
		const heard: unknown[] = [];
		one.fallbackNotificationHandler = (notification) => {
			heard.push(JSON.parse(JSON.stringify(notification)).params.msg.type);
			return Promise.resolve();
		};
		const first = await one.callTool({ name: "codex", arguments: { prompt: "p" } });
		await two.callTool({ name: "codex", arguments: { prompt: "q" } });
		expect(heard).toEqual(["warning", "task_started", "task_complete"]);
		const { threadId } = JSON.parse(JSON.stringify(first["structuredContent"]));
		expect(await two.callTool({ name: "codex-reply", arguments: { threadId, prompt: "p" } })).toMatchObject({
			isError: true,
		});
		const { transport } = one;
		if (transport instanceof StreamableHTTPClientTransport) await transport.terminateSession();
		await expect.poll(() => agent.closed).toEqual([threadId]);
	});

	test("closing the server interrupts what runs", async () => {
		const started = Promise.withResolvers<void>();
		const { url, agent, server } = await start(async ({ interrupted }) => {
			started.resolve();
			await whenAborted(interrupted);
			return aborted;
		});
		const client = await join(url);
		const call = client.callTool({ name: "codex", arguments: { prompt: "p" } }).catch(() => "gone");
		await started.promise;
		await server.close();
		expect(agent.closed).toHaveLength(1);
		await client.close();
		await call;
	});
});
