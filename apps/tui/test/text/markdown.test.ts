import { describe, expect, test } from "vitest";
import { growingMarkdownLines, markdownLines } from "../../src/text/markdown.ts";
import type { Line } from "../../src/text/span.ts";
import { lineWidth } from "../../src/text/wrap.ts";

const text = (lines: readonly Line[]): readonly string[] => lines.map((line) => line.map((part) => part.text).join(""));

const source = [
	"# Title",
	"",
	"A paragraph with **bold**, *italic*, `code` and [a link](https://example.com) that is long enough to wrap.",
	"",
	"- one",
	"  - nested",
	"- [x] done",
	"1. first",
	"",
	"> quoted",
	"",
	"```ts",
	"const x = `y`;",
	"",
	"const z = 1;",
	"```",
	"",
	"| name | value |",
	"| --- | --- |",
	"| a | **b** |",
	"",
	"---",
	"end",
].join("\n");

describe("Markdown", () => {
	test("at 40 columns", () => {
		expect(text(markdownLines(source, 40))).toEqual([
			"Title",
			"",
			"A paragraph with bold, italic, code and ",
			"a link (https://example.com) that is ",
			"long enough to wrap.",
			"",
			"• one",
			"  • nested",
			"☑ done",
			"1. first",
			"",
			"│ quoted",
			"",
			"  ts",
			"  const x = `y`;",
			"  ",
			"  const z = 1;",
			"",
			"name │ value",
			"─────┼──────",
			"a    │ b",
			"",
			"─".repeat(40),
			"end",
		]);
	});

	test("what grows is shown as if it had come at once, wherever it is cut", () => {
		for (let end = 1; end <= source.length; end += 1) {
			const part = source.slice(0, end);
			expect(text(growingMarkdownLines(part, 30)), JSON.stringify(part.slice(-20))).toEqual(
				text(markdownLines(part, 30)),
			);
		}
	});

	test("no line is wider than asked for, and none holds a control character", () => {
		const hostile = `${source}\n\x1b[31mred\x1b]8;;http://evil\x07x\x1b]8;;\x07 \u009b1m \u202e abc 漢字漢字 👩‍👩‍👧 ${"w".repeat(300)}`;
		for (let width = 1; width <= 120; width += 1) {
			for (const line of markdownLines(hostile, width)) {
				expect(lineWidth(line)).toBeLessThanOrEqual(width);
				expect(line.map((part) => part.text).join("")).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
			}
		}
	});
});
