import { seekSequence } from "@codex/apply-patch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalLine, createLineSearch, type Fuzz } from "../src/seek.ts";

describe("seekSequence", () => {
	it.each([
		["exact", ["a", "b", "c"], ["b"], { index: 1, fuzz: 0 }],
		["space at the end", ["a", "b  "], ["b"], { index: 1, fuzz: 1 }],
		["space in the pattern", ["a", "b"], ["b \t"], { index: 1, fuzz: 1 }],
		["indentation", ["a", "\tb"], ["  b"], { index: 1, fuzz: 2 }],
		["dashes", ["x \u2010\u2011\u2012\u2013\u2014\u2015\u2212 y"], ["x ------- y"], { index: 0, fuzz: 3 }],
		[
			"quotes",
			["\u2018a\u2019 \u201Ab\u201B \u201Cc\u201D \u201Ed\u201F"],
			["'a' 'b' \"c\" \"d\""],
			{ index: 0, fuzz: 3 },
		],
		["spaces", ["a\u00A0b\u2002c\u200Ad\u202Fe\u205Ff\u3000g"], ["a b c d e f g"], { index: 0, fuzz: 3 }],
		["nothing", ["a", "b"], ["c"], undefined],
		["too long", ["a"], ["a", "b"], undefined],
		["empty pattern", ["a"], [], { index: 0, fuzz: 0 }],
		["a later exact match before an earlier loose one", [" x", "y", "x"], ["x"], { index: 2, fuzz: 0 }],
		["a repeated start", ["a", "a", "a", "b"], ["a", "a", "b"], { index: 1, fuzz: 0 }],
		["other letters stay other", ["\u0430"], ["a"], undefined],
	] as const)("%s", (_, lines, pattern, expected) => {
		expect(seekSequence(lines, pattern, 0, false)).toEqual(expected);
	});

	it("starts at `start`", () => {
		expect(seekSequence(["x", "y", "x"], ["x"], 1, false)).toEqual({ index: 2, fuzz: 0 });
		expect(seekSequence(["x", "y", "x"], ["x"], 3, false)).toBeUndefined();
		expect(seekSequence(["x"], [], 1, false)).toEqual({ index: 1, fuzz: 0 });
	});

	it("matches at the very end only with `eof`", () => {
		expect(seekSequence(["x", "y", "x"], ["x"], 0, true)).toEqual({ index: 2, fuzz: 0 });
		expect(seekSequence(["x", "y", " x "], ["x"], 0, true)).toEqual({ index: 2, fuzz: 2 });
		expect(seekSequence(["x", "y"], ["x"], 0, true)).toBeUndefined();
		expect(seekSequence(["x", "y"], ["x", "y"], 1, true)).toBeUndefined();
	});

	it("finds what the plain definition finds", () => {
		const line = fc.constantFrom("a", "a ", " a", "b", "-", "\u2013", "");
		const lines = fc.array(line, { maxLength: 14 });
		fc.assert(
			fc.property(lines, fc.array(line, { maxLength: 4 }), fc.nat(14), fc.boolean(), (file, pattern, start, eof) => {
				const from = Math.min(start, file.length);
				expect(seekSequence(file, pattern, from, eof)).toEqual(plainSeek(file, pattern, { start: from, eof }));
			}),
			{ numRuns: 5000 },
		);
	});

	it("reads each line a bounded number of times", () => {
		let reads = 0;
		const file = Array.from({ length: 10_000 }, () => "same");
		const counted = new Proxy(file, {
			get(target, key, receiver) {
				if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
				return Reflect.get(target, key, receiver) as unknown;
			},
		});
		// The worst case of a naive search: every start matches but for the last line of the pattern.
		const pattern = [...Array.from({ length: 2_000 }, () => "same"), "other"];
		expect(seekSequence(counted, pattern, 0, false)).toBeUndefined();
		expect(reads).toBeLessThanOrEqual(4 * file.length);
	});

	it("reads a file once for chunks that follow each other", () => {
		let reads = 0;
		const file = Array.from({ length: 10_000 }, (_, index) => `line ${index}`);
		const counted = new Proxy(file, {
			get(target, key, receiver) {
				if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
				return Reflect.get(target, key, receiver) as unknown;
			},
		});
		const search = createLineSearch(counted);
		let start = 0;
		for (let index = 5; index < 10_000; index += 10) {
			const match = search([`line ${index}`, `line ${index + 1}`], { start, endOfFile: false });
			expect(match).toEqual({ index, fuzz: 0 });
			start = index + 2;
		}
		expect(reads).toBeLessThanOrEqual(file.length + 10);
	});
});

function plainSeek(
	file: readonly string[],
	pattern: readonly string[],
	{ start, eof }: { start: number; eof: boolean },
): { index: number; fuzz: number } | undefined {
	if (pattern.length === 0) return { index: start, fuzz: 0 };
	for (const fuzz of [0, 1, 2, 3] as const satisfies readonly Fuzz[]) {
		for (let index = start; index + pattern.length <= file.length; index += 1) {
			if (eof && index + pattern.length !== file.length) continue;
			const isMatch = pattern.every(
				(line, offset) => canonicalLine(line, fuzz) === canonicalLine(file[index + offset] ?? "", fuzz),
			);
			if (isMatch) return { index, fuzz };
		}
	}
	return undefined;
}
