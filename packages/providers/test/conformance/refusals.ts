// Requests that were refused before their stream began, and servers that are none.

import type { ModelStep } from "@codex/test-support";
import { expect, it } from "vitest";
import { baseOf, collect, providerFor, serve, type Wire } from "../harness.ts";
import { run } from "./run.ts";
import { traitsOf } from "./traits.ts";

export function describeRefusals(wire: Wire): void {
	const { provider, error: errorBody, requestId, tooLong } = traitsOf(wire);
	const refused = async (step: ModelStep) => {
		const { error, events } = await run(wire, step);
		expect(events).toHaveLength(1);
		expect(error?.message).not.toContain("\n");
		return error;
	};

	it("429 with Retry-After in seconds, in milliseconds, and without", async () => {
		const body = errorBody("slow down");
		const seconds = await refused({ status: 429, headers: { "retry-after": "7" }, body });
		expect(seconds).toMatchObject({ kind: "rate_limit", retryable: true, retryAfterMs: 7000, status: 429 });
		const ms = await refused({ status: 429, headers: { "retry-after-ms": "250", "retry-after": "7" }, body });
		expect(ms).toMatchObject({ retryAfterMs: 250 });
		const none = await refused({ status: 429, body });
		expect(none).not.toHaveProperty("retryAfterMs");
		const text = await refused({ status: 429, body: errorBody("Please try again in 1.5s.") });
		expect(text).toMatchObject({ kind: "rate_limit", retryAfterMs: 1500 });
	});

	const quotaCodes = provider === "openai" ? ["insufficient_quota", "usage_limit_reached", "usage_not_included"] : [];
	it.each(quotaCodes)("429 %s is final", async (code) => {
		const error = await refused({ status: 429, body: { error: { message: "no more", type: code } } });
		expect(error).toMatchObject({ kind: "quota", retryable: false });
	});

	it.each([500, 502, 503, 529, 408, 409])("%i may be tried again", async (status) => {
		const error = await refused({ status, headers: { [requestId]: "req_1" }, body: errorBody("oops") });
		expect(error).toMatchObject({ kind: "server", retryable: true, status, requestId: "req_1" });
		expect(error?.message).toBe(`server error ${status}: oops (request-id: req_1)`);
	});

	it("401 names the key's variable and never the key", async () => {
		const body = errorBody("Incorrect API key provided: sk-test-0123456789abcdef.");
		const error = await refused({ status: 401, body });
		expect(error).toMatchObject({ kind: "auth", retryable: false, status: 401 });
		expect(error?.message).toContain("refused the API key TEST_API_KEY (401)");
		expect(error?.message).not.toContain("0123456789abcdef");
	});

	it("403, 404 and 400 are final and say what it was", async () => {
		const body = errorBody("no");
		expect(await refused({ status: 403, body })).toMatchObject({ kind: "auth", retryable: false });
		const missing = await refused({ status: 404, body });
		expect(missing).toMatchObject({ kind: "not_found", retryable: false });
		expect(missing?.message).toContain(`\`${traitsOf(wire).model}\``);
		expect(await refused({ status: 400, body })).toMatchObject({
			kind: "invalid_request",
			message: "unexpected status 400: no",
		});
	});

	it("knows a too long input by its code and by its words", async () => {
		const byCode = provider === "openai" ? [errorBody("too long", "context_length_exceeded")] : [];
		for (const body of [...byCode, errorBody(tooLong)]) {
			expect(await refused({ status: 400, body })).toMatchObject({ kind: "context_length", retryable: false });
		}
	});

	it("cuts long bodies and shows a page by its title", async () => {
		const long = await refused({ status: 500, body: "x".repeat(100_000) });
		expect(long?.message.length).toBeLessThan(700);
		const page = await refused({
			status: 502,
			body: "<html><head><title>Bad gateway</title></head><body>…</body></html>",
		});
		expect(page?.message).toBe('server error 502: a page titled "Bad gateway"');
	});

	it("does not take a page of status 200 for an answer", async () => {
		const error = await refused({ html: "<html><body>Sign in to the hotel's network</body></html>" });
		expect(error).toMatchObject({ kind: "protocol", retryable: false });
		expect(error?.message).toContain("text/html");
	});

	it("does not follow a redirect", async () => {
		const error = await refused({ status: 307, headers: { location: "https://elsewhere.example/v1" } });
		expect(error).toMatchObject({ kind: "protocol", retryable: false });
		expect(error?.message).toContain("redirect to https://elsewhere.example/v1");
	});

	it("says who cannot be reached", async () => {
		const server = await serve([]);
		const baseUrl = baseOf(wire, server);
		await server.close();
		const { error, events } = await collect(providerFor(wire, baseUrl));
		expect(events).toHaveLength(1);
		expect(error).toMatchObject({ kind: "network", retryable: true });
		expect(error?.message).toContain(`could not reach 127.0.0.1:${server.port}: connection refused`);
	});
}
