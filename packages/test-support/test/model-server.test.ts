import { describe, expect, it, onTestFinished } from "vitest";
import { createModelServer, type ModelServer, type ModelServerOptions, renderedEvents } from "../src/index.ts";

async function serve(script: ModelServerOptions["script"]): Promise<ModelServer> {
	const server = await createModelServer({ script });
	onTestFinished(() => server.close());
	return server;
}

const post = (server: ModelServer, path = "/responses", body: unknown = { model: "m" }) =>
	fetch(`${server.baseUrl}${path}`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });

const eventsOf = (text: string) =>
	text
		.split("\n\n")
		.filter((block) => block !== "")
		.map((block) => block.slice(block.indexOf("data: ") + 6));

const answer = {
	reasoning: "hm",
	text: "hello",
	calls: [{ name: "shell", arguments: { command: ["true"] } }],
} as const;

describe("createModelServer", () => {
	it("answers both wires from one script and remembers what it was asked", async () => {
		const server = await serve([answer, answer]);
		const responses = eventsOf(await (await post(server, "/responses?x=1", { model: "a" })).text()).map((data) =>
			JSON.parse(data),
		);
		const chat = eventsOf(await (await post(server, "/chat/completions", { model: "b" })).text());
		expect(responses[0]).toMatchObject({ type: "response.created", sequence_number: 0 });
		expect(responses.at(-1)).toMatchObject({ type: "response.completed", response: { usage: { input_tokens: 10 } } });
		expect(
			responses.filter((event) => event.type === "response.output_item.done").map((event) => event.item.type),
		).toEqual(["reasoning", "message", "function_call"]);
		expect(chat.at(-1)).toBe("[DONE]");
		expect(server.requests.map(({ number, wire, path, body }) => [number, wire, path, body.model])).toEqual([
			[1, "responses", "/v1/responses?x=1", "a"],
			[2, "chat", "/v1/chat/completions", "b"],
		]);
		server.assertExhausted();
	});

	it("says when a script was not used up, and when it was too short", async () => {
		const server = await serve([{ text: "one" }]);
		expect(() => server.assertExhausted()).toThrow("1 steps of the script were never asked for");
		await post(server);
		server.assertExhausted();
		const beyond = await post(server);
		expect([beyond.status, await beyond.json()]).toMatchObject([500, { error: { code: "script_end" } }]);
		expect(() => server.assertExhausted()).toThrow("1 requests came after the end of the script");
		server.push({ text: "two" });
		expect((await post(server)).status).toBe(200);
	});

	it("makes steps of requests, and tells of requests before they are answered", async () => {
		const server = await serve(async ({ body }) => ({ status: 418, body: { echo: body } }));
		const waiting = server.request(2);
		await post(server, "/responses", "not JSON");
		const second = await post(server, "/responses", { n: 2 });
		expect(await second.json()).toEqual({ echo: { n: 2 } });
		expect((await waiting).body).toEqual({ n: 2 });
		expect(server.requests[0]?.body).toBeUndefined();
	});

	it("knows no other path or method", async () => {
		const server = await serve([]);
		expect((await post(server, "/models")).status).toBe(404);
		expect((await fetch(`${server.baseUrl}/responses`)).status).toBe(404);
		expect(server.requests).toHaveLength(0);
	});

	it("sends statuses, pages and raw streams as they are", async () => {
		const server = await serve([
			{ status: 429, headers: { "retry-after": "3" }, body: "slow" },
			{ html: "<p>" },
			{ sse: ": raw\n\ndata: {}\n\ndata: {", headers: { "x-a": "b" } },
			{ status: 204 },
		]);
		const limited = await post(server);
		expect([limited.status, limited.headers.get("retry-after"), await limited.text()]).toEqual([429, "3", "slow"]);
		expect((await post(server)).headers.get("content-type")).toContain("text/html");
		const raw = await post(server);
		expect([raw.headers.get("x-a"), await raw.text()]).toEqual(["b", ": raw\n\ndata: {}\n\ndata: {"]);
		expect((await post(server)).status).toBe(204);
	});

	it("cuts after any event, resets, and puts in a malformed line", async () => {
		const all = renderedEvents("responses", answer);
		const server = await serve([
			{ ...answer, cutAfter: 2 },
			{ ...answer, malformedLine: "oops" },
			{ ...answer, cutAfter: 1, reset: true },
			{ reset: true },
		]);
		expect(await (await post(server)).text()).toBe(all.slice(0, 2).join(""));
		expect(eventsOf(await (await post(server)).text())[1]).toBe("oops");
		const broken = await post(server);
		await expect(broken.text()).rejects.toThrow();
		await expect(post(server)).rejects.toThrow();
	});

	it("splits bytes anywhere and loses none", async () => {
		const text = "größe 🙂 漢字";
		const server = await serve([{ text, splitBytes: 1 }]);
		const body = await (await post(server)).text();
		expect(body).toBe(renderedEvents("responses", { text }).join(""));
	});

	it("stays silent until its client goes away", async () => {
		const server = await serve([
			{ ...answer, idle: true },
			{ ...answer, delayMs: 60_000 },
		]);
		const controller = new AbortController();
		const response = await fetch(`${server.baseUrl}/responses`, {
			method: "POST",
			body: "{}",
			signal: controller.signal,
		});
		const request = await server.request(1);
		expect([response.status, request.abandoned()]).toEqual([200, false]);
		controller.abort();
		await expect.poll(() => request.abandoned()).toBe(true);
		const late = new AbortController();
		const waiting = fetch(`${server.baseUrl}/responses`, { method: "POST", body: "{}", signal: late.signal });
		const second = await server.request(2);
		late.abort();
		await expect(waiting).rejects.toThrow();
		await expect.poll(() => second.abandoned()).toBe(true);
		expect(server.connections()).toBeGreaterThanOrEqual(2);
	});

	it("leaves out what servers leave out", () => {
		const chat = (quirk: object) => renderedEvents("chat", { ...answer, ...quirk }).join("");
		expect(chat({ omitCallIds: true })).not.toContain('"id":"call_');
		expect(chat({ omitCallIndex: true })).not.toContain('"tool_calls":[{"index"');
		expect(chat({ wholeCalls: true }).split('"tool_calls":').length - 1).toBe(1);
		expect(chat({ omitFinishReason: true })).not.toMatch(/"finish_reason":"/);
		expect(chat({ omitDone: true })).not.toContain("[DONE]");
		expect(chat({ usage: null })).not.toContain('"usage"');
		expect(chat({ reasoningField: "reasoning" })).toContain('"reasoning":"hm"');
		expect(chat({ stop: "length" })).toContain('"finish_reason":"length"');
		const responses = (quirk: object) => renderedEvents("responses", { ...answer, ...quirk }).join("");
		expect(responses({ itemsInFinalEventOnly: true })).not.toContain("output_item.done");
		expect(responses({ stop: "content_filter" })).toContain('"reason":"content_filter"');
		expect(responses({ noFinalEvent: true })).not.toContain("response.completed");
	});
});
