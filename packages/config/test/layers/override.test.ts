import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overrideLayers, quickValue, readOverrides } from "../../src/layers/override.ts";
import { parseTomlValue } from "../../src/toml/parse-toml.ts";

async function one(text: string): Promise<unknown> {
	const { overrides, problems } = await readOverrides([text]);
	return problems[0]?.message ?? [overrides[0]?.path.join("."), overrides[0]?.value];
}

describe("readOverrides", () => {
	it.each<[string, unknown]>([
		['model="o3"', ["model", "o3"]],
		["model=o3", ["model", "o3"]],
		["a.b.c=true", ["a.b.c", true]],
		["x=[1,2]", ["x", [1, 2]]],
		["x={a=1}", ["x", { a: 1 }]],
		['x={"a":1}', ["x", '{"a":1}']],
		["x=", ["x", ""]],
		["x=a=b", ["x", "a=b"]],
		["x=1979-05-27", ["x", "1979-05-27"]],
		["n=42", ["n", 42]],
		["n=-0", ["n", 0]],
		["n=1_000", ["n", 1000]],
		["n=0.5", ["n", 0.5]],
		["a=['x']", ["a", ["x"]]],
		["  spaced  =  value  ", ["spaced", "value"]],
		["x='it''s'", ["x", "it''s"]],
		['x="unfinished', ["x", "unfinished"]],
		["x=true story", ["x", "true story"]],
		["url=http://127.0.0.1:8080/v1", ["url", "http://127.0.0.1:8080/v1"]],
		["x=1\ny=2", ["x", "1\ny=2"]],
		['x="a\\nb"', ["x", "a\nb"]],
	])("reads %j", async (text, expected) => {
		expect(await one(text)).toEqual(expected);
	});

	it.each<[string, RegExp]>([
		["=1", /^Error parsing -c overrides: Invalid override \(empty key\)/],
		["  = 1", /empty key/],
		["x", /^Error parsing -c overrides: Invalid override \(missing '='\): x$/],
		["a..b=1", /empty part/],
		[".a=1", /empty part/],
		["__proto__.polluted=1", /`__proto__` cannot be part of a key/],
		["a.constructor.b=1", /`constructor` cannot be part/],
		[`${"a.".repeat(999)}a=1`, /has 1000 parts, at most 64 are allowed/],
	])("refuses %j", async (text, message) => {
		expect(await one(text)).toMatch(message);
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
	});

	it("reports every bad one", async () => {
		const { problems } = await readOverrides(["a", "=b", "c=1"]);
		expect(problems).toHaveLength(2);
	});

	it("keeps a hostile inline table from reaching a prototype", async () => {
		expect(await one("x={__proto__={polluted=1}}")).toEqual(["x", "{__proto__={polluted=1}}"]);
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
	});
});

describe("quickValue", () => {
	it("agrees with the TOML parser wherever it dares to answer", () => {
		const text = fc.oneof(
			fc.string(),
			fc.constantFrom(
				"true",
				"false",
				"inf",
				"nan",
				"+inf",
				"0x1f",
				"1e5",
				"07",
				"+7",
				'""',
				"''",
				'"a"',
				"'b'",
				'"""x"""',
				"a.b",
				"_",
				"t",
				"1:2",
				"12:30",
				"x # y",
			),
			fc.integer().map(String),
			fc.stringMatching(/^["'a-z0-9 .:/_+-]{0,8}$/),
		);
		fc.assert(
			fc.property(text, (raw) => {
				const trimmed = raw.trim();
				const quick = quickValue(trimmed);
				if (quick === undefined) return;
				expect(quick).toBe(parseTomlValue(trimmed) ?? trimmed);
			}),
			{ numRuns: 2000 },
		);
	});
});

describe("overrideLayers", () => {
	const trees = async (...texts: string[]) => {
		const { live, replaced } = overrideLayers((await readOverrides(texts)).overrides);
		return { live: live.map(({ tree }) => tree), replaced: replaced.map(({ tree }) => tree) };
	};

	it("puts the last first and sets replaced ones aside", async () => {
		expect(await trees("a=1", "b=2", "a=3")).toEqual({ live: [{ a: 3 }, { b: 2 }], replaced: [{ a: 1 }] });
	});

	it("lets a table replace what was set inside it, and an inner key refine a table", async () => {
		expect(await trees("t.x=1", "t={y=2}")).toEqual({ live: [{ t: { y: 2 } }], replaced: [{ t: { x: 1 } }] });
		expect(await trees("t={x=1}", "t.y=2")).toEqual({ live: [{ t: { y: 2 } }, { t: { x: 1 } }], replaced: [] });
	});

	it("handles many overrides in linear time", async () => {
		const many = Array.from({ length: 20_000 }, (_, index) => `features.f${index}=true`);
		const { live } = overrideLayers((await readOverrides(many)).overrides);
		expect(live).toHaveLength(20_000);
	});
});
