import { describe, expect, it } from "vitest";
import { parseWireError } from "../../src/openai/wire.ts";
import { type ClassifyContext, failureInStream, failureOfRequest } from "../../src/wire/classify.ts";
import { HttpRefusal } from "../../src/wire/http-refusal.ts";
import { settingsFor } from "../harness.ts";

const context: ClassifyContext = {
	settings: settingsFor("responses", "http://127.0.0.1:1/v1"),
	model: "gpt-5",
	authority: "127.0.0.1:1",
	redact: (text) => text.replaceAll("SECRET", "***"),
	nowMs: Date.UTC(2026, 0, 1),
	readError: parseWireError,
};

function refused(status: number, body: unknown, headers: Record<string, string> = {}, text = ""): HttpRefusal {
	return new HttpRefusal({ status, body, text, headers: new Headers(headers) });
}

function refusal(status: number, body: unknown, headers: Record<string, string> = {}, text = "") {
	return failureOfRequest(refused(status, body, headers, text), context);
}

describe("failureOfRequest", () => {
	it.each([
		[402, "quota", false],
		[413, "invalid_request", false],
		[422, "invalid_request", false],
		[425, "server", true],
		[302, "protocol", false],
	] as const)("%i is %s", (status, kind, retryable) => {
		expect(refusal(status, { message: "m" })).toMatchObject({ kind, retryable, status });
	});

	it("reads a Retry-After that is a date", () => {
		const at = new Date(context.nowMs + 5000).toUTCString();
		expect(refusal(429, { message: "m" }, { "retry-after": at })).toMatchObject({ retryAfterMs: 5000 });
	});

	it("tells when a used-up plan comes back", () => {
		const error = { type: "usage_limit_reached", message: "Limit", resets_in_seconds: 90 };
		expect(refusal(429, error)).toEqual({
			kind: "quota",
			message: "the usage limit of openai is reached (429): Limit",
			retryable: false,
			status: 429,
			retryAfterMs: 90_000,
		});
	});

	it("shows a body of another shape as it is, masked", () => {
		expect(refusal(400, { detail: [{ msg: "SECRET field" }] }).message).toBe(
			'unexpected status 400: {"detail":[{"msg":"*** field"}]}',
		);
		expect(refusal(400, undefined, {}, "plain\nSECRET  text").message).toBe("unexpected status 400: plain *** text");
		expect(refusal(400, "just a SECRET").message).toBe("unexpected status 400: just a ***");
	});

	it("says that no key is set when there is none", () => {
		const { apiKey: _key, apiKeySource: _source, ...settings } = context.settings;
		const error = refused(401, { message: "m" });
		expect(failureOfRequest(error, { ...context, settings }).message).toBe(
			"openai wants an API key and none is set (401): m",
		);
		const named = { ...context, settings: { ...settings, apiKey: "k" } };
		expect(failureOfRequest(error, named).message).toBe("openai refused the API key of provider `openai` (401): m");
	});

	it("knows the vendors' names of errors", () => {
		const named = (status: number, error: object) => refusal(status, error).kind;
		expect(named(400, { message: "m", code: "API_KEY_INVALID" })).toBe("auth");
		expect(named(400, { message: "m", type: "billing_error" })).toBe("quota");
		expect(named(529, { message: "m", type: "overloaded_error" })).toBe("server");
	});

	it("says what to do when nobody listens, where the wire knows it", () => {
		const thrown = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
		const { message } = failureOfRequest(thrown, { ...context, unreachableHint: "Is it running?" });
		expect(message).toBe("could not reach 127.0.0.1:1: connection refused. Is it running?");
	});

	it("says that a base URL is none", () => {
		const thrown = Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL" });
		expect(failureOfRequest(thrown, context)).toMatchObject({ kind: "invalid_request", retryable: false });
	});
});

describe("failureInStream", () => {
	it.each([
		[{ code: "rate_limit_exceeded", message: "Please try again in 11.054s" }, "rate_limit", 11_054],
		[{ code: "rate_limit_exceeded", message: "try again in 28ms" }, "rate_limit", 28],
		[{ code: "context_length_exceeded", message: "m" }, "context_length", undefined],
		[{ code: "weird", message: "Your input exceeds the context window of this model" }, "context_length", undefined],
		[{ code: "insufficient_quota", message: "m" }, "quota", undefined],
		[{ code: "invalid_prompt", message: "m" }, "invalid_request", undefined],
		[{ code: "bio_policy", message: "m" }, "invalid_request", undefined],
		[{ code: "invalid_image_format", message: "m" }, "invalid_request", undefined],
		[{ code: "server_error", message: "m" }, "server", undefined],
		[{ code: 500, message: "m" }, "server", undefined],
		[{ message: "nobody knows" }, "server", undefined],
		[null, "server", undefined],
		[{ type: "overloaded_error", message: "m" }, "server", undefined],
		[{ type: "rate_limit_error", message: "m" }, "rate_limit", undefined],
		[{ code: "RESOURCE_EXHAUSTED", message: "m" }, "rate_limit", undefined],
		[
			{ type: "invalid_request_error", message: "prompt is too long: 9 tokens > 8 maximum" },
			"context_length",
			undefined,
		],
		[{ type: "authentication_error", message: "m" }, "auth", undefined],
	] as const)("%j is %s", (error, kind, retryAfterMs) => {
		const failure = failureInStream(error, context);
		expect(failure.kind).toBe(kind);
		expect(failure.retryAfterMs).toBe(retryAfterMs);
		expect(failure.retryable).toBe(kind === "rate_limit" || kind === "server");
	});
});
