// Reads values out of answers without trusting their shape, and gives every value one spelling so that equal values
// compare equal. Never throws on a value that JSON can hold.

import type { JsonObject, JsonValue } from "@codex/protocol";

/** Whether `value` is a JSON object, and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The trimmed text of a field, or `""`. Numbers and booleans are spelt out. */
export function textOf(object: JsonObject, field: string): string {
	const value = object[field];
	if (typeof value === "string") return value.trim();
	return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** The first of `fields` that has text, or `""`. */
export function firstText(object: JsonObject, fields: readonly string[]): string {
	for (const field of fields) {
		const text = textOf(object, field);
		if (text !== "") return text;
	}
	return "";
}

/** The objects of a list field; texts become `{ text }`; anything else is left out. */
export function itemsOf(object: JsonObject, field: string): readonly JsonObject[] {
	const value = object[field];
	if (!Array.isArray(value)) return [];
	return value.flatMap((item: JsonValue): JsonObject[] => {
		if (typeof item === "string") return item.trim() === "" ? [] : [{ text: item.trim() }];
		return isJsonObject(item) ? [item] : [];
	});
}

/** The texts of a list field; a lone text counts as a list of one. */
export function textsOf(object: JsonObject, field: string): readonly string[] {
	const value = object[field];
	if (typeof value === "string") return value.trim() === "" ? [] : [value.trim()];
	if (!Array.isArray(value)) return [];
	return value.flatMap((item: JsonValue) => (typeof item === "string" && item.trim() !== "" ? [item.trim()] : []));
}

/** One spelling of a JSON value: keys sorted, no space. */
export function canonicalJson(value: JsonValue): string {
	if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(",")}]`;
	if (!isJsonObject(value)) return JSON.stringify(value);
	const fields = Object.keys(value)
		.sort()
		.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
	return `{${fields.join(",")}}`;
}
