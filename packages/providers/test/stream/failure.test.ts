import { describe, expect, it } from "vitest";
import { causeCode, causes, disconnectFailure, networkFailure } from "../../src/stream/failure.ts";

const withCode = (code: string, message = "m") => Object.assign(new Error(message), { code });
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause });

describe("failures of the network", () => {
	it.each([
		["ECONNREFUSED", "connection refused"],
		["ENOTFOUND", "no such host"],
		["EAI_AGAIN", "name lookup failed"],
		["UND_ERR_CONNECT_TIMEOUT", "connection timed out"],
		["ESOMETHING", "ESOMETHING"],
	])("%s", (code, reason) => {
		expect(networkFailure(fetchFailed(withCode(code)), "host:1")).toEqual({
			kind: "network",
			message: `could not reach host:1: ${reason}`,
			retryable: true,
		});
	});

	it("does not try a bad certificate again", () => {
		for (const code of ["DEPTH_ZERO_SELF_SIGNED_CERT", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"]) {
			expect(networkFailure(fetchFailed(withCode(code)), "h:1").retryable).toBe(false);
		}
	});

	it("takes the platform's own patience for silence", () => {
		for (const code of ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]) {
			expect(networkFailure(fetchFailed(withCode(code)), "h:1").kind).toBe("idle");
			expect(disconnectFailure(fetchFailed(withCode(code))).kind).toBe("idle");
		}
	});

	it("looks into aggregates and through circles", () => {
		const both = new AggregateError([withCode("ECONNREFUSED"), withCode("EHOSTUNREACH")]);
		expect(causeCode(fetchFailed(both))).toBe("ECONNREFUSED");
		const circle = new Error("round");
		circle.cause = circle;
		expect(causes(circle)).toHaveLength(8);
		expect(causeCode("text")).toBeUndefined();
		expect(disconnectFailure("text").message).toBe("stream disconnected before completion: text");
		expect(disconnectFailure(new Error("terminated")).message).toContain("terminated");
	});
});
