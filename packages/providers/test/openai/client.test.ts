import { afterEach, describe, expect, it, vi } from "vitest";
import { aRequest, collect, providerFor, serve } from "../harness.ts";

afterEach(() => vi.unstubAllEnvs());

describe("the SDK as HTTP client", () => {
	it("takes nothing from the environment and prints nothing", async () => {
		vi.stubEnv("OPENAI_API_KEY", "sk-from-env-000000");
		vi.stubEnv("OPENAI_ADMIN_KEY", "sk-admin-000000");
		vi.stubEnv("OPENAI_BASE_URL", "http://127.0.0.1:1/wrong");
		vi.stubEnv("OPENAI_ORG_ID", "org-env");
		vi.stubEnv("OPENAI_PROJECT_ID", "proj-env");
		vi.stubEnv("OPENAI_CUSTOM_HEADERS", "x-from-env: yes\nauthorization: Bearer stolen");
		vi.stubEnv("OPENAI_LOG", "debug");
		const printed = ["log", "info", "debug", "warn", "error"].map((name) =>
			vi.spyOn(console, name as "log").mockImplementation(() => undefined),
		);
		const server = await serve([{ text: "ok" }, { status: 500, body: "no" }]);
		const provider = providerFor("responses", server.baseUrl);
		expect((await collect(provider)).text).toBe("ok");
		await collect(provider);
		for (const { headers } of server.requests) {
			expect(headers["authorization"]).toBe("Bearer sk-test-0123456789abcdef");
			expect(Object.keys(headers)).not.toContain("x-from-env");
			expect(Object.keys(headers)).not.toContain("openai-organization");
			expect(Object.keys(headers)).not.toContain("openai-project");
		}
		for (const spy of printed) {
			expect(spy).not.toHaveBeenCalled();
			spy.mockRestore();
		}
	});

	it("joins a base URL with a trailing slash or a query", async () => {
		const server = await serve([{ text: "ok" }, { text: "ok" }]);
		await collect(providerFor("responses", `${server.baseUrl}/`));
		await collect(providerFor("responses", `${server.baseUrl}?api-version=1`));
		expect(server.requests.map(({ path }) => path)).toEqual(["/v1/responses", "/v1/responses?api-version=1"]);
	});

	it("reads no more of a refusal than it shows", async () => {
		const server = await serve([{ status: 500, body: "x".repeat(8_000_000) }]);
		const { error } = await collect(providerFor("responses", server.baseUrl));
		expect(error?.message).toMatch(/^server error 500: x{600}$/);
	});

	it("ends in an event when the base URL is none or a key cannot be sent", async () => {
		const { error } = await collect(providerFor("responses", "not a url"));
		expect(error).toMatchObject({ kind: "invalid_request", message: "the base URL of provider `openai` is not a URL" });
		const bad = await collect(
			providerFor("chat", "http://127.0.0.1:1/v1", { apiKey: "sk-secret-in\nside-0123" }),
			aRequest(),
		);
		expect(bad.error?.retryable).toBeDefined();
		expect(bad.error?.message).not.toContain("secret-in");
	});

	it("names the port of the scheme when the base URL has none", async () => {
		const { error } = await collect(providerFor("chat", "https://name.invalid/v1"));
		expect(error?.kind).toBe("network");
		expect(error?.message).toContain("could not reach name.invalid:443: ");
	});
});
