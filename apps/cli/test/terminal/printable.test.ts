import { describe, expect, test } from "vitest";
import { printable, printableLine } from "../../src/terminal/printable.ts";
import { createStyle, wantsColor } from "../../src/terminal/style.ts";
import { fc } from "../property.ts";

const esc = "\u001b";

describe("printable", () => {
	test.each([
		["plain – text 🙂\n\tx", "plain – text 🙂\n\tx"],
		[`${esc}[31mred${esc}[0m`, "red"],
		[`${esc}[38;2;1;2;3mx${esc}[?25l`, "x"],
		[`${esc}]0;title\u0007after`, "after"],
		[`${esc}]8;;http://x${esc}\\link${esc}]8;;${esc}\\`, "link"],
		[`${esc}]52;c;aGk=`, ""],
		[`${esc}]0;open\nnext line`, "\nnext line"],
		[`${esc}Pq#0${esc}\\x`, "x"],
		["\u009b31mx", "x"],
		["\u009d0;t\u009cx", "x"],
		[`${esc}(Bx${esc}=y`, "xy"],
		[`a${esc}`, "a"],
		["a\bb\u0000c\u007fd", "abcd"],
		["one\r\ntwo\rthree", "one\ntwo\nthree"],
		["abc\u202etxt\u2066", "abctxt"],
	])("%j becomes %j", (text, expected) => {
		expect(printable(text)).toBe(expected);
	});

	test("leaves no control character but tab and line feed, whatever comes", () => {
		const nasty = fc.array(
			fc.oneof(
				fc.constantFrom(esc, "[", "]", "P", "\\", "\u0007", "\u009b", "\u009d", "\r", "\n", "\t", "0;1m", "\u0000"),
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
		const text = `${esc}]`.repeat(200_000);
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
