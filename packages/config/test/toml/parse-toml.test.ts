import { describe, expect, it } from "vitest";
import { parseToml, parseTomlValue } from "../../src/toml/parse-toml.ts";

describe("parseToml", () => {
	it("makes plain trees without prototypes, dates as text", () => {
		const reading = parseToml("day = 1979-05-27\nat = 07:32:00\nlist = [1, { a = true }]\n[t]\nx = 0.5\n");
		expect(reading).toEqual({
			kind: "table",
			table: { day: "1979-05-27", at: "07:32:00.000", list: [1, { a: true }], t: { x: 0.5 } },
		});
		if (reading.kind === "table") expect(Object.getPrototypeOf(reading.table["t"])).toBeNull();
	});

	it("says what is wrong and where", () => {
		expect(parseToml('ok = 1\r\nname = "open\r\n')).toMatchObject({ kind: "problem", line: 2 });
		expect(parseToml("a = 1\na = 2\n")).toMatchObject({ kind: "problem", line: 2, column: 1 });
		expect(parseToml("a = 1\nb = 2\0\n")).toMatchObject({ kind: "problem", line: 2, column: 6, reason: /NUL/ });
		expect(parseToml("a = 99999999999999999999")).toMatchObject({ kind: "problem", line: 1 });
	});

	it.each(["__proto__ = 1", "[__proto__]\nx = 1", "a = { constructor = 1 }", '["__proto__".x]', "a.__proto__.b = 1"])(
		"refuses keys that could reach a prototype: %j",
		(text) => {
			expect(parseToml(text).kind).toBe("problem");
			expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
		},
	);

	it("refuses absurd nesting of values, of headers and of dotted keys", () => {
		expect(parseToml(`a = ${"[".repeat(5000)}${"]".repeat(5000)}`).kind).toBe("problem");
		expect(parseToml(`[${"a.".repeat(50_000)}a]`)).toMatchObject({
			kind: "problem",
			reason: expect.stringContaining("64 deep"),
		});
		expect(parseToml(`${"a.".repeat(500)}a = 1`).kind).toBe("problem");
		expect(parseToml(`${"a.".repeat(50)}a = 1`).kind).toBe("table");
	});
});

describe("parseTomlValue", () => {
	it("takes exactly one value", () => {
		expect(parseTomlValue("[1, 2] # two")).toEqual([1, 2]);
		expect(parseTomlValue("not toml")).toBeUndefined();
		expect(parseTomlValue('1\nevil = "x"')).toBeUndefined();
	});
});
