// A tolerant look at the agreed JSON of agents: fields have had several names over time and items may be plain texts.
// What cannot be read is left out; nothing here throws.

import type { JsonObject, JsonValue } from "@codex/protocol";

/** Whether a value is an object that is no array. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One line of text: every run of white space, line breaks included, becomes one blank. */
export function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, " ").trim();
}

function asText(value: JsonValue | undefined): string {
	if (typeof value === "string") return oneLine(value);
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	if (Array.isArray(value))
		return value
			.map(asText)
			.filter((part) => part !== "")
			.join(", ");
	return "";
}

/** The first of `names` that holds text, a number, a boolean or a list of these, as one line; else the empty string. */
export function textOf(item: JsonValue, ...names: readonly string[]): string {
	if (!isObject(item)) return names.length > 0 ? asText(item) : "";
	for (const name of names) {
		const text = asText(item[name]);
		if (text !== "") return text;
	}
	return "";
}

/** The first of `names` that is a list; a single value counts as a list of one; nothing gives an empty list. */
export function listOf(item: JsonValue, ...names: readonly string[]): readonly JsonValue[] {
	if (!isObject(item)) return [];
	for (const name of names) {
		const value: JsonValue | undefined = item[name];
		if (Array.isArray(value)) return value;
		if (value !== undefined && value !== null && value !== "") return [value];
	}
	return [];
}

/** The texts of the first list among `names`; an object in it counts with its first text of `path`, `id`, `name`, `title`. */
export function textsOf(item: JsonValue, ...names: readonly string[]): readonly string[] {
	return listOf(item, ...names)
		.map((value) => (isObject(value) ? textOf(value, "path", "id", "name", "title", "command", "text") : asText(value)))
		.filter((text) => text !== "");
}
