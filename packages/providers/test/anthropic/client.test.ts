import { afterEach, describe, expect, it, vi } from "vitest";
import { aRequest, collect, providerFor, serve, user } from "../harness.ts";

afterEach(() => vi.unstubAllEnvs());

const key = "sk-test-0123456789abcdef";
const request = aRequest({ model: "claude-opus-5" });

describe("the SDK as HTTP client", () => {
	it("takes nothing from the environment and prints nothing", async () => {
		vi.stubEnv("ANTHROPIC_API_KEY", "sk-from-env-000000");
		vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token-from-env-000000");
		vi.stubEnv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1/wrong");
		vi.stubEnv("ANTHROPIC_CUSTOM_HEADERS", "x-from-env: yes\nauthorization: Bearer stolen");
		vi.stubEnv("ANTHROPIC_LOG", "debug");
		const printed = ["log", "info", "debug", "warn", "error"].map((name) =>
			vi.spyOn(console, name as "log").mockImplementation(() => undefined),
		);
		const server = await serve([{ text: "ok" }, { status: 500, body: "no" }]);
		const provider = providerFor("anthropic", server.origin);
		expect((await collect(provider, request)).text).toBe("ok");
		await collect(provider, request);
		expect(server.requests).toHaveLength(2);
		for (const { headers, path } of server.requests) {
			expect(path).toBe("/v1/messages");
			expect(headers).toMatchObject({ "x-api-key": key, "anthropic-version": "2023-06-01" });
			for (const name of ["authorization", "x-from-env", "anthropic-beta"]) {
				expect(Object.keys(headers)).not.toContain(name);
			}
		}
		for (const spy of printed) {
			expect(spy).not.toHaveBeenCalled();
			spy.mockRestore();
		}
	});

	it("sends a gateway's token in place of the key", async () => {
		const server = await serve([{ text: "ok" }]);
		await collect(providerFor("anthropic", server.origin, { headers: { Authorization: "Bearer gateway" } }), request);
		const { headers } = await server.request(1);
		expect(headers["authorization"]).toBe("Bearer gateway");
		expect(headers["x-api-key"]).toBeUndefined();
	});

	it("takes a base URL with the API's version, a slash, or a folder of a gateway", async () => {
		const server = await serve(() => ({ text: "ok" }));
		for (const end of ["/", "/v1", "/v1/"]) await collect(providerFor("anthropic", `${server.origin}${end}`), request);
		expect(server.requests.map(({ path }) => path)).toEqual(["/v1/messages", "/v1/messages", "/v1/messages"]);
	});

	it("asks for beta features only where the model needs them, beside those of the user", async () => {
		const server = await serve(() => ({ text: "ok" }));
		const provider = providerFor("anthropic", server.origin, {
			headers: { "anthropic-beta": "context-1m-2025-08-07" },
			queryParams: { v: "1" },
		});
		await collect(provider, aRequest({ model: "claude-opus-5" }));
		await collect(provider, aRequest({ model: "claude-opus-5-5" }));
		const [plain, beta] = server.requests;
		expect(plain?.path).toBe("/v1/messages?v=1");
		expect(plain?.headers["anthropic-beta"]).toBe("context-1m-2025-08-07");
		expect(plain?.body.thinking).toEqual({ type: "adaptive", display: "summarized" });
		expect(new URL(beta?.path ?? "", server.origin).searchParams).toEqual(new URLSearchParams("beta=true&v=1"));
		expect(beta?.headers["anthropic-beta"]).toBe("context-1m-2025-08-07, thinking-binding-controls-2026-08-01");
		expect(beta?.body.thinking.block_binding).toEqual({ prefix_mismatch_behavior: "drop_block" });
	});

	it("gives thoughts back as they came", async () => {
		const server = await serve([{ reasoning: "It is simple.", text: "Four." }, { text: "Eight." }]);
		const provider = providerFor("anthropic", server.origin);
		const { items } = await collect(provider, request);
		await collect(provider, { ...request, input: [user("hello"), ...items, user("twice?")] });
		const { body } = await server.request(2);
		expect(body.messages[1].content).toEqual([
			{ type: "thinking", thinking: "It is simple.", signature: "c2VhbGVkLXRob3VnaHQ=" },
			{ type: "text", text: "Four." },
		]);
	});

	it("goes on with an answer that was cut, from what came whole", async () => {
		const server = await serve([{ text: "One and", noFinalEvent: true }, { text: " two." }]);
		const provider = providerFor("anthropic", server.origin);
		const cut = await collect(provider, request);
		expect(cut.error).toMatchObject({ kind: "stream", retryable: true });
		const { text } = await collect(provider, { ...request, input: [user("hello"), ...cut.items] });
		expect(text).toBe(" two.");
		const { body } = await server.request(2);
		expect(body.messages.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user"]);
	});

	it("tells an overloaded server, in the status and in the stream, from a quota that is used up", async () => {
		const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
		const poor = { type: "invalid_request_error", message: "Your credit balance is too low to access the API." };
		const server = await serve([
			{ status: 529, body: error, headers: { "request-id": "req_7" } },
			{ sse: `event: error\ndata: ${JSON.stringify(error)}\n\n` },
			{ status: 400, body: { type: "error", error: poor } },
		]);
		const provider = providerFor("anthropic", server.origin);
		const [first, second, third] = [
			await collect(provider, request),
			await collect(provider, request),
			await collect(provider, request),
		];
		expect(first.error).toMatchObject({ kind: "server", retryable: true, status: 529, requestId: "req_7" });
		expect(second.error).toMatchObject({ kind: "server", retryable: true });
		expect(second.error?.message).toContain("Overloaded");
		expect(third.error).toMatchObject({ kind: "quota", retryable: false });
	});

	it("reads no more of a refusal than it shows, and ends in an event when the base URL is none", async () => {
		const server = await serve([{ status: 500, body: "x".repeat(8_000_000) }]);
		const { error } = await collect(providerFor("anthropic", server.origin), request);
		expect(error?.message).toMatch(/^server error 500: x{600}$/);
		const none = await collect(providerFor("anthropic", "not a url"), request);
		expect(none.error).toMatchObject({
			kind: "invalid_request",
			message: "the base URL of provider `anthropic` is not a URL",
		});
	});
});
