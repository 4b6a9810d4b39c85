import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLineSplitter } from "../../src/process/line-splitter.ts";
import { createOutputTail, oneLine } from "../../src/process/output-tail.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("line splitter", () => {
	test("however the bytes are cut, the lines are the same", () => {
		fc.assert(
			fc.property(
				fc.array(fc.string({ unit: "binary" }).map((line) => line.replace(/[\r\n]/g, ""))),
				fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
				(lines, cuts) => {
					const all = bytes(lines.map((line) => `${line}\r\n`).join(""));
					const splitter = createLineSplitter();
					const got: string[] = [];
					for (let at = 0; at < all.length; ) {
						const size = cuts.next().value ?? 1;
						const found = splitter.push(all.subarray(at, at + size));
						if (found !== "too_long") got.push(...found);
						at += size;
					}
					expect(got).toEqual(lines.map((line) => new TextDecoder().decode(bytes(line))));
				},
			),
		);
	});

	test("a line of the limit passes, one byte more does not, in one piece or many", () => {
		expect(createLineSplitter(4).push(bytes("abcd\n"))).toEqual(["abcd"]);
		expect(createLineSplitter(4).push(bytes("abcde\n"))).toBe("too_long");
		const pieces = createLineSplitter(4);
		expect(pieces.push(bytes("ab"))).toEqual([]);
		expect(pieces.push(bytes("cd"))).toEqual([]);
		expect(pieces.push(bytes("e"))).toBe("too_long");
	});
});

describe("output tail", () => {
	test("keeps the end of much output on one line, without colours and marks", () => {
		const tail = createOutputTail();
		expect(tail.line()).toBe("");
		tail.push(bytes("x".repeat(100_000)));
		tail.push(bytes("\n\u001b[31mfatal\u001b[0m:\u202e bad\r\n\n  at line 3\u0007\n"));
		expect(tail.line()).toMatch(/^…x+ \| fatal: bad \| at line 3$/);
		expect(tail.line().length).toBe(401);
	});

	test("oneLine of nothing is nothing", () => expect(oneLine(" \n\t\r\n")).toBe(""));
});
