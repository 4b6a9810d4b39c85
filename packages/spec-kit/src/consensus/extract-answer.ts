// Finds the answer in what an agent wrote: the whole text, a fenced block, or a region of braces. Takes the last object
// that passes the schema, and never one that the prompt itself contains: a schema or an example read back is no answer.

import type { JsonObject } from "@codex/protocol";
import type { AnswerSchema } from "./answer.ts";
import { canonicalJson, isJsonObject } from "./json.ts";

/** What was found. */
export type ExtractResult =
	| { readonly ok: true; readonly value: JsonObject; readonly method: "direct" | "fenced" | "region" }
	| {
			readonly ok: false;
			/**
			 * `empty`: no text. `no_json`: prose only. `truncated`: an object begins and does not end. `echo`: only what the
			 * prompt contained. `invalid`: JSON that is not of the schema.
			 */
			readonly reason: "empty" | "no_json" | "truncated" | "echo" | "invalid";
			/** One sentence a fault, for the repair prompt. */
			readonly errors: readonly string[];
	  };

/** How an answer stood in the text. */
type Method = "direct" | "fenced" | "region";

// Where an object can begin: a brace followed by a key or by its end. Braces of prose and of templates are none.
const objectStart = /\{\s*["}]/g;

// Prose can hold many braces that lead nowhere; scanning stops after this many times the length of the text.
const maxScans = 16;

/** The end of the object that begins at `start`, past its brace, or -1 when the text ends first. */
function endOfObject(text: string, start: number): number {
	let depth = 0;
	let inString = false;
	for (let index = start; index < text.length; index++) {
		const char = text.charCodeAt(index);
		if (inString) {
			if (char === 0x5c) index += 1;
			else if (char === 0x22) inString = false;
		} else if (char === 0x22) inString = true;
		else if (char === 0x7b) depth += 1;
		else if (char === 0x7d) {
			depth -= 1;
			if (depth === 0) return index + 1;
		}
	}
	return -1;
}

function parseObject(text: string): JsonObject | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return isJsonObject(value) ? value : undefined;
	} catch {
		// Not JSON: other readings of the text follow.
		return undefined;
	}
}

interface Found {
	readonly objects: readonly { readonly value: JsonObject; readonly method: Method }[];
	/** Some object begins and does not end. */
	readonly truncated: boolean;
}

/** All objects in the text that are not inside another one, in order. One that does not end gives up its inner ones. */
function scanObjects(text: string): Found {
	const objects: { value: JsonObject; method: "region" }[] = [];
	let truncated = false;
	let budget = Math.max(text.length, 1) * maxScans;
	objectStart.lastIndex = 0;
	for (let match = objectStart.exec(text); match !== null && budget > 0; match = objectStart.exec(text)) {
		const end = endOfObject(text, match.index);
		budget -= (end < 0 ? text.length : end) - match.index;
		const value = end < 0 ? undefined : parseObject(text.slice(match.index, end));
		if (value === undefined) {
			truncated ||= end < 0;
			objectStart.lastIndex = match.index + 1;
		} else {
			objects.push({ value, method: "region" });
			objectStart.lastIndex = end;
		}
	}
	return { objects, truncated };
}

const fence = /^[ \t]*(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^[ \t]*\1[`~]*[ \t]*$/gm;

function candidatesIn(text: string): Found {
	const whole = parseObject(text.trim());
	if (whole !== undefined) return { objects: [{ value: whole, method: "direct" }], truncated: false };
	const fenced = [...text.matchAll(fence)].flatMap((match) => {
		const value = parseObject((match[2] ?? "").trim());
		return value === undefined ? [] : [{ value, method: "fenced" as const }];
	});
	const scanned = scanObjects(text);
	const methods = new Map(fenced.map(({ value, method }) => [canonicalJson(value), method]));
	return {
		objects: scanned.objects.map(({ value, method }) => ({
			value,
			method: methods.get(canonicalJson(value)) ?? method,
		})),
		truncated: scanned.truncated,
	};
}

/** What an agent may have wrapped its answer in: one object or one JSON text in a field. */
function unwrapped(value: JsonObject): readonly JsonObject[] {
	return Object.values(value).flatMap((inner) => {
		if (isJsonObject(inner)) return [inner];
		const parsed = typeof inner === "string" && inner.trimStart().startsWith("{") ? parseObject(inner) : undefined;
		return parsed === undefined ? [] : [parsed];
	});
}

/** An answer that says "nothing": every list in it is empty, and there is nothing else. */
function saysNothing(value: JsonObject): boolean {
	return Object.values(value).every((inner) => Array.isArray(inner) && inner.length === 0);
}

function echoesOf(promptText: string): ReadonlySet<string> {
	const shown = scanObjects(promptText).objects.flatMap(({ value }) => [value, ...unwrapped(value)]);
	return new Set(shown.filter((value) => !saysNothing(value)).map((value) => canonicalJson(value)));
}

function noAnswer(truncated: boolean, errors: readonly string[], echoed: boolean): ExtractResult {
	if (truncated) {
		return { ok: false, reason: "truncated", errors: ["answer: the JSON object is cut off before its end"] };
	}
	if (errors.length > 0) return { ok: false, reason: "invalid", errors };
	if (echoed) return { ok: false, reason: "echo", errors: ["answer: only the schema or the example was repeated"] };
	return { ok: false, reason: "no_json", errors: ["answer: there is no JSON object in the text"] };
}

/**
 * Finds the answer in an agent's text. Never throws; about linear in the lengths of both texts.
 *
 * The last object wins that passes `schema`, be it alone, in a fenced block, amid prose, or inside one wrapping object.
 * The schema and its sample never win; an object that stands in `promptText` wins only as the whole answer, or when it
 * says that nothing was found. `errors` tell what is wrong with the last candidate.
 */
export function extractAnswer(text: string, schema: AnswerSchema, promptText: string): ExtractResult {
	if (text.trim() === "") return { ok: false, reason: "empty", errors: ["answer: there is no text"] };
	const { objects, truncated } = candidatesIn(text);
	const echoes = echoesOf(promptText);
	const never = new Set([canonicalJson(schema.jsonSchema), canonicalJson(schema.sample)]);
	const isEcho = (value: JsonObject, method: Method): boolean => {
		const spelling = canonicalJson(value);
		return never.has(spelling) || (method !== "direct" && echoes.has(spelling));
	};
	let errors: readonly string[] = [];
	let echoed = false;
	for (const { value, method } of [...objects].reverse()) {
		for (const candidate of [value, ...unwrapped(value)]) {
			if (isEcho(candidate, method)) {
				echoed = true;
				continue;
			}
			const parsed = schema.parse(candidate);
			if (parsed.ok && !(truncated && saysNothing(candidate))) return { ok: true, value: parsed.value, method };
			if (!parsed.ok && errors.length === 0 && candidate === value) errors = parsed.errors;
		}
	}
	return noAnswer(truncated, errors, echoed);
}
