// Fills in defaults and leaves unknown keys out, except in partial tables, which stay as written. Nothing is checked here.

import type { Shape, TableShape } from "../keys/shape.ts";
import { emptyTable, isList, isTable, type TomlTable, type TomlValue } from "../tree/tree.ts";

/** The default of a value that nobody set; `undefined` when it then stays absent. */
export function defaultOf(shape: Shape): TomlValue | undefined {
	switch (shape.kind) {
		case "boolean":
		case "number":
		case "text":
		case "choice":
		case "list":
		case "either":
			return shape.default;
		case "map":
		case "open":
			return shape.optional === true ? undefined : emptyTable();
		case "table":
			return shape.optional === true ? undefined : tableWithDefaults(shape, undefined);
	}
}

function withDefaults(shape: Shape, value: TomlValue): TomlValue {
	if (shape.kind === "table" && isTable(value)) return shape.partial === true ? value : tableWithDefaults(shape, value);
	if (shape.kind === "map" && shape.value.kind === "table" && isTable(value)) {
		const filled = emptyTable();
		for (const [key, entry] of Object.entries(value)) filled[key] = withDefaults(shape.value, entry);
		return filled;
	}
	if (shape.kind === "list" && shape.item.kind === "table" && isList(value)) {
		return value.map((item) => withDefaults(shape.item, item));
	}
	return value;
}

/** The table with every default in place, in the order of its description. */
export function tableWithDefaults(shape: TableShape, table: TomlTable | undefined): TomlTable {
	const filled = emptyTable();
	for (const key of Object.keys(shape.keys)) {
		const inner = shape.keys[key];
		if (inner === undefined) continue;
		const written = table?.[key];
		const value = written === undefined ? defaultOf(inner) : withDefaults(inner, written);
		if (value !== undefined) filled[key] = value;
	}
	return filled;
}
