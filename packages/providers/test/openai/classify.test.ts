import { APIError } from "openai/error";
import { describe, expect, it } from "vitest";
import { type ClassifyContext, failureInStream, failureOfRequest } from "../../src/openai/classify.ts";
import { settingsFor } from "../harness.ts";

const context: ClassifyContext = {
	settings: settingsFor("responses", "http://127.0.0.1:1/v1"),
	model: "gpt-5",
	authority: "127.0.0.1:1",
	redact: (text) => text.replaceAll("SECRET", "***"),
	nowMs: Date.UTC(2026, 0, 1),
};

function refusal(status: number, body: object | undefined, headers: Record<string, string> = {}, message = "") {
	return failureOfRequest(APIError.generate(status, body, message, new Headers(headers)), context);
}

describe("failureOfRequest", () => {
	it.each([
		[402, "quota", false],
		[413, "invalid_request", false],
		[422, "invalid_request", false],
		[425, "server", true],
		[302, "protocol", false],
	] as const)("%i is %s", (status, kind, retryable) => {
		expect(refusal(status, { error: { message: "m" } })).toMatchObject({ kind, retryable, status });
	});

	it("reads a Retry-After that is a date", () => {
		const at = new Date(context.nowMs + 5000).toUTCString();
		expect(refusal(429, { error: { message: "m" } }, { "retry-after": at })).toMatchObject({ retryAfterMs: 5000 });
	});

	it("tells when a used-up plan comes back", () => {
		const error = { type: "usage_limit_reached", message: "Limit", resets_in_seconds: 90 };
		expect(refusal(429, { error })).toEqual({
			kind: "quota",
			message: "the usage limit of openai is reached (429): Limit",
			retryable: false,
			status: 429,
			retryAfterMs: 90_000,
		});
	});

	it("shows a body of another shape as it is, masked", () => {
		expect(refusal(400, { error: { detail: [{ msg: "SECRET field" }] } }).message).toBe(
			'unexpected status 400: {"detail":[{"msg":"*** field"}]}',
		);
		expect(refusal(400, undefined, {}, "plain\nSECRET  text").message).toBe("unexpected status 400: plain *** text");
		expect(refusal(400, { error: "just a SECRET" }).message).toBe("unexpected status 400: just a ***");
	});

	it("says that no key is set when there is none", () => {
		const { apiKey: _key, apiKeySource: _source, ...settings } = context.settings;
		const error = APIError.generate(401, { error: { message: "m" } }, "", new Headers());
		expect(failureOfRequest(error, { ...context, settings }).message).toBe(
			"openai wants an API key and none is set (401): m",
		);
		const named = { ...context, settings: { ...settings, apiKey: "k" } };
		expect(failureOfRequest(error, named).message).toBe("openai refused the API key of provider `openai` (401): m");
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
	] as const)("%j is %s", (error, kind, retryAfterMs) => {
		const failure = failureInStream(error, context);
		expect(failure.kind).toBe(kind);
		expect(failure.retryAfterMs).toBe(retryAfterMs);
		expect(failure.retryable).toBe(kind === "rate_limit" || kind === "server");
	});
});
