import { describe, expect, it } from "vitest";
import { quoteWord, quoteWords } from "../../src/shell/quote.ts";
import { hasUnseenCharacters, literalValues, literalWord, mayBeOption, readWord } from "../../src/shell/word.ts";

describe("literal", () => {
	it.each([
		["a", "a"],
		["'a b'", "a b"],
		['"a b"', "a b"],
		["a\\ b", "a b"],
		["a'b'\"c\"d", "abcd"],
		['"\\$ \\` \\" \\\\ \\a"', '$ ` " \\ \\a'],
		["'\\'", "\\"],
		["a\\\nb", "ab"],
		['"a\\\nb"', "ab"],
		['"a\nb"', "a\nb"],
		["''", ""],
		["{}", "{}"],
		["a~b", "a~b"],
		["[", "["],
		["a$", "a$"],
		['"a$"', "a$"],
		['"a$ b"', "a$ b"],
		["a#b", "a#b"],
		["--a=b", "--a=b"],
		["é🙂", "é🙂"],
		["👩\u200d💻\ufe0f", "👩\u200d💻\ufe0f"],
		["a]b", "a]b"],
		["a}", "a}"],
		["!", "!"],
	])("%j is %j", (text, value) => {
		expect(readWord(text)?.word).toEqual({ kind: "literal", text, value });
	});
});

describe("pattern", () => {
	it.each([
		["*.c", ""],
		["a*.c", "a"],
		["'a b'?", "a b"],
		["x[ab]", "x"],
		["~", ""],
		["~/a", ""],
		["--a=~/b", "--a="],
		["a:~", "a:"],
		["\\**", "*"],
	])("%j begins with %j", (text, prefix) => {
		expect(readWord(text)?.word).toEqual({ kind: "pattern", text, prefix });
	});
});

describe("dynamic", () => {
	it.each(
		[
			"$a",
			"a$b",
			'"$a"',
			'"a$(b)"',
			"`a`",
			'"`a`"',
			"$'a'",
			'$"a"',
			"{a,b}",
			"a{1..2}",
			"$",
			"a\u0007",
			"'a\u202eb'",
		].filter((text) => text !== "$"),
	)("%j", (text) => {
		expect(readWord(text)?.word).toEqual({ kind: "dynamic", text });
	});
});

describe("no word", () => {
	it.each(["", "a b", "a;b", "a|b", "a&", "a<b", "a>b", "a(b", "a)b", "a\nb", "'a", '"a', '"a\\', "a\\"])(
		"%j",
		(text) => {
			expect(readWord(text)).toBeUndefined();
		},
	);
});

it("knows which words other shells read the same way", () => {
	for (const text of ["a", "a=b", "'=*~^{'", "./a-b_c:d@e%f+g,h"]) expect(readWord(text)?.portable).toBe(true);
	for (const text of ["=a", "a^", "a#b", "~/a", "!a", "{}", "*", "é"]) expect(readWord(text)?.portable).toBe(false);
});

it("knows what may become an option", () => {
	expect(mayBeOption(literalWord("-a"))).toBe(true);
	expect(mayBeOption(literalWord("a"))).toBe(false);
	expect(mayBeOption({ kind: "pattern", text: "*", prefix: "" })).toBe(true);
	expect(mayBeOption({ kind: "pattern", text: "-*", prefix: "-" })).toBe(true);
	expect(mayBeOption({ kind: "pattern", text: "a*", prefix: "a" })).toBe(false);
	expect(mayBeOption({ kind: "dynamic", text: "$a" })).toBe(true);
	expect(literalValues([literalWord("a"), { kind: "dynamic", text: "$a" }])).toBeUndefined();
});

it("finds characters that cannot be seen", () => {
	for (const character of [
		"\u0000",
		"\r",
		"\u001b",
		"\u007f",
		"\u0085",
		"\u00a0",
		"\u00ad",
		"\u061c",
		"\u180e",
		"\u200b",
		"\u2009",
		"\u202e",
		"\u2028",
		"\u2060",
		"\u2800",
		"\u3000",
		"\u3164",
		"\ufeff",
		"\u{e0041}",
		"\u{e0100}",
		"\ud800",
	]) {
		expect(hasUnseenCharacters(`a${character}b`)).toBe(true);
	}
	for (const text of ["a b\tc\nd", "äöü", "日本語", "עברית", "🙂", "👩\u200d💻"])
		expect(hasUnseenCharacters(text)).toBe(false);
});

it("quotes words so that they read back the same", () => {
	for (const value of ["a", "a b", "it's", '"', "$x", "", "=a", "a=b", "{a,b}", "*", "~", "a\nb", "#", "é"]) {
		expect(readWord(quoteWord(value))?.word).toMatchObject({ kind: "literal", value });
	}
	expect(quoteWords(["ls", "a b", "it's"])).toBe("ls 'a b' 'it'\\''s'");
});
