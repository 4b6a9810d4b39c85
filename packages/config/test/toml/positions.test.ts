import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseToml } from "../../src/toml/parse-toml.ts";
import { createPositionIndex } from "../../src/toml/positions.ts";
import { valueAt } from "../../src/tree/tree.ts";

const where = (text: string, ...path: string[]): string => {
	const { line, column } = createPositionIndex(text).find(path);
	return `${line}:${column}`;
};

describe("createPositionIndex", () => {
	const text = [
		"# comment = 1", // 1
		'model = "x" # tui = 2', // 2
		"  a.b . c = 1", // 3
		"[tui]", // 4
		"  show = true", // 5
		'[ model_providers . "my.one" ]', // 6
		'text = """', // 7
		"fake = 1", // 8
		'[fake] "" \\""""', // 9
		"after = '''", // 10
		"x = 1'''", // 11
		"list = [", // 12
		"  1, # [2]", // 13
		"  [ 'a,]', { k = \"}\" , deep.er = [3] } ],", // 14
		"]", // 15
		"inline = { p = 1, q.r = 2 }", // 16
		"[[agents]]", // 17
		"name = 'one'", // 18
		"[agents.env]", // 19
		"A = '1'", // 20
		"[[agents]]", // 21
		"name = 'two'", // 22
		"[[agents.inner]]", // 23
		"z = 1", // 24
		'["\\u0061\\x62"]', // 25
		"k = 1979-05-27 07:32:00", // 26
		"[a.d]", // 27
		"e = 1", // 28
	].join("\n");

	it.each<[string, ...string[]]>([
		["2:1", "model"],
		["3:3", "a"],
		["3:5", "a", "b"],
		["3:9", "a", "b", "c"],
		["4:2", "tui"],
		["5:3", "tui", "show"],
		["6:3", "model_providers"],
		["6:21", "model_providers", "my.one"],
		["7:1", "model_providers", "my.one", "text"],
		["10:1", "model_providers", "my.one", "after"],
		["12:1", "model_providers", "my.one", "list"],
		["13:3", "model_providers", "my.one", "list", "0"],
		["14:5", "model_providers", "my.one", "list", "1", "0"],
		["14:14", "model_providers", "my.one", "list", "1", "1", "k"],
		["14:29", "model_providers", "my.one", "list", "1", "1", "deep", "er"],
		["14:35", "model_providers", "my.one", "list", "1", "1", "deep", "er", "0"],
		["16:12", "model_providers", "my.one", "inline", "p"],
		["16:21", "model_providers", "my.one", "inline", "q", "r"],
		["17:3", "agents", "0"],
		["18:1", "agents", "0", "name"],
		["20:1", "agents", "0", "env", "A"],
		["22:1", "agents", "1", "name"],
		["24:1", "agents", "1", "inner", "0", "z"],
		["26:1", "ab", "k"],
		["27:4", "a", "d"],
		["28:1", "a", "d", "e"],
	])("finds %s", (expected, ...path) => {
		expect(parseToml(text).kind).toBe("table");
		expect(where(text, ...path)).toBe(expected);
		expect(where(text.replaceAll("\n", "\r\n"), ...path)).toBe(expected);
	});

	it("takes no notice of what strings and comments hold", () => {
		expect(where(text, "fake")).toBe("1:1");
		expect(where(text, "x")).toBe("1:1");
	});

	it("falls back to the nearest ancestor", () => {
		expect(where(text, "tui", "missing", "deeper")).toBe("4:2");
	});

	it("does not count a byte order mark", () => {
		expect(where("\uFEFFa = 1\nb = 2", "a")).toBe("1:1");
		expect(where("\uFEFFa = 1\nb = 2", "b")).toBe("2:1");
	});

	it("walks a big file in linear time", () => {
		const big = Array.from({ length: 100_000 }, (_, index) => `key${index} = "value ${index}"`).join("\n");
		const index = createPositionIndex(big);
		expect(index.find(["key99999"])).toEqual({ line: 100_000, column: 1 });
	});

	// A document is written line by line with its expected positions, and read back.
	const key = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/), fc.string({ unit: "grapheme", maxLength: 6 }));
	const isSafe = (name: string): boolean => !["__proto__", "constructor", "prototype"].includes(name);
	const quoted = (name: string): string =>
		/^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name).replaceAll("\u007f", "\\u007f");
	const scalar = fc.oneof(
		fc.integer().map(String),
		fc.boolean().map(String),
		fc.string().map((value) => JSON.stringify(value).replaceAll("\u007f", "\\u007f")),
		fc.constantFrom(
			"'a = [1]'",
			'"""\n[x]\ny = 1\n"""',
			"'''\n# no\n'''",
			"[ 1,\n 2 ]",
			"{ i = 1, j.k = [2] }",
			"0.5e3",
		),
	);
	const table = fc.record({
		name: key.filter(isSafe),
		keys: fc.uniqueArray(fc.tuple(key.filter(isSafe), scalar), { selector: ([name]) => name, maxLength: 5 }),
		isList: fc.boolean(),
		indent: fc.constantFrom("", " ", "\t\t"),
	});

	it("finds every key of random documents", () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(table, { selector: ({ name }) => name, maxLength: 5 }),
				fc.constantFrom("\n", "\r\n"),
				(tables, newline) => {
					const lines: string[] = [];
					const expected: { path: string[]; position: string }[] = [];
					for (const { name, keys, isList, indent } of tables) {
						lines.push(isList ? `[[${quoted(name)}]]` : `[${quoted(name)}]`);
						for (const [inner, value] of keys) {
							const path = isList ? [name, "0", inner] : [name, inner];
							expected.push({ path, position: `${lines.length + 1}:${indent.length + 1}` });
							lines.push(...`${indent}${quoted(inner)} = ${value} # c`.split("\n"));
						}
					}
					const document = lines.join(newline);
					const reading = parseToml(document);
					if (reading.kind === "problem") throw new Error(`${reading.reason}: ${document}`);
					const index = createPositionIndex(document);
					for (const { path, position } of expected) {
						expect(valueAt(reading.table, path)).toBeDefined();
						const { line, column } = index.find(path);
						expect(`${line}:${column}`).toBe(position);
					}
				},
			),
			{ numRuns: 200 },
		);
	});
});
