import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRetryAfter, parseTryAgainIn } from "../src/index.ts";

const headers = (entries: Record<string, string>) => (name: string) => entries[name] ?? null;

describe("parseRetryAfter", () => {
	it.each([
		[{ "retry-after": "3" }, 3000],
		[{ "retry-after": " 0.5 " }, 500],
		[{ "retry-after": "0" }, 0],
		[{ "retry-after-ms": "250", "retry-after": "9" }, 250],
		[{ "retry-after-ms": "x", "retry-after": "9" }, 9000],
		[{ "retry-after": "Thu, 01 Jan 1970 00:00:10 GMT" }, 9000],
		[{ "retry-after": "Thursday, 01-Jan-70 00:00:10 GMT" }, 9000],
		[{ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, 0],
		[{ "retry-after": "soon" }, undefined],
		[{ "retry-after": "-4" }, undefined],
		[{ "retry-after": "9".repeat(300) }, undefined],
		[{ "retry-after": "Thu, nonsense 99:99:99" }, undefined],
		[{ "retry-after": "" }, undefined],
		[{}, undefined],
	])("%j is %s ms", (entries, expected) => {
		expect(parseRetryAfter(headers(entries), 1000)).toBe(expected);
	});

	it("reads real headers, and gives a finite number of milliseconds or nothing for any value", () => {
		expect(parseRetryAfter((name) => new Headers({ "Retry-After": "2" }).get(name), 0)).toBe(2000);
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.date().map(String)), (value) => {
				const parsed = parseRetryAfter(headers({ "retry-after": value }), 0);
				expect(parsed === undefined || (Number.isFinite(parsed) && parsed >= 0)).toBe(true);
			}),
		);
	});
});

describe("parseTryAgainIn", () => {
	it.each([
		["Rate limit reached. Please try again in 11.054s. Visit …", 11_054],
		["try again in 28ms", 28],
		["Please try again in 6m0s.", 360_000],
		["try again in 1h2m3.5s", 3_723_500],
		["Try again in 2 seconds", 2000],
		["try again in 5 minutes", 300_000],
		["try again in 1 hour.", 3_600_000],
		["try again later", undefined],
		["try again in 5 months", undefined],
		["try again in 5", undefined],
		["", undefined],
	])("%s is %s ms", (text, expected) => {
		const parsed = parseTryAgainIn(text);
		if (expected === undefined) expect(parsed).toBeUndefined();
		else expect(parsed).toBeCloseTo(expected, 6);
	});
});
