import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineFraming } from "../../src/stream/framing.ts";

function linesOf(pieces: readonly string[]): { readonly lines: readonly string[]; readonly tooLong: number } {
	const lines: string[] = [];
	let tooLong = 0;
	const framing = createLineFraming(
		(data) => lines.push(data),
		() => {
			tooLong += 1;
		},
	);
	for (const piece of pieces) framing.feed(piece);
	framing.end("");
	return { lines, tooLong };
}

describe("createLineFraming", () => {
	it("gives one event a line, the last one without its end too", () => {
		expect(linesOf(['{"a":1}\r\n\n{"b"', ':2}\n{"c":3}']).lines).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
	});

	it("gives the same lines however the text was cut", () => {
		const line = fc.string({ unit: fc.constantFrom("a", "é", "🙂", " ", "{") }).map((text) => text.trim());
		fc.assert(
			fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(40), { maxLength: 8 }), (lines, cuts) => {
				const text = lines.map((each) => `${each}\n`).join("");
				const places = [...new Set(cuts.map((cut) => Math.min(cut, text.length)))].sort((a, b) => a - b);
				const pieces = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
				expect(linesOf(pieces).lines).toEqual(lines.filter((each) => each !== ""));
			}),
			{ numRuns: 300 },
		);
	});

	it("reports a line beyond all reason once, and goes on with the next", () => {
		const mebi = "x".repeat(1024 * 1024);
		const { lines, tooLong } = linesOf([...Array.from({ length: 66 }, () => mebi), "\nnext\n"]);
		expect(tooLong).toBe(1);
		expect(lines).toEqual(["next"]);
	});
});
