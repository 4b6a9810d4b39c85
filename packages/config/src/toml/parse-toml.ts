// TOML text to a plain tree, with smol-toml. Dates become their text, keys that could reach a prototype and absurd
// nesting are refused. Imported only when there is a text to read.

import { parse, TomlDate, TomlError } from "smol-toml";
import { emptyTable, maxDepth, type TomlTable, type TomlValue } from "../tree/tree.ts";

/** A tree, or what is wrong and where. Lines and columns count from 1; columns are UTF-16 units. */
export type TomlReading =
	| { readonly kind: "table"; readonly table: TomlTable }
	| { readonly kind: "problem"; readonly reason: string; readonly line: number; readonly column: number };

class TooDeep extends Error {}

function toTree(value: unknown, depth: number): TomlValue {
	if (depth > maxDepth) throw new TooDeep();
	if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
	if (value instanceof TomlDate) return value.toISOString();
	if (Array.isArray(value)) return value.map((item) => toTree(item, depth + 1));
	return toTable(value as Record<string, unknown>, depth);
}

function toTable(value: Record<string, unknown>, depth: number): TomlTable {
	const table = emptyTable();
	for (const key of Object.keys(value)) table[key] = toTree(value[key], depth + 1);
	return table;
}

/** The first line of the parser's message without its preamble; the rest is an excerpt that we do not show. */
function reasonOf(error: TomlError): string {
	return (error.message.split("\n", 1)[0] ?? "").replace(/^Invalid TOML document: /, "");
}

/** Reads a TOML document. Never throws. */
export function parseToml(text: string): TomlReading {
	const nul = text.indexOf("\0");
	if (nul >= 0) {
		const before = text.slice(0, nul).split("\n");
		const column = (before.at(-1)?.length ?? 0) + 1;
		return { kind: "problem", reason: "there is a NUL byte; this is not a text file", line: before.length, column };
	}
	try {
		const document = parse(text, { unsafeKeyBehaviour: "throw", maxDepth });
		return { kind: "table", table: toTable(document, 0) };
	} catch (error) {
		if (error instanceof TomlError) {
			return { kind: "problem", reason: reasonOf(error), line: error.line, column: error.column };
		}
		if (error instanceof TooDeep || error instanceof RangeError) {
			return { kind: "problem", reason: `keys are nested more than ${maxDepth} deep`, line: 1, column: 1 };
		}
		throw error;
	}
}

/** Reads one TOML value; `undefined` when the text is none. Never throws. */
export function parseTomlValue(text: string): TomlValue | undefined {
	const reading = parseToml(`value = ${text}`);
	if (reading.kind === "problem") return undefined;
	const { value, ...rest } = reading.table;
	// A line break in the text can smuggle further keys in: then it was no value.
	return Object.keys(rest).length === 0 ? value : undefined;
}
