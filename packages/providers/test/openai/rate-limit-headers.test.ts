import { describe, expect, it } from "vitest";
import { rateLimitsOf } from "../../src/openai/rate-limit-headers.ts";

describe("rateLimitsOf", () => {
	it("reads both windows of a plan", () => {
		const headers = new Headers({
			"x-codex-primary-used-percent": "120",
			"x-codex-secondary-used-percent": "3",
			"x-codex-secondary-window-minutes": "10080",
		});
		expect(rateLimitsOf(headers)).toEqual({
			type: "rate_limits",
			primary: { usedPercent: 100 },
			secondary: { usedPercent: 3, windowMinutes: 10_080 },
		});
	});

	it("reads the API's requests and tokens", () => {
		const headers = new Headers({
			"x-ratelimit-limit-requests": "60",
			"x-ratelimit-remaining-requests": "45",
			"x-ratelimit-reset-requests": "1m30s",
			"x-ratelimit-limit-tokens": "1000",
			"x-ratelimit-remaining-tokens": "0",
			"x-ratelimit-reset-tokens": "20ms",
		});
		expect(rateLimitsOf(headers)).toEqual({
			type: "rate_limits",
			primary: { usedPercent: 25, resetsInSeconds: 90 },
			secondary: { usedPercent: 100, resetsInSeconds: 0.02 },
		});
	});

	it("is nothing without headers, or with headers that are no numbers", () => {
		expect(rateLimitsOf(new Headers())).toBeUndefined();
		const odd = new Headers({
			"x-codex-primary-used-percent": "many",
			"x-ratelimit-limit-requests": "0",
			"x-ratelimit-remaining-requests": "0",
		});
		expect(rateLimitsOf(odd)).toBeUndefined();
		const noReset = new Headers({
			"x-ratelimit-limit-tokens": "10",
			"x-ratelimit-remaining-tokens": "5",
			"x-ratelimit-reset-tokens": "soon",
		});
		expect(rateLimitsOf(noReset)).toEqual({ type: "rate_limits", secondary: { usedPercent: 50 } });
	});
});
