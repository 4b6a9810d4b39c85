import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { tableWithDefaults } from "../../src/check/defaults.ts";
import { surveyTree } from "../../src/check/survey.ts";
import { rootShape } from "../../src/keys/root.ts";
import type { Shape, TableShape } from "../../src/keys/shape.ts";
import { configSchema, schemaIssues } from "../../src/schema/index.ts";
import { emptyTable, type TomlTable, type TomlValue } from "../../src/tree/tree.ts";

function tables(shape: Shape, path: string): readonly (readonly [string, TableShape])[] {
	if (shape.kind === "list") return tables(shape.item, `${path}[]`);
	if (shape.kind === "map") return tables(shape.value, `${path}.*`);
	if (shape.kind !== "table") return [];
	const own = [[path, shape] as const];
	return path.startsWith(".profiles.*.")
		? []
		: [...own, ...Object.entries(shape.keys).flatMap(([key, inner]) => tables(inner, `${path}.${key}`))];
}

// Values near the limits of every kind, fitting and not.
const anyValue: fc.Arbitrary<TomlValue> = fc.oneof(
	fc.boolean(),
	fc.constantFrom(0, 1, -1, 0.5, 1.5, 100, 65_536, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53),
	fc.constantFrom("", "x", "low", "never", "read-only", "/abs", "a b", "X_Y", "\u0000", "line\nbreak"),
	fc.constantFrom<TomlValue>([], ["x"], [1], ["/abs", "x"], [["x"]]),
	fc.constantFrom<TomlValue>({}, { x: "y" }, { "a b": "y" }, { x: 1 }),
);

function valueFor(shape: Shape): fc.Arbitrary<TomlValue> {
	switch (shape.kind) {
		case "boolean":
			return fc.boolean();
		case "number": {
			const range = { min: shape.min ?? -100, max: Math.min(shape.max ?? 1e6, 1e6) };
			return shape.fraction === true ? fc.double({ ...range, noNaN: true }) : fc.integer(range);
		}
		case "text":
			return fc
				.constantFrom("/abs", "X_Y", "text", "http://h/v1")
				.filter((text) => shape.pattern?.regex.test(text) ?? true);
		case "choice":
			return fc.constantFrom(...shape.values);
		case "list":
			return fc.array(valueFor(shape.item), { maxLength: 2 });
		case "map": {
			const key = fc.constantFrom("x", "/abs", "Y-z").filter((text) => shape.key?.regex.test(text) ?? true);
			return fc.dictionary(key, valueFor(shape.value), { maxKeys: 2 });
		}
		case "table":
			return tableFor(shape, 0);
		case "either":
			return fc.oneof(...shape.options.map(valueFor));
		case "open":
			return fc.constantFrom<TomlValue>({}, { anything: [1, { x: true }] });
	}
}

/** Tables of fitting values; `noise` is the share of keys (0 to 1) that get any value at all. */
function tableFor(shape: TableShape, noise: number): fc.Arbitrary<TomlTable> {
	const entries = Object.entries(shape.keys).map(([key, inner]) => {
		const value =
			noise > 0
				? fc.oneof({ weight: 100 - noise, arbitrary: valueFor(inner) }, { weight: noise, arbitrary: anyValue })
				: valueFor(inner);
		return [
			key,
			inner.required === true && noise === 0 ? value : fc.option(value, { nil: undefined, freq: 2 }),
		] as const;
	});
	return fc.record(Object.fromEntries(entries)).map((table) => {
		const defined = emptyTable();
		for (const [key, value] of Object.entries(table)) if (value !== undefined) defined[key] = value;
		return defined;
	});
}

const rootWithoutProfiles: TableShape = {
	...rootShape,
	keys: Object.fromEntries(Object.entries(rootShape.keys).filter(([key]) => key !== "profiles")),
};

describe("the zod schema and the quick look", () => {
	it("agree on fitting trees", () => {
		fc.assert(
			fc.property(tableFor(rootWithoutProfiles, 0), (tree) => {
				expect(surveyTree(rootShape, tree).doubtful).toBe(false);
				expect(schemaIssues(tree)).toEqual([]);
			}),
			{ numRuns: 50 },
		);
	});

	it("agree on trees with any values in them", () => {
		let bad = 0;
		fc.assert(
			fc.property(tableFor(rootWithoutProfiles, 3), (tree) => {
				const issues = schemaIssues(tree);
				if (issues.length > 0) bad += 1;
				expect(surveyTree(rootShape, tree).doubtful).toBe(issues.length > 0);
			}),
			{ numRuns: 150 },
		);
		expect(bad).toBeGreaterThan(20);
	});

	it("agree on every single key with every kind of value", () => {
		for (const key of Object.keys(rootShape.keys)) {
			for (const value of fc.sample(anyValue, { numRuns: 40, seed: 7 })) {
				const tree = { [key]: value };
				expect([key, value, surveyTree(rootShape, tree).doubtful]).toEqual([key, value, schemaIssues(tree).length > 0]);
			}
		}
	});

	it("say where", () => {
		expect(schemaIssues({ tui: { notifications: 5 }, agents: [{}], mcp_servers: { "a b": {} } })).toEqual(
			expect.arrayContaining([
				{ path: ["tui", "notifications"], kind: "value" },
				{ path: ["agents", "0", "name"], kind: "value" },
				{ path: ["mcp_servers", "a b"], kind: "key" },
			]),
		);
	});
});

describe("the tables of keys", () => {
	it("have a line of documentation for everything", () => {
		for (const [path, { keys }] of tables(rootShape, "")) {
			for (const [key, { doc }] of Object.entries(keys)) {
				expect(doc, `${path}.${key}`).toMatch(/^[A-Z0-9].*[^.]$/s);
				expect(doc, `${path}.${key}`).not.toContain("\n");
			}
		}
	});

	it("have defaults that fit", () => {
		const defaults = tableWithDefaults(rootShape, undefined);
		expect(surveyTree(rootShape, defaults)).toEqual({ doubtful: false, unknown: [] });
		expect(schemaIssues(defaults)).toEqual([]);
	});

	it("become a JSON Schema with descriptions, defaults and limits", () => {
		const schema = z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" });
		expect(schema).toMatchObject({
			type: "object",
			properties: {
				approval_policy: { enum: ["untrusted", "on-failure", "on-request", "never"], default: "on-request" },
				project_doc_max_bytes: {
					type: "integer",
					minimum: 0,
					default: 32_768,
					description: expect.stringContaining("AGENTS.md"),
				},
				profiles: { type: "object" },
			},
		});
		expect(JSON.stringify(schema)).not.toContain('"required":["model"');
	});
});
