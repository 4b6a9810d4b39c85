import { type Chunk, computeUpdate, parsePatch } from "@codex/apply-patch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function chunksOf(...body: readonly string[]): readonly Chunk[] {
	const result = parsePatch(["*** Begin Patch", "*** Update File: f", ...body, "*** End Patch"].join("\n"));
	const hunk = result.kind === "ok" ? result.patch.hunks[0] : undefined;
	if (hunk?.kind !== "update") throw new Error(JSON.stringify(result));
	return hunk.chunks;
}

function update(original: string, ...body: readonly string[]): string {
	const result = computeUpdate(original, chunksOf(...body), "f");
	return result.kind === "ok" ? result.content : `error: ${result.message}`;
}

describe("computeUpdate", () => {
	it.each([
		["one line", "a\nb\nc\n", ["@@", "-b", "+B"], "a\nB\nc\n"],
		[
			"added lines take the ending of the line they replace",
			"a\r\nb\nc\r\n",
			["@@", "-a", "-b", "+1", "+2", "+3"],
			"1\r\n2\n3\nc\r\n",
		],
		["added lines take the ending of the line before", "a\nb\r\nc\n", ["@@", " b", "+x", " c"], "a\nb\r\nx\r\nc\n"],
		["added first lines take the ending of the first line", "a\r\nb\n", ["@@", "+x", " a"], "x\r\na\r\nb\n"],
		["an empty file gets LF", "", ["@@", "+x"], "x\n"],
		["a file that is one unterminated CRLF line", "a\r\nb", ["@@", "+c"], "a\r\nb\r\nc\r\n"],
		["loose context keeps its line ending", "a  \r\nb\r\n", ["@@", " a", "-b", "+B"], "a\r\nB\r\n"],
		["a lone carriage return is a character", "a\rb\nc\n", ["@@", "-c", "+C"], "a\rb\nC\n"],
		["two insertions at the end keep their order", "a\n", ["@@", "+1", "@@", "+2"], "a\n1\n2\n"],
		[
			"an insertion at the end does not disturb a later chunk",
			"a\nb\n",
			["@@", "+end", "@@", "-a", "+A"],
			"A\nb\nend\n",
		],
		["an insertion inside of lines that are replaced", "a\nb\n\n", ["@@", "+x", "@@", "-b", "-", "+B"], "a\nB\nx\n"],
		["a byte order mark moves to the new first line", "\uFEFFa\nb\n", ["@@", "-a"], "\uFEFFb\n"],
		["nothing is left", "\uFEFFa\n", ["@@", "-a"], ""],
		["unterminated last line removed", "a\nb", ["@@", "-b"], "a\n"],
		["unterminated last line as context", "a\nb", ["@@", "-a", "+A", " b", "+c"], "A\nb\nc\n"],
		["blank old line at the end, context", "a\nb\n", ["@@", " b", " ", "+c"], "a\nb\n\nc\n"],
		["blank old line at the end, removed", "a\nb\n", ["@@", " b", "-"], "a\nb\n"],
		["blank line under a context that ends the file", "a\nb\n", ["@@ b", " ", "+c"], "a\nb\n\nc\n"],
		["blank line in an empty file", "", ["@@", " ", "+c"], "\nc\n"],
		["loose context line", "  def f():\n    x\n", ["@@ def f():", "-x", "+    y"], "  def f():\n    y\n"],
		["exact match on the context line beats a loose one below", "f\na\n f\n", ["@@ f", "-f", "+g"], "g\na\n f\n"],
		["exact match below the context line beats the line itself", "f\na\nf\n", ["@@ f", "-f", "+g"], "f\na\ng\n"],
		["context-only chunk changes nothing", "a\r\nb\n", ["@@", " a"], "a\r\nb\n"],
	])("%s", (_, original, body, expected) => {
		expect(update(original, ...body)).toBe(expected);
	});

	it("reports the loosest match", () => {
		const fuzz = (original: string, ...body: string[]): unknown => computeUpdate(original, chunksOf(...body), "f");
		expect(fuzz("a\nb \n", "@@", "-a", "+A", "@@", "-b", "+B")).toMatchObject({ fuzz: 1 });
		expect(fuzz("\ta\nb\n", "@@ a", "-b", "+B")).toMatchObject({ fuzz: 2 });
		expect(fuzz("\u201Ca\u201D\n", "@@", '-"a"', "+A")).toMatchObject({ fuzz: 3 });
		expect(fuzz("a\n", "@@", "-a", "+A")).toMatchObject({ fuzz: 0 });
	});

	it("does not guess a place for lines under a blank line that is nowhere", () => {
		expect(update("a\nb\n", "@@", " ", "+c")).toContain("Failed to find expected lines in f:");
	});

	it("keeps every byte of the lines that the patch does not name", () => {
		const line = fc.tuple(fc.string({ maxLength: 6 }), fc.constantFrom("\n", "\r\n"));
		fc.assert(
			fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.nat(), fc.boolean(), (pairs, at, hasBom) => {
				const lines = pairs.map(([text, ending], index) => `${index} ${text.replace(/[\r\n]/g, "")}${ending}`);
				const target = at % lines.length;
				const bom = hasBom ? "\uFEFF" : "";
				const old = (lines[target] ?? "").replace(/\r?\n$/, "");
				const result = update(bom + lines.join(""), "@@", `-${old}`, "+new");
				const ending = (lines[target] ?? "").endsWith("\r\n") ? "\r\n" : "\n";
				expect(result).toBe(bom + lines.with(target, `new${ending}`).join(""));
			}),
		);
	});
});

