import { describe, expect, test } from "vitest";
import { sideBySideLines } from "../../src/text/side-by-side.ts";
import type { Line } from "../../src/text/span.ts";
import { lineWidth } from "../../src/text/wrap.ts";

const textOf = (line: Line): string =>
	line
		.map(({ text }) => text)
		.join("")
		.trimEnd();

const diff = `diff --git a/a.ts b/a.ts
--- a/a.ts
+++ b/a.ts
@@ -9,4 +9,5 @@ function f() {
 same
-one
-two
+uno
+due
+tre
 end
@@ -40 +41,0 @@
-gone
\\ No newline at end of file
`;

describe("a diff in two columns", () => {
	test("shows changed lines beside each other, each side with its own numbers", () => {
		const half = (text: string): string => text.padEnd(38);
		expect(sideBySideLines(diff, 80).map(textOf)).toEqual([
			"diff --git a/a.ts b/a.ts",
			"--- a/a.ts",
			"+++ b/a.ts",
			"@@ -9,4 +9,5 @@ function f() {",
			`${half("    9  same")} │     9  same`,
			`${half("   10 -one")} │    10 +uno`,
			`${half("   11 -two")} │    11 +due`,
			`${half("")} │    12 +tre`,
			`${half("   12  end")} │    13  end`,
			"@@ -40 +41,0 @@",
			`${half("   40 -gone")} │`,
			"\\ No newline at end of file",
		]);
	});

	test("wraps a long line within its own column", () => {
		const long = `@@ -1 +1 @@\n-${"a".repeat(70)}\n+b\n`;
		expect(sideBySideLines(long, 80).map(textOf)).toEqual([
			"@@ -1 +1 @@",
			`    1 -${"a".repeat(31)} │     1 +b`,
			`      ${"a".repeat(32)} │`,
			`      ${"a".repeat(7)}${" ".repeat(25)} │`,
		]);
	});

	test("is never wider than it may be, whatever the text is", () => {
		const texts = [
			"漢字".repeat(60),
			"👩‍👩‍👧‍👦".repeat(40),
			"\u001b[31mred\u001b]52;c;eA==\u0007",
			"e\u0301".repeat(90),
			"\tx",
			"",
		];
		const hostile = `@@ -1,9 +1,9 @@\n${texts.flatMap((text) => [`-${text}`, `+${text}${text}`, ` ${text}`]).join("\n")}\n+++ \n--- \n`;
		for (const width of [20, 21, 79, 120, 141, 300]) {
			for (const line of sideBySideLines(hostile, width)) {
				expect(lineWidth(line)).toBeLessThanOrEqual(width);
				expect(textOf(line)).not.toMatch(/\p{Cc}/u);
			}
		}
	});
});
