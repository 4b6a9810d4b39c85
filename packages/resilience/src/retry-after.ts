// How long a server asked to wait: headers, and the sentences that some servers write instead.

/** Headers by name in any case, as `Headers.get`. */
export type HeaderReader = (name: string) => string | null;

// Nine digits of seconds are thirty years; more is no wait.
const decimal = /^\d{1,9}(?:\.\d{1,9})?$/;
// `Date.parse` takes almost anything for a date, `-4` for example; the three forms of an HTTP date begin with a weekday.
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? .*\d{2}:\d{2}:\d{2}/;
const tryAgainIn =
	/try again in ((?:\d{1,9}(?:\.\d{1,9})?\s?(?:ms|hours?|minutes?|seconds?|h|m|s)(?![a-z])\s?|\d{1,9}[hm](?=\d)){1,4})/i;
const part = /(\d+(?:\.\d+)?)\s?(ms|h|m|s)/gi;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * The wait in milliseconds from `retry-after-ms` (milliseconds) or `Retry-After` (seconds or an HTTP date, RFC 9110
 * section 10.2.3); `undefined` when neither is there or readable. `nowMs`: wall clock, for dates; one that has passed
 * gives 0.
 */
export function parseRetryAfter(get: HeaderReader, nowMs: number): number | undefined {
	const ms = get("retry-after-ms")?.trim();
	if (ms !== undefined && decimal.test(ms)) return Number(ms);
	const value = get("retry-after")?.trim() ?? "";
	if (decimal.test(value)) return Number(value) * 1000;
	const date = httpDate.test(value) ? Date.parse(value) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/**
 * The wait in milliseconds in a sentence such as `Please try again in 11.054s`, `… in 28ms`, `… in 6m0s` or
 * `… in 2 seconds`; `undefined` without one.
 */
export function parseTryAgainIn(text: string): number | undefined {
	const wait = tryAgainIn.exec(text)?.[1];
	if (wait === undefined) return undefined;
	let totalMs = 0;
	for (const [, amount = "", unit = ""] of wait.matchAll(part))
		totalMs += Number(amount) * (unitMs[unit.toLowerCase()] ?? 0);
	return totalMs;
}
