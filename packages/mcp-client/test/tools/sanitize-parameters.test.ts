import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitizeParameters } from "../../src/tools/sanitize-parameters.ts";

const property = (schema: unknown): unknown =>
	sanitizeParameters({ type: "object", properties: { p: schema } })["properties"];

describe("types", () => {
	test.each([
		[true, { type: "string" }],
		[{ properties: {} }, { type: "object", properties: {} }],
		[{ items: {} }, { type: "array", items: { type: "string" } }],
		[{ type: "array" }, { type: "array", items: { type: "string" } }],
		[{ prefixItems: [{ minimum: 1 }] }, { type: "array", items: { type: "number", minimum: 1 } }],
		[{ enum: ["a", {}, "b"] }, { type: "string", enum: ["a", "b"] }],
		[{ const: 3 }, { type: "number", enum: [3] }],
		[{ enum: [true] }, { type: "boolean", enum: [true] }],
		[{ pattern: "^a" }, { type: "string", pattern: "^a" }],
		[{ multipleOf: 2 }, { type: "number" }],
		[{ type: ["null", "integer"] }, { type: "integer" }],
		[{ anyOf: [{ type: "null" }, { type: "integer" }] }, { anyOf: [{ type: "string" }, { type: "integer" }] }],
		[
			{ type: "object", additionalProperties: { type: "string" } },
			{ type: "object", properties: {}, additionalProperties: true },
		],
		[
			{ type: "string", "x-secret": 1, default: {}, description: "d" },
			{ type: "string", description: "d" },
		],
	])("%j", (schema, expected) => expect(property(schema)).toEqual({ p: expected }));
});

describe("references", () => {
	test("local ones are put in place, foreign ones become any object", () => {
		const clean = sanitizeParameters({
			type: "object",
			properties: {
				a: { $ref: "#/$defs/x~1y", description: "here" },
				b: { $ref: "https://example.com/x" },
				c: { $ref: "#/$defs/nothing" },
			},
			required: ["a", "z", "a"],
			$defs: { "x/y": { type: "integer" } },
		});
		expect(clean).toEqual({
			type: "object",
			properties: {
				a: { type: "integer", description: "here" },
				b: { type: "object", properties: {} },
				c: { type: "object", properties: {} },
			},
			required: ["a"],
		});
	});

	test("a root that is a reference", () => {
		expect(sanitizeParameters({ $ref: "#/$defs/R", $defs: { R: { properties: { a: {} } } } })).toEqual({
			type: "object",
			properties: { a: { type: "string" } },
		});
	});

	test("references that double at every level are cut", () => {
		const $defs: Record<string, unknown> = {};
		for (let at = 0; at < 40; at += 1)
			$defs[`d${at}`] = { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] };
		const clean = sanitizeParameters({ type: "object", properties: { p: { $ref: "#/$defs/d0" } }, $defs });
		expect(JSON.stringify(clean).length).toBeLessThanOrEqual(32_768);
	});
});

describe("whatever comes", () => {
	test("no object, ten megabytes, a thousand levels", () => {
		for (const odd of [undefined, null, 3, "x", [], { type: "string" }]) {
			expect(sanitizeParameters(odd)).toEqual({ type: "object", properties: {} });
		}
		const big = { type: "object", properties: { p: { type: "string", description: "y".repeat(10_000_000) } } };
		expect(sanitizeParameters(big)).toEqual({ type: "object", properties: {}, additionalProperties: true });
		let deep: unknown = {};
		for (let level = 0; level < 1000; level += 1) deep = { type: "array", items: deep };
		expect(JSON.stringify(sanitizeParameters({ properties: { deep } })).length).toBeLessThan(1000);
	});

	test("any JSON gives a bounded object schema, and the same one again", () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
				const clean = sanitizeParameters({ type: "object", properties: { p: value } });
				expect(clean["type"]).toBe("object");
				expect(sanitizeParameters(clean)).toEqual(clean);
			}),
		);
	});

	test("a property called __proto__ is one like any other", () => {
		const clean = sanitizeParameters(JSON.parse('{"type":"object","properties":{"__proto__":{"type":"number"}}}'));
		expect(JSON.stringify(clean)).toBe('{"type":"object","properties":{"__proto__":{"type":"number"}}}');
	});
});
