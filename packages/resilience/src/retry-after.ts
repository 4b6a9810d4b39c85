// How long a server asked to wait: headers, and the sentences that some servers write instead.

/** Headers by name, as `Headers.get`. */
export type HeaderReader = (name: string) => string | null;

/**
 * The wait in milliseconds from `retry-after-ms` (milliseconds) or `Retry-After` (seconds or an HTTP date, RFC 9110
 * section 10.2.3); `undefined` when neither is there or readable. Never negative.
 */
export function parseRetryAfter(get: HeaderReader, nowMs: number): number | undefined {
	const ms = get("retry-after-ms")?.trim();
	if (ms !== undefined && /^\d+(\.\d+)?$/.test(ms)) return Number(ms);
	const value = get("retry-after")?.trim();
	if (value === undefined || value === "") return undefined;
	if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
	// `Date.parse` takes almost anything for a date, `-4` for example; an HTTP date names its month.
	const date = /[A-Za-z]{3}/.test(value) ? Date.parse(value) : Number.NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** The wait in milliseconds in a sentence such as `Please try again in 11.054s` or `… in 28ms`; `undefined` without one. */
export function parseTryAgainIn(text: string): number | undefined {
	const match = /try again in (\d{1,9}(?:\.\d{1,9})?)\s?(ms|seconds?|s)\b/i.exec(text);
	if (match === null) return undefined;
	const amount = Number(match[1]);
	return match[2]?.toLowerCase() === "ms" ? amount : amount * 1000;
}
