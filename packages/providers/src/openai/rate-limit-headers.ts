// The account's rate limits as response headers tell them: the windows of ChatGPT plans (`x-codex-*`), else the
// requests and tokens of the API (`x-ratelimit-*`).

import type { ModelEvent, RateLimitWindow } from "@codex/protocol";

type RateLimitsEvent = Extract<ModelEvent, { readonly type: "rate_limits" }>;

function number(headers: Headers, name: string): number | undefined {
	const text = headers.get(name)?.trim();
	if (text === undefined || text === "") return undefined;
	const value = Number(text);
	return Number.isFinite(value) && value >= 0 ? value : undefined;
}

const percent = (value: number): number => Math.min(100, Math.max(0, value));

function planWindow(headers: Headers, name: "primary" | "secondary"): RateLimitWindow | undefined {
	const usedPercent = number(headers, `x-codex-${name}-used-percent`);
	if (usedPercent === undefined) return undefined;
	const windowMinutes = number(headers, `x-codex-${name}-window-minutes`);
	const resetsInSeconds = number(headers, `x-codex-${name}-reset-after-seconds`);
	return {
		usedPercent: percent(usedPercent),
		...(windowMinutes === undefined ? {} : { windowMinutes }),
		...(resetsInSeconds === undefined ? {} : { resetsInSeconds }),
	};
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds in a duration such as `6m0s`, `1.5s` or `20ms`; `undefined` for anything else. */
function durationSeconds(text: string | null): number | undefined {
	if (text === null || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined;
	let seconds = 0;
	for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
		seconds += Number(amount) * (unitSeconds[unit ?? ""] ?? 0);
	}
	return seconds;
}

function apiWindow(headers: Headers, name: "requests" | "tokens"): RateLimitWindow | undefined {
	const limit = number(headers, `x-ratelimit-limit-${name}`);
	const remaining = number(headers, `x-ratelimit-remaining-${name}`);
	if (limit === undefined || remaining === undefined || limit === 0) return undefined;
	const resetsInSeconds = durationSeconds(headers.get(`x-ratelimit-reset-${name}`));
	return {
		usedPercent: percent(100 * (1 - remaining / limit)),
		...(resetsInSeconds === undefined ? {} : { resetsInSeconds }),
	};
}

/** The event that `headers` make, or `undefined` when they tell nothing. Requests are primary, tokens secondary. */
export function rateLimitsOf(headers: Headers): RateLimitsEvent | undefined {
	const primary = planWindow(headers, "primary") ?? apiWindow(headers, "requests");
	const secondary = planWindow(headers, "secondary") ?? apiWindow(headers, "tokens");
	if (primary === undefined && secondary === undefined) return undefined;
	return {
		type: "rate_limits",
		...(primary === undefined ? {} : { primary }),
		...(secondary === undefined ? {} : { secondary }),
	};
}
