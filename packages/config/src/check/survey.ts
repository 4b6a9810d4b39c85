// The quick look at a tree, without zod: is every value surely of its kind, and which keys does nobody know? What it
// doubts is judged by the zod schema (`validate.ts`), which costs tens of milliseconds to load; a sound file never
// pays them. Invariant, checked by a property test: what is not doubted here, zod accepts.

import type { ListShape, MapShape, NumberShape, Shape, TableShape, TextPattern } from "../keys/shape.ts";
import { isList, isTable, type KeyPath, type TomlTable, type TomlValue } from "../tree/tree.ts";

/** A key that its table does not have. */
export interface UnknownKey {
	readonly path: KeyPath;
	/** The table that does not have it. */
	readonly table: TableShape;
}

/** What the quick look found. */
export interface Survey {
	/** Some value may be wrong. */
	readonly doubtful: boolean;
	readonly unknown: readonly UnknownKey[];
}

const fits = (pattern: TextPattern | undefined, text: string): boolean => pattern?.regex.test(text) ?? true;

function isInRange(shape: NumberShape, value: number): boolean {
	const isKind = shape.fraction === true ? Number.isFinite(value) : Number.isSafeInteger(value);
	return isKind && value >= (shape.min ?? value) && value <= (shape.max ?? value);
}

const requiredByShape = new WeakMap<TableShape, readonly string[]>();

function requiredKeys(shape: TableShape): readonly string[] {
	let keys = requiredByShape.get(shape);
	if (keys === undefined) {
		keys = Object.keys(shape.keys).filter((key) => shape.keys[key]?.required === true);
		requiredByShape.set(shape, keys);
	}
	return keys;
}

class Surveyor {
	readonly unknown: UnknownKey[] = [];

	/** Whether the value is surely fine. */
	value(shape: Shape, value: TomlValue, path: KeyPath): boolean {
		switch (shape.kind) {
			case "boolean":
				return typeof value === "boolean";
			case "number":
				return typeof value === "number" && isInRange(shape, value);
			case "text":
				return typeof value === "string" && fits(shape.pattern, value);
			case "choice":
				return typeof value === "string" && shape.values.includes(value);
			case "open":
				return isTable(value);
			case "either":
				return shape.options.some((option) => this.value(option, value, path));
			case "list":
			case "map":
			case "table":
				return this.#group(shape, value, path);
		}
	}

	#group(shape: ListShape | MapShape | TableShape, value: TomlValue, path: KeyPath): boolean {
		if (shape.kind === "list") return isList(value) && this.#list(shape, value, path);
		if (!isTable(value)) return false;
		return shape.kind === "map" ? this.#map(shape, value, path) : this.table(shape, value, path);
	}

	#list(shape: ListShape, value: readonly TomlValue[], path: KeyPath): boolean {
		let fine = true;
		for (const [index, item] of value.entries()) {
			if (!this.value(shape.item, item, [...path, String(index)])) fine = false;
		}
		return fine;
	}

	#map(shape: MapShape, value: TomlTable, path: KeyPath): boolean {
		let fine = true;
		for (const key of Object.keys(value)) {
			const entry = value[key];
			if (!fits(shape.key, key)) fine = false;
			if (entry !== undefined && !this.value(shape.value, entry, [...path, key])) fine = false;
		}
		return fine;
	}

	table(shape: TableShape, value: TomlTable, path: KeyPath): boolean {
		let fine = true;
		for (const key of Object.keys(value)) {
			const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
			const entry = value[key];
			if (inner === undefined) this.unknown.push({ path: [...path, key], table: shape });
			else if (entry !== undefined && !this.value(inner, entry, [...path, key])) fine = false;
		}
		return fine && requiredKeys(shape).every((key) => value[key] !== undefined);
	}
}

/** Looks at a tree whose keys are canonical. */
export function surveyTree(shape: TableShape, tree: TomlTable): Survey {
	const surveyor = new Surveyor();
	const fine = surveyor.table(shape, tree, []);
	return { doubtful: !fine, unknown: surveyor.unknown };
}
