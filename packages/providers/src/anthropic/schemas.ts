// JSON Schemas in the forms that this vendor takes: those of tools without alternatives at their top, and the one of the
// answer without what its grammar cannot say. What is left out here is still checked after the answer.

import type { JsonObject, JsonValue } from "@codex/protocol";

const isObject = (value: JsonValue | undefined): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

/** A tool's schema, whose top is one object. */
export type ToolSchema = JsonObject & { readonly type: "object" };

/**
 * The schema of a tool's arguments. Alternatives at its top, which the API refuses, become properties of one object, of
 * which only those that every alternative (`allOf`: any part) requires are required.
 */
export function toolSchema(schema: JsonObject): ToolSchema {
	const { anyOf, oneOf, allOf, ...rest } = schema;
	const parts = listOf(allOf).filter(isObject);
	const choices = [...listOf(anyOf), ...listOf(oneOf)].filter(isObject);
	if (parts.length === 0 && choices.length === 0) return { ...rest, type: "object" };
	const properties: Record<string, JsonValue> = {};
	for (const part of [...choices, ...parts, rest]) {
		if (isObject(part["properties"])) Object.assign(properties, part["properties"]);
	}
	const [first, ...others] = choices.map((choice) => listOf(choice["required"]));
	const inAll = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
	const required = new Set([rest, ...parts].flatMap((part) => [...listOf(part["required"])]).concat(inAll));
	return {
		...rest,
		type: "object",
		properties,
		...(required.size === 0 ? {} : { required: [...required] }),
	};
}

// What the vendor's grammar knows, as its own SDK has it in the transformation of schemas.
const formats: ReadonlySet<JsonValue> = new Set<JsonValue>([
	"date-time",
	"time",
	"date",
	"duration",
	"email",
	"hostname",
	"uri",
	"ipv4",
	"ipv6",
	"uuid",
]);
const kept: ReadonlySet<string> = new Set(["type", "description", "title", "enum", "const", "required", "$ref"]);
// Constraints on a value that is checked here again, and words without meaning for it.
const dropped: ReadonlySet<string> = new Set([
	"$schema",
	"$id",
	"$comment",
	"default",
	"examples",
	"deprecated",
	"readOnly",
	"writeOnly",
	"minimum",
	"maximum",
	"exclusiveMinimum",
	"exclusiveMaximum",
	"multipleOf",
	"minLength",
	"maxLength",
	"pattern",
	"maxItems",
	"uniqueItems",
	"minProperties",
	"maxProperties",
]);

/** Thrown inside this module alone: the schema says something that the grammar has no words for. */
class Unfit extends Error {
	override readonly name = "Unfit";
}

function fitMap(value: JsonValue, fitOne: (schema: JsonValue) => JsonObject): JsonObject {
	if (!isObject(value)) throw new Unfit();
	return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, fitOne(schema)]));
}

const namedSchemas: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);

function fitKeyword(name: string, value: JsonValue): JsonObject {
	if (kept.has(name)) return { [name]: value };
	if (dropped.has(name)) return {};
	if (namedSchemas.has(name)) return { [name]: fitMap(value, fit) };
	switch (name) {
		case "items":
			return { items: fit(value) };
		case "anyOf":
		case "oneOf":
			return { anyOf: listOf(value).map(fit) };
		case "allOf":
			return { allOf: listOf(value).map(fit) };
		case "format":
			return formats.has(value) ? { format: value } : {};
		case "minItems":
			return value === 0 || value === 1 ? { minItems: value } : {};
		default:
			// Objects that are closed are the only ones that it knows; anything else is another schema.
			if (name === "additionalProperties" && value === false) return {};
			throw new Unfit();
	}
}

function fit(schema: JsonValue): JsonObject {
	if (!isObject(schema) || ("anyOf" in schema && "oneOf" in schema)) throw new Unfit();
	const fitted: JsonObject = Object.assign({}, ...Object.entries(schema).map((entry) => fitKeyword(...entry)));
	const { type } = schema;
	const isClosed = type === "object" || listOf(type).includes("object") || "properties" in schema;
	// An open object without a word about others may be answered with a closed one.
	if (isClosed) return { ...fitted, properties: fitted["properties"] ?? {}, additionalProperties: false };
	if (["type", "anyOf", "allOf", "enum", "const", "$ref"].some((name) => name in fitted)) return fitted;
	throw new Unfit();
}

const localRef = /^#\/(?:\$defs|definitions)\/([^/]+)$/;

function refsIn(value: JsonValue, found: string[] = []): readonly string[] {
	if (Array.isArray(value)) for (const member of value) refsIn(member, found);
	if (!isObject(value)) return found;
	for (const [name, member] of Object.entries(value)) {
		if (name === "$ref" && typeof member === "string") found.push(member);
		else refsIn(member, found);
	}
	return found;
}

/** Whether every reference leads to a definition, and none back to itself. */
function endsEverywhere(schema: JsonObject): boolean {
	const { $defs = {}, definitions = {}, ...top } = schema;
	const known = { ...(isObject(definitions) ? definitions : {}), ...(isObject($defs) ? $defs : {}) };
	const settled = new Set<string>();
	const visit = (ref: string, path: readonly string[]): boolean => {
		const [, name = ""] = localRef.exec(ref) ?? [];
		const target = known[name];
		if (target === undefined || path.includes(name)) return false;
		if (settled.has(name)) return true;
		const ends = refsIn(target).every((inner) => visit(inner, [...path, name]));
		settled.add(name);
		return ends;
	};
	return refsIn(top).every((ref) => visit(ref, []));
}

// 24 and 16: what a request may have of each, by the vendor's page on structured outputs.
const maxOptional = 24;
const maxUnions = 16;

function countOf(value: JsonValue): { readonly optional: number; readonly unions: number } {
	const members = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
	const own = isObject(value) ? value : {};
	const isUnion = Array.isArray(own["anyOf"]) || Array.isArray(own["type"]);
	const names = isObject(own["properties"]) ? Object.keys(own["properties"]).length : 0;
	return members
		.map(countOf)
		.reduce((sum, { optional, unions }) => ({ optional: sum.optional + optional, unions: sum.unions + unions }), {
			optional: Math.max(0, names - listOf(own["required"]).length),
			unions: isUnion ? 1 : 0,
		});
}

/**
 * The schema of an answer as the vendor's grammar takes it, or `undefined` where it does not fit: then the model has to
 * be told in words. An answer that fits the result still has to be checked against `schema`.
 */
export function answerSchema(schema: JsonObject): JsonObject | undefined {
	try {
		if (!endsEverywhere(schema)) return undefined;
		const fitted = fit(schema);
		const { optional, unions } = countOf(fitted);
		return optional > maxOptional || unions > maxUnions ? undefined : fitted;
	} catch (thrown) {
		if (thrown instanceof Unfit) return undefined;
		throw thrown;
	}
}
