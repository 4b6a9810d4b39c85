// Output of programs as lines: what stays, what is carried out, what is dropped.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ansiLines, createAnsiText } from "../../src/text/ansi.ts";
import type { Line } from "../../src/text/span.ts";
import { cellWidth } from "../../src/text/width.ts";

const plain = (lines: readonly Line[]): string[] => lines.map((line) => line.map(({ text }) => text).join(""));
const shown = (text: string): string[] => plain(ansiLines(text));

describe("colours and attributes", () => {
	it.each([
		["\x1b[31mred\x1b[0m", [{ text: "red", style: { fg: { index: 1 } } }]],
		["\x1b[1;92;44mx", [{ text: "x", style: { bold: true, fg: { index: 10 }, bg: { index: 4 } } }]],
		["\x1b[38;5;208mx", [{ text: "x", style: { fg: { index: 208 } } }]],
		["\x1b[48;2;1;2;3mx", [{ text: "x", style: { bg: { rgb: 0x010203 } } }]],
		["\x1b[38:2::255:0:16mx", [{ text: "x", style: { fg: { rgb: 0xff0010 } } }]],
		["\x1b[38:5:9mx", [{ text: "x", style: { fg: { index: 9 } } }]],
		[
			"\x1b[4:3mx\x1b[4:0my",
			[
				{ text: "x", style: { underline: true } },
				{ text: "y", style: {} },
			],
		],
		["\x1b[58;5;1;3mx", [{ text: "x", style: { italic: true } }]],
		["\x1b[38;5;999mx", [{ text: "x", style: {} }]],
		[
			"\x1b[1;2;3;4;7;9mx\x1b[22;23;24;27;29my",
			[
				{ text: "x", style: { bold: true, dim: true, italic: true, underline: true, inverse: true, strike: true } },
				{ text: "y", style: {} },
			],
		],
		["\x1b[8mhidden\x1b[m", [{ text: "hidden", style: {} }]],
		["\x9b32mx", [{ text: "x", style: { fg: { index: 2 } } }]],
	])("of %j", (text, expected) => {
		expect(ansiLines(text)).toEqual([expected]);
	});
});

describe("what is carried out", () => {
	it.each([
		["10%\r20%\r100%\n", ["100%", ""]],
		["long line\rshort", ["shortline"]],
		["abc\b\bX", ["aXc"]],
		["loading...\r\x1b[Kdone", ["done"]],
		["abcdef\x1b[3D\x1b[K", ["abc"]],
		["abc\x1b[2Kx", ["   x"]],
		["abcdef\x1b[2D\x1b[1K", ["     f"]],
		["a\nb\nc\x1b[2A\x1b[GX", ["X", "b", "c"]],
		["one: 1\ntwo: 1\n\x1b[2A\x1b[Kone: 2\n\x1b[Ktwo: 2\n", ["one: 2", "two: 2", ""]],
		["a\x1b[5Cb", ["a     b"]],
		["a\tb", ["a       b"]],
		["x\x1b7yy\x1b8z", ["xzy"]],
		["old\nold\x1b[2J\x1b[Hnew", ["new"]],
		["a\nb\x1b[1A\x1b[J", ["a"]],
		["界界\r\x1b[1CX", [" X界"]],
		["界\b\bab", ["ab"]],
		["a\r\nb", ["a", "b"]],
		["e\u0301\b.", ["."]],
		["x\x1b[99999999999Ay\x1b[99999999999B", ["xy"]],
	])("%j", (text, expected) => {
		expect(shown(text)).toEqual(expected);
	});
});

describe("what is dropped", () => {
	it.each([
		["a\x1b]52;c;ZXZpbA==\x07b", ["ab"]],
		["a\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", ["alink"]],
		["\x1b]0;title\x07x", ["x"]],
		["\x1bP+q544e\x1b\\x", ["x"]],
		["\x1b[6nx\x1b[cy\x1b[>0qz", ["xyz"]],
		["\x1b[?1049hx\x1b[?25l", ["x"]],
		["\x9d52;c;x\x9cy", ["y"]],
		["\x1b]never closed\nnext", ["", "next"]],
		["\x1b(Bx\x1b=y", ["xy"]],
		["a\u202eb\u2066c", ["abc"]],
		["a\x00\x07\x7f\x85b", ["a", "b"]],
		["\ud800x", ["\ufffdx"]],
		["\x1b[31", [""]],
	])("%j", (text, expected) => {
		expect(shown(text).filter((line, at, all) => at < all.length - 1 || line !== "" || expected.length > 0)).toEqual(
			expected,
		);
	});
});

describe("bounds", () => {
	it("a line of a megabyte, a million sequences and many lines", () => {
		const output = createAnsiText({ maxLines: 500, maxColumns: 1000 });
		output.push("x".repeat(1024 * 1024));
		expect(output.cut).toBe(true);
		expect(plain(output.lines())).toEqual(["x".repeat(1000)]);
		output.push("\n");
		output.push("\x1b[1C\x1b[A".repeat(100_000));
		output.push(`\x1b[${"1;".repeat(100_000)}mz`);
		for (let at = 0; at < 2000; at += 1) output.push(`line ${at}\n`);
		const lines = plain(output.lines());
		expect(lines.length).toBeLessThanOrEqual(500 + 400);
		expect(lines.at(-2)).toBe("line 1999");
		expect(output.dropped).toBeGreaterThan(1000);
		output.push(`a${"\u0301".repeat(100_000)}`);
		expect(plain(output.lines()).at(-1)?.length).toBeLessThanOrEqual(64);
	});

	it("any text in any pieces: the same lines, no control character, not too wide", () => {
		const part = fc.constantFrom(
			..."a b 界 😀 👩‍👧 \u0301 \u200d \x1b[31m \x1b[0m \r \n \b \t \x1b[K \x1b[2A \x1b[3G \x1b[J \x1b]8;;u\x07 \x1bP \x1b\\ \x9b1m \x9d \x1b \x1b[ ; \x85 \x1b7 \x1b8 \ud83d \u202e".split(
				" ",
			),
		);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 60 }), fc.array(fc.nat(20), { maxLength: 20 }), (parts, cuts) => {
				const text = parts.join("");
				const lines = ansiLines(text, { maxColumns: 40 });
				for (const line of plain(lines)) {
					expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
					expect(cellWidth(line)).toBeLessThanOrEqual(41);
				}
				const pieces = createAnsiText({ maxColumns: 40 });
				let at = 0;
				for (const cut of cuts) {
					pieces.push(text.slice(at, at + cut));
					at += cut;
				}
				pieces.push(text.slice(at));
				// A cluster that is cut in two is put together as a terminal would, which may differ.
				if (/\u0301|\u200d|\ud83d(?![\udc00-\udfff])|👩/.test(text)) return;
				expect(plain(pieces.lines())).toEqual(plain(lines));
			}),
			{ numRuns: 500 },
		);
	});
});
