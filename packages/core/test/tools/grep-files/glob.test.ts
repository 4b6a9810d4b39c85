import { describe, expect, it } from "vitest";
import { expandBraces, matchesGlob } from "../../../src/tools/grep-files/glob.ts";

describe("expandBraces", () => {
	it.each([
		["*.ts", ["*.ts"]],
		["*.{js,ts}", ["*.js", "*.ts"]],
		["{a,b}/{c,d}", ["a/c", "a/d", "b/c", "b/d"].toSorted()],
		["{a,{b,c}}x", ["ax", "bx", "cx"]],
		["a{b}c", ["a{b}c"]],
		["{a,b", ["{a,b"]],
		["a}b{", ["a}b{"]],
	])("%s", (glob, expected) => {
		expect(expandBraces(glob).toSorted()).toEqual(expected);
	});

	it("stops before it multiplies to more than 64", () => {
		expect(expandBraces("{a,b}".repeat(20)).length).toBeLessThanOrEqual(64);
	});
});

describe("matchesGlob", () => {
	it.each([
		["src/a.ts", "*.ts", true],
		["src/a.tsx", "*.ts", false],
		["src/a.tsx", "*.{ts,tsx}", true],
		["a.ts", "?.ts", true],
		["ab.ts", "?.ts", false],
		["src/a.ts", "src/*.ts", true],
		["src/b/a.ts", "src/*.ts", false],
		["src/b/a.ts", "src/**/*.ts", true],
		["src/a.ts", "src/**/*.ts", true],
		["src/a.ts", "**/a.ts", true],
		["src/b/c", "src/**", true],
		["other/b", "src/**", false],
		["src/a.ts", "/src/*.ts", true],
		["x/src/a.ts", "/src/*.ts", false],
		["src/a.ts", "!*.ts", false],
		["src/a.js", "!*.ts", true],
		["a1", "a[0-9]", true],
		["ax", "a[0-9]", false],
		["ax", "a[!0-9]", true],
		["a-", "a[x-]", true],
		["a[", "a[", true],
		["aXbXc", "a*b*c", true],
		["aXbX", "a*b*c", false],
		["", "*", true],
	])("%s %s: %s", (file, glob, expected) => {
		expect(matchesGlob(file, glob)).toBe(expected);
	});

	it("is not led astray by many stars", () => {
		expect(matchesGlob("a".repeat(4000), `${"a*".repeat(2000)}b`)).toBe(false);
		expect(matchesGlob(`${"a/".repeat(500)}c`, `${"**/".repeat(200)}b`)).toBe(false);
	});
});
