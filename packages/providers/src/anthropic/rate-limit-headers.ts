// The account's limits as Anthropic's response headers tell them: requests and tokens of a minute.

import type { ModelEvent, RateLimitWindow } from "@codex/protocol";

type RateLimitsEvent = Extract<ModelEvent, { readonly type: "rate_limits" }>;

function number(headers: Headers, name: string): number | undefined {
	const text = headers.get(name)?.trim();
	if (text === undefined || text === "") return undefined;
	const value = Number(text);
	return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function windowOf(headers: Headers, name: "requests" | "tokens", nowMs: number): RateLimitWindow | undefined {
	const limit = number(headers, `anthropic-ratelimit-${name}-limit`);
	const remaining = number(headers, `anthropic-ratelimit-${name}-remaining`);
	if (limit === undefined || remaining === undefined || limit === 0) return undefined;
	const resetAt = Date.parse(headers.get(`anthropic-ratelimit-${name}-reset`) ?? "");
	const usedPercent = Math.min(100, Math.max(0, 100 * (1 - remaining / limit)));
	return {
		// Two decimals: the quotient of two counts is not exact.
		usedPercent: Math.round(usedPercent * 100) / 100,
		...(Number.isNaN(resetAt) ? {} : { resetsInSeconds: Math.max(0, Math.round((resetAt - nowMs) / 1000)) }),
	};
}

/** The event that `headers` make at `nowMs`, or `undefined` when they tell nothing. */
export function rateLimitsOf(headers: Headers, nowMs: number): RateLimitsEvent | undefined {
	const primary = windowOf(headers, "requests", nowMs);
	const secondary = windowOf(headers, "tokens", nowMs);
	if (primary === undefined && secondary === undefined) return undefined;
	return {
		type: "rate_limits",
		...(primary === undefined ? {} : { primary }),
		...(secondary === undefined ? {} : { secondary }),
	};
}
