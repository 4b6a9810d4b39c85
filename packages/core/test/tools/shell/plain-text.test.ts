import { describe, expect, it } from "vitest";
import { binaryPreview, isMostlyBinary, stripControls } from "../../../src/tools/shell/plain-text.ts";

describe("stripControls", () => {
	const cases: readonly (readonly [what: string, text: string, plain: string])[] = [
		["ordinary text", "a\tb\r\nä € 😀\n", "a\tb\r\nä € 😀\n"],
		["colours", "\u001b[1;31mred\u001b[0m text", "red text"],
		["cursor moves", "a\u001b[2K\u001b[1Gb\u001b[?25l", "ab"],
		[
			"window titles, ended either way",
			"\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\",
			"alink",
		],
		["device control strings", "a\u001bPq#0;2\u001b\\b", "ab"],
		["character sets and resets", "\u001b(Ba\u001bcb\u001b=", "ab"],
		["an unfinished title, kept readable", "\u001b]0;text without an end", "0;text without an end"],
		["an escape at the end", "a\u001b", "a"],
		["an unfinished sequence at the end", "a\u001b[12", "a"],
		["NUL and other controls", "a\u0000b\u0007c\u0008d\u007fe\u009bf", "a\ufffdbcdef"],
	];
	it.each(cases)("%s", (_, text, plain) => {
		expect(stripControls(text)).toBe(plain);
	});

	it("is linear in unfinished sequences", () => {
		const text = "\u001b]".repeat(200_000);
		expect(stripControls(text)).toBe("");
	});
});

describe("isMostlyBinary", () => {
	const decode = (bytes: readonly number[]): string => Buffer.from(bytes).toString("utf8");
	it("knows text, also with colours, in another encoding, or with a few NUL bytes", () => {
		expect(isMostlyBinary("")).toBe(false);
		expect(isMostlyBinary("plain\n")).toBe(false);
		expect(isMostlyBinary("\u001b[31m.\u001b[0m".repeat(100))).toBe(false);
		expect(isMostlyBinary(Buffer.from("Die Gr\u00f6\u00dfe der T\u00fcr", "latin1").toString("utf8"))).toBe(false);
		expect(isMostlyBinary("src/a-file.ts\0src/other.ts\0")).toBe(false);
	});
	it("knows what is not", () => {
		expect(isMostlyBinary(decode([0, 1, 2, 3, 0, 0]))).toBe(true);
		expect(isMostlyBinary(decode(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256)))).toBe(true);
		expect(isMostlyBinary(Buffer.from("wide", "utf16le").toString("utf8"))).toBe(true);
		expect(isMostlyBinary(`${"\0".repeat(60_000)}${"text".repeat(10_000)}`)).toBe(true);
	});
});

it("previews binary output as one short readable line", () => {
	expect(binaryPreview("\u007fELF\u0002\u0001\u0000\ufffd\ufffd/lib64\n\u0000", 100)).toBe(".ELF./lib64.");
	expect(binaryPreview("abcdef", 3)).toBe("abc");
	expect(binaryPreview("a😀", 2)).toBe("a.");
});
