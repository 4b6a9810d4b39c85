// Looking into JSON of unknown make without asserting anything about it.

/** A JSON object before anything is known of it. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object that is no array. */
export function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a JSON text, or `undefined` when it is none. */
export function tryParseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // Not JSON: the caller decides what that means.
	}
}
