// Makes a server's input schema one that every model vendor takes: a finite object schema of types, properties, items,
// enums and unions. Local references are put in place; cycles, depth and size are cut. Never throws, whatever it is given.

import type { JsonObject, JsonValue } from "@codex/protocol";

// 12 levels, 2,000 nodes, 32 KiB: beyond all but generated API schemas, and below what vendors refuse.
const maxDepth = 12;
const maxNodes = 2000;
const maxBytes = 32_768;
const maxReferences = 32;

type Node = { readonly [key: string]: unknown };

const types = ["string", "number", "integer", "boolean", "object", "array"] as const;
type TypeName = (typeof types)[number];

// Carried over as they are; whatever else a schema says, some vendor refuses it.
const textKeys = ["title", "description", "format", "pattern"] as const;
const numberKeys = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"] as const;
const unionKeys = ["anyOf", "oneOf", "allOf"] as const;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

const anything: JsonObject = { type: "object", properties: {} };

class Sanitizer {
	readonly #root: unknown;
	#nodes = 0;

	constructor(root: unknown) {
		this.#root = root;
	}

	/** `depth` counts levels, `following` the references on the way here. */
	schema(value: unknown, depth: number, following: readonly string[]): JsonObject {
		this.#nodes += 1;
		if (!isNode(value)) return { type: "string" };
		if (depth > maxDepth || this.#nodes > maxNodes) return { type: typeOf(value) === "object" ? "object" : "string" };
		const reference = value["$ref"];
		if (typeof reference === "string") return this.#referenced(value, reference, depth, following);
		const type = typeOf(value);
		const result: Record<string, JsonValue> = unionOnly(value, type) ? {} : { type };
		copyPlain(value, result);
		if (type === "object" && result["type"] !== undefined) this.#object(value, result, depth, following);
		if (type === "array") result["items"] = this.schema(firstItem(value), depth + 1, following);
		for (const key of unionKeys) {
			const members = value[key];
			if (!Array.isArray(members) || members.length === 0) continue;
			result[key] = members.map((member) => this.schema(member, depth + 1, following));
		}
		return result;
	}

	#referenced(value: Node, reference: string, depth: number, following: readonly string[]): JsonObject {
		const description = value["description"];
		const said = typeof description === "string" ? { description } : {};
		// A cycle: the model may send any object there.
		if (following.includes(reference) || following.length >= maxReferences) return { ...anything, ...said };
		const target = this.#resolve(reference);
		if (target === undefined) return { ...anything, ...said };
		return { ...this.schema(target, depth, [...following, reference]), ...said };
	}

	#object(value: Node, result: Record<string, JsonValue>, depth: number, following: readonly string[]): void {
		const properties = isNode(value["properties"]) ? value["properties"] : {};
		const clean: Record<string, JsonValue> = {};
		for (const [name, property] of Object.entries(properties)) {
			if (this.#nodes > maxNodes) break;
			Object.defineProperty(clean, name, {
				value: this.schema(property, depth + 1, following),
				enumerable: true,
				configurable: true,
				writable: true,
			});
		}
		result["properties"] = clean;
		const required = Array.isArray(value["required"]) ? value["required"] : [];
		const names = required.filter((name): name is string => typeof name === "string" && Object.hasOwn(clean, name));
		if (names.length > 0) result["required"] = [...new Set(names)];
		const additional = value["additionalProperties"];
		if (typeof additional === "boolean") result["additionalProperties"] = additional;
		else if (isNode(additional)) result["additionalProperties"] = true;
	}

	/** The schema at a local JSON pointer. */
	#resolve(reference: string): unknown {
		if (!reference.startsWith("#")) return undefined;
		let found: unknown = this.#root;
		for (const part of reference.slice(1).split("/").slice(1)) {
			const name = decodePointer(part);
			if (Array.isArray(found)) found = found[Number(name)];
			else found = isNode(found) && Object.hasOwn(found, name) ? found[name] : undefined;
		}
		return found;
	}
}

function decodePointer(part: string): string {
	try {
		return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
	} catch {
		// A stray percent sign: the name as it stands.
		return part;
	}
}

function firstItem(value: Node): unknown {
	const items = value["items"];
	if (Array.isArray(items)) return items[0];
	if (isNode(items)) return items;
	const prefix = value["prefixItems"];
	return Array.isArray(prefix) ? prefix[0] : undefined;
}

function isTypeName(value: unknown): value is TypeName {
	return types.some((type) => type === value);
}

function inferred(value: Node): TypeName {
	const has = (...keys: readonly string[]): boolean => keys.some((key) => Object.hasOwn(value, key));
	if (has("properties", "required", "additionalProperties")) return "object";
	if (has("items", "prefixItems")) return "array";
	const member: unknown = Object.hasOwn(value, "const")
		? value["const"]
		: Array.isArray(value["enum"])
			? value["enum"][0]
			: undefined;
	if (typeof member === "number") return "number";
	if (typeof member === "boolean") return "boolean";
	if (has("enum", "const", "pattern", "format", "minLength", "maxLength")) return "string";
	return has("minimum", "maximum", "multipleOf") ? "number" : "string";
}

function typeOf(value: Node): TypeName {
	const { type } = value;
	const named = Array.isArray(type) ? type.find(isTypeName) : type;
	return isTypeName(named) ? named : inferred(value);
}

/** A union without a type of its own says nothing else. */
function unionOnly(value: Node, type: TypeName): boolean {
	return (
		type === "string" &&
		value["type"] === undefined &&
		unionKeys.some((key) => Array.isArray(value[key]) && value[key].length > 0)
	);
}

const isPlain = (value: unknown): value is string | number | boolean | null =>
	value === null || ["string", "number", "boolean"].includes(typeof value);

function copyPlain(value: Node, result: Record<string, JsonValue>): void {
	for (const key of textKeys) {
		const member = value[key];
		if (typeof member === "string") result[key] = member;
	}
	for (const key of numberKeys) {
		const member = value[key];
		if (typeof member === "number") result[key] = member;
	}
	const constant: unknown = value["const"];
	const choices: unknown = Object.hasOwn(value, "const") ? [constant] : value["enum"];
	if (!Array.isArray(choices)) return;
	const plain = choices.filter(isPlain);
	if (plain.length > 0) result["enum"] = plain;
}

/** The parameters of a tool for a model; the empty object schema stands for what cannot be mended. */
export function sanitizeParameters(inputSchema: unknown): JsonObject {
	try {
		const clean = new Sanitizer(inputSchema).schema(inputSchema, 0, []);
		const root: JsonObject = clean["type"] === "object" ? clean : anything;
		return Buffer.byteLength(JSON.stringify(root)) <= maxBytes ? root : { ...anything, additionalProperties: true };
	} catch {
		// Deeper than the stack: nobody can send arguments for that either.
		return { ...anything, additionalProperties: true };
	}
}