describe("errors of computeUpdate", () => {
	it("show the nearest lines with what differs marked", () => {
		const original = Array.from({ length: 40 }, (_, index) => `const value${index} = compute(${index});`).join("\n");
		const message = update(
			original,
			"@@",
			" const value20 = compute(20);",
			" const value21 = compute(21);",
			"-const value22 = calculate(22);",
			"+x",
			" const value23 = compute(23);",
		);
		expect(message).toBe(
			[
				"error: Failed to find expected lines in f:",
				"const value20 = compute(20);",
				"const value21 = compute(21);",
				"const value22 = calculate(22);",
				"const value23 = compute(23);",
				"",
				"nearest match at line 23:",
				"  21 | const value20 = compute(20);",
				"  22 | const value21 = compute(21);",
				"> 23 | const value22 = compute(22);",
				"  expected: const value22 = calculate(22);",
				"  24 | const value23 = compute(23);",
			].join("\n"),
		);
	});

	it("find a similar line when none is the same", () => {
		const message = update(
			"import os\n\ndef handle_request(req):\n    pass\n",
			"@@",
			"-def handle_requests(request):",
			"+x",
		);
		expect(message).toContain(
			"nearest match at line 3:\n> 3 | def handle_request(req):\n  expected: def handle_requests(request):",
		);
	});

	it("say nothing about a place when nothing is similar", () => {
		expect(update("alpha\nbeta\n", "@@", "-zzzz(9)", "+x")).toBe("error: Failed to find expected lines in f:\nzzzz(9)");
	});

	it("say that a file is empty", () => {
		expect(update("", "@@", "-a", "+b")).toBe("error: Failed to find expected lines in f:\na\n\nthe file is empty");
	});

	it("show where the file ends before the expected lines do", () => {
		expect(update("one 1\ntwo 2\n", "@@", " two 2", "-three 3")).toContain(
			"nearest match at line 3:\n  2 | two 2\n> - | (end of file)\n  expected: three 3",
		);
	});

	it("show lines that would begin above the file", () => {
		expect(update("two 2\nthree 3\n", "@@", " one 1", " two 2", "-threee 3")).toContain(
			"nearest match at line 2:\n  1 | two 2\n> 2 | three 3\n  expected: threee 3",
		);
	});

	it("prefer the nearest of equal places at or after the point reached", () => {
		const block = "begin x\nmiddle\nend x\n";
		const message = update(block.repeat(3), "@@", "-begin x", "+b", "@@", " begin x", "-midle", " end x");
		expect(message).toContain("nearest match at line 5:");
	});

	it("cut long lines around the difference and long runs of lines", () => {
		const long = "x".repeat(5000);
		const message = update(`${long}A${long}\n`, "@@", `-${long}B${long}`, "+y");
		const [, excerpt] = message.split("\n\n");
		expect(excerpt?.length).toBeLessThan(600);
		expect(excerpt).toMatch(/> 1 \| …x+Ax+…\n {2}expected: …x+Bx+…/);
		const many = Array.from({ length: 30 }, (_, index) => ` line ${index}`);
		const other = many
			.map((line) => line.slice(1))
			.join("\n")
			.replace("line 3\n", "line three\n");
		expect(update(other, "@@", ...many, "+x")).toContain("… 21 more expected lines");
	});

	it("tell lines that are there but above from lines that are not there", () => {
		expect(update("one\ntwo\n", "@@", "-two", "+2", "@@", "-one", "+1")).toContain(
			"these lines are at line 1, above line 3, which the patch has reached",
		);
		expect(update("one\ntwo\n", "@@ two", "+2", "@@ one", "+1")).toContain(
			"Failed to find context 'one' in f\n\nit is at line 1, above the place that the patch has reached",
		);
		expect(update("class Foo {\n}\n", "@@ class Fooo {", "-}", "+x")).toContain(
			"Failed to find context 'class Fooo {' in f\n\nnearest match at line 1:",
		);
	});

	it("stay bounded for a large repetitive file", () => {
		const original = "same line 1\n".repeat(200_000);
		const body = Array.from({ length: 100 }, () => " same line 1");
		const message = update(original, "@@", ...body, "-other");
		expect(message.length).toBeLessThan(3000);
		expect(message).toContain("nearest match at line");
	});
});
