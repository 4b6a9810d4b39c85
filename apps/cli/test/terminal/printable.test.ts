import { fc } from "../property.ts";
import { describe, expect, test } from "vitest";
import { printable, printableLine } from "../../src/terminal/printable.ts";
import { createStyle, wantsColor } from "../../src/terminal/style.ts";

const escape = "\u001b";

describe("printable", () => {
	test.each([
		["plain – text 🙂\n\tx", "plain – text 🙂\n\tx"],
		[`${escape}[31mred${escape}[0m`, "red"],
		[`${escape}[38;2;1;2;3mx${escape}[?25l`, "x"],
		[`${escape}]0;title\u0007after`, "after"],
		[`${escape}]8;;http://x${escape}\\link${escape}]8;;${escape}\\`, "link"],
		[`${escape}]52;c;aGk=`, ""],
		[`${escape}]0;open\nnext line`, "\nnext line"],
		[`${escape}Pq#0${escape}\\x`, "x"],
		["\u009b31mx", "x"],
		["\u009d0;t\u009cx", "x"],
		[`${escape}(Bx${escape}=y`, "xy"],
		[`a${escape}`, "a"],
		["a\bb\u0000c\u007fd", "abcd"],
		["one\r\ntwo\rthree", "one\ntwo\nthree"],
		["abc\u202etxt\u2066", "abctxt"],
	])("%j becomes %j", (text, expected) => {
		expect(printable(text)).toBe(expected);
	});

	test("leaves no control character but tab and line feed, whatever comes", () => {
		const nasty = fc.array(
			fc.oneof(
				fc.constantFrom(escape, "[", "]", "P", "\\", "\u0007", "\u009b", "\u009d", "\r", "\n", "\t", "0;1m", "\u0000"),
				fc.string({ unit: "binary", maxLength: 4 }),
			),
			{ maxLength: 30 },
		);
		fc.assert(
			fc.property(nasty, (parts) => {
				const shown = printable(parts.join(""));
				const codes = Array.from(shown, (character) => character.codePointAt(0) ?? 0);
				const isControl = (code: number): boolean =>
					(code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code <= 0x9f);
				expect(codes.filter(isControl)).toEqual([]);
				expect(printable(shown)).toBe(shown);
			}),
			{ numRuns: 500, seed: 11 },
		);
	});

	test("is linear in unfinished sequences", () => {
		const text = `${escape}]`.repeat(200_000);
		expect(printable(text)).toBe("");
	});
});

describe("printableLine", () => {
	test("makes one short line", () => {
		expect(printableLine("a\n  b\u001b[1m c", 80)).toBe("a b c");
		expect(printableLine("🙂".repeat(50), 10)).toBe(`${"🙂".repeat(9)}…`);
	});
});

describe("colours", () => {
	test("follow the terminal and NO_COLOR unless asked for", () => {
		expect(wantsColor("auto", { isTTY: true }, false)).toBe(true);
		expect(wantsColor("auto", { isTTY: true }, true)).toBe(false);
		expect(wantsColor("auto", {}, false)).toBe(false);
		expect(wantsColor("always", {}, true)).toBe(true);
		expect(wantsColor("never", { isTTY: true }, false)).toBe(false);
		expect(createStyle(true).red("x")).toBe("\u001b[31mx\u001b[39m");
		expect(createStyle(false).red("x")).toBe("x");
	});
});
