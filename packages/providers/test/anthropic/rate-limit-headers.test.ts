import { expect, it } from "vitest";
import { rateLimitsOf } from "../../src/anthropic/rate-limit-headers.ts";

const nowMs = Date.parse("2026-11-23T12:00:00Z");
const of = (headers: Readonly<Record<string, string>>) =>
	rateLimitsOf(
		new Headers(Object.entries(headers).map(([name, value]) => [`anthropic-ratelimit-${name}`, value])),
		nowMs,
	);

it("tells requests and tokens, and when they come back", () => {
	expect(
		of({
			"requests-limit": "1000",
			"requests-remaining": "750",
			"requests-reset": "2026-11-23T12:00:30Z",
			"tokens-limit": "30000",
			"tokens-remaining": "10000",
			"tokens-reset": "2026-11-23T11:59:00Z",
		}),
	).toEqual({
		type: "rate_limits",
		primary: { usedPercent: 25, resetsInSeconds: 30 },
		secondary: { usedPercent: 66.67, resetsInSeconds: 0 },
	});
});

it("passes over what is missing or no number", () => {
	expect(of({})).toBeUndefined();
	expect(of({ "requests-limit": "100" })).toBeUndefined();
	expect(of({ "requests-limit": "0", "requests-remaining": "0" })).toBeUndefined();
	expect(of({ "tokens-limit": "many", "tokens-remaining": "1" })).toBeUndefined();
	expect(of({ "tokens-limit": "", "tokens-remaining": "1" })).toBeUndefined();
	expect(of({ "tokens-limit": "10", "tokens-remaining": "20", "tokens-reset": "soon" })).toEqual({
		type: "rate_limits",
		secondary: { usedPercent: 0 },
	});
});
