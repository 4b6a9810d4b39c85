import { describe, expect, it } from "vitest";
import { isRefusedName, readDotenv } from "../../src/home/dotenv.ts";

describe("readDotenv", () => {
	it("reads plain, quoted and exported assignments", () => {
		const text = [
			"\uFEFF# a comment",
			"PLAIN=value # with a comment",
			"export EXPORTED = spaced ",
			'DOUBLE="a \\"b\\" \\n # no comment" # one',
			"SINGLE='raw \\n'",
			"EMPTY=",
			"",
			"HASH=a#b",
		].join("\r\n");
		expect(Object.fromEntries(readDotenv(text).values)).toEqual({
			PLAIN: "value",
			EXPORTED: "spaced",
			DOUBLE: 'a "b" \n # no comment',
			SINGLE: "raw \\n",
			EMPTY: "",
			HASH: "a#b",
		});
	});

	it("lets the last assignment of a name win", () => {
		expect(readDotenv("A=1\nA=2").values.get("A")).toBe("2");
	});

	it("expands nothing", () => {
		expect(readDotenv("A=$HOME `id` $(id)").values.get("A")).toBe("$HOME `id` $(id)");
	});

	it.each(["no assignment", "1A=x", 'A="open', "A='open", 'A="x" y', "A=a\0b"])(
		"reports the malformed line %j",
		(line) => {
			const reading = readDotenv(`B=1\n${line}`);
			expect(reading.malformedLines).toEqual([2]);
			expect([...reading.values.keys()]).toEqual(["B"]);
		},
	);

	it.each([
		"CODEX_HOME",
		"CODE_HOME",
		"code_home",
		"PATH",
		"HOME",
		"NODE_OPTIONS",
		"LD_PRELOAD",
		"DYLD_INSERT_LIBRARIES",
		"BASH_ENV",
		"TMPDIR",
	])("refuses %s", (name) => {
		expect(isRefusedName(name)).toBe(true);
		const reading = readDotenv(`${name}=/evil`);
		expect(reading.refused).toEqual([name]);
		expect(reading.values.size).toBe(0);
	});

	it.each(["OPENAI_API_KEY", "PATHS", "SPEC_OPS_HAL_MODE", "MY_PATH"])("accepts %s", (name) => {
		expect(isRefusedName(name)).toBe(false);
	});
});
