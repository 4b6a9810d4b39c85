import type { JsonObject, JsonValue } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { answerSchema, toolSchema } from "../../src/anthropic/schemas.ts";

describe("toolSchema", () => {
	it("leaves an object schema as it is and names its type", () => {
		const schema = { type: "object", properties: { a: { anyOf: [{ type: "string" }, { type: "null" }] } } };
		expect(toolSchema(schema)).toEqual(schema);
		expect(toolSchema({})).toEqual({ type: "object" });
		expect(toolSchema({ type: ["object", "null"], properties: {} })).toEqual({ type: "object", properties: {} });
	});

	it("makes alternatives at the top properties of one object", () => {
		const schema = {
			type: "object",
			properties: { id: { type: "string" } },
			required: ["id"],
			anyOf: [
				{ properties: { title: { type: "string" } }, required: ["kind", "title"] },
				{ properties: { body: { type: "string" } }, required: ["kind", "body"] },
				true,
			],
			allOf: [{ properties: { kind: { type: "string" } }, required: ["id"] }],
		};
		expect(toolSchema(schema)).toEqual({
			type: "object",
			properties: {
				id: { type: "string" },
				title: { type: "string" },
				body: { type: "string" },
				kind: { type: "string" },
			},
			required: ["id", "kind"],
		});
		expect(toolSchema({ oneOf: [{ required: ["a"] }, { required: ["b"] }] })).toEqual({
			type: "object",
			properties: {},
		});
	});
});

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "object", properties, ...more });
const of = (property: JsonValue): JsonObject | undefined => answerSchema(object({ p: property }));

describe("answerSchema", () => {
	it("closes objects and leaves out what the grammar cannot say", () => {
		const schema = {
			$schema: "https://json-schema.org/draft/2020-12/schema",
			type: "object",
			description: "an answer",
			properties: {
				n: { type: "integer", minimum: 1, maximum: 9 },
				s: { type: ["string", "null"], minLength: 3, format: "date" },
				f: { type: "string", format: "iri" },
				list: { type: "array", items: { type: "object", properties: {} }, minItems: 1, maxItems: 4 },
				many: { type: "array", items: { type: "string" }, minItems: 2 },
				kind: { enum: ["a", "b"] },
				either: { oneOf: [{ type: "string" }, { const: 3 }] },
				both: { allOf: [{ $ref: "#/$defs/d" }] },
				open: { type: ["object", "null"] },
			},
			required: ["n"],
			additionalProperties: false,
			$defs: { d: { type: "boolean", default: true } },
		};
		expect(answerSchema(schema)).toEqual({
			type: "object",
			description: "an answer",
			properties: {
				n: { type: "integer" },
				s: { type: ["string", "null"], format: "date" },
				f: { type: "string" },
				list: {
					type: "array",
					items: { type: "object", properties: {}, additionalProperties: false },
					minItems: 1,
				},
				many: { type: "array", items: { type: "string" } },
				kind: { enum: ["a", "b"] },
				either: { anyOf: [{ type: "string" }, { const: 3 }] },
				both: { allOf: [{ $ref: "#/$defs/d" }] },
				open: { type: ["object", "null"], properties: {}, additionalProperties: false },
			},
			required: ["n"],
			additionalProperties: false,
			$defs: { d: { type: "boolean" } },
		});
	});

	it.each<[string, JsonValue]>([
		["an open object", { type: "object", additionalProperties: { type: "string" } }],
		["an object that says that it is open", { type: "object", additionalProperties: true }],
		["names by pattern", { type: "object", patternProperties: { "^x": { type: "string" } } }],
		["anything", {}],
		["true", true],
		["a negation", { type: "string", not: { const: "x" } }],
		["two kinds of alternatives", { anyOf: [{ type: "string" }], oneOf: [{ type: "string" }] }],
		["properties that are none", { type: "object", properties: [] }],
		["a reference to elsewhere", { $ref: "https://example.com/schema.json" }],
		["a reference to nothing", { $ref: "#/$defs/nothing" }],
	])("does not fit: %s", (_name, property) => {
		expect(of(property)).toBeUndefined();
	});

	it("does not fit what leads back to itself, and fits what is used twice", () => {
		const node = object({ next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } });
		expect(answerSchema(object({ a: { $ref: "#/$defs/node" } }, { $defs: { node } }))).toBeUndefined();
		const leaf = { type: "string" };
		const pair = object({ l: { $ref: "#/definitions/leaf" }, r: { $ref: "#/definitions/leaf" } });
		const twice = object({ a: { $ref: "#/definitions/pair" }, b: { $ref: "#/definitions/pair" } });
		expect(answerSchema({ ...twice, definitions: { leaf, pair } })).toBeDefined();
	});

	it("does not fit more optional properties or unions than a request may have", () => {
		const wide = (count: number, property: JsonValue, required: boolean) => {
			const names = Array.from({ length: count }, (_, index) => `p${index}`);
			const properties = Object.fromEntries(names.map((name) => [name, property]));
			return answerSchema(object(properties, required ? { required: names } : {}));
		};
		expect(wide(24, { type: "string" }, false)).toBeDefined();
		expect(wide(25, { type: "string" }, false)).toBeUndefined();
		expect(wide(25, { type: "string" }, true)).toBeDefined();
		expect(wide(16, { type: ["string", "null"] }, true)).toBeDefined();
		expect(wide(17, { type: ["string", "null"] }, true)).toBeUndefined();
	});
});
