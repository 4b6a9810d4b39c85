import { describe, expect, it } from "vitest";
import { parseAnthropicError } from "../../src/anthropic/wire.ts";

describe("parseAnthropicError", () => {
	it("reads an error with or without its envelope", () => {
		const error = { type: "overloaded_error", message: "Overloaded" };
		const read = { message: "Overloaded", code: "", type: "overloaded_error" };
		expect(parseAnthropicError({ type: "error", error, request_id: "req_1" })).toEqual(read);
		expect(parseAnthropicError(error)).toEqual(read);
	});

	it("knows by their words what the vendor gives no type of its own", () => {
		const error = (message: string) => parseAnthropicError({ error: { type: "invalid_request_error", message } });
		expect(error("input length and `max_tokens` exceed context limit: 190000 + 64000 > 200000").code).toBe(
			"context_length_exceeded",
		);
		expect(error("Your credit balance is too low to access the Anthropic API.").code).toBe("billing_error");
		expect(error("messages: at least one message is required").code).toBe("");
	});

	it("takes anything else for its own message", () => {
		expect(parseAnthropicError("bad gateway")).toEqual({ message: "bad gateway", code: "", type: "" });
		expect(parseAnthropicError({ detail: 7 }).message).toBe('{"detail":7}');
		expect(parseAnthropicError(undefined)).toEqual({ message: "", code: "", type: "" });
	});
});
