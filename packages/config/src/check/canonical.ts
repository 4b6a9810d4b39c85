// Gives every key its one name: aliases and kebab-case spellings are renamed, and where a key was written under another
// name is remembered, so that places still point at what the user wrote.

import type { Shape, TableShape } from "../keys/shape.ts";
import { emptyTable, isList, isTable, type KeyPath, pathKey, type TomlTable, type TomlValue } from "../tree/tree.ts";
import { childShape } from "./shape-walk.ts";

/** A key that was written under two of its names. */
export interface Clash {
	/** Path of the key as written second. */
	readonly path: KeyPath;
	readonly names: readonly [string, string];
}

/** A tree in which every key has its one name. */
export interface CanonicalTree {
	readonly tree: TomlTable;
	/** The path as it was written. */
	readonly written: (path: KeyPath) => KeyPath;
	readonly clashes: readonly Clash[];
}

class Renamer {
	readonly names = new Map<string, string>();
	readonly clashes: Clash[] = [];

	value(shape: Shape, value: TomlValue, path: KeyPath): TomlValue {
		if (shape.kind === "list" && isList(value)) {
			if (shape.item.kind !== "table") return value;
			return value.map((item, index) => this.value(shape.item, item, [...path, String(index)]));
		}
		if (!isTable(value)) return value;
		if (shape.kind === "map") {
			if (shape.value.kind === "text" || shape.value.kind === "boolean") return value;
			const table = emptyTable();
			for (const [key, entry] of Object.entries(value)) table[key] = this.value(shape.value, entry, [...path, key]);
			return table;
		}
		return shape.kind === "table" ? this.#table(shape, value, path) : value;
	}

	#table(shape: TableShape, value: TomlTable, path: KeyPath): TomlTable {
		const table = emptyTable();
		for (const [key, entry] of Object.entries(value)) {
			const name = canonicalName(shape, key);
			const place = [...path, name];
			if (Object.hasOwn(table, name)) {
				this.clashes.push({ path: [...path, key], names: [this.names.get(pathKey(place)) ?? name, key] });
				continue;
			}
			if (name !== key) this.names.set(pathKey(place), key);
			const inner = shape.keys[name];
			table[name] = inner === undefined ? entry : this.value(inner, entry, place);
		}
		return table;
	}
}

function canonicalName(shape: TableShape, key: string): string {
	if (Object.hasOwn(shape.keys, key)) return key;
	const underscored = key.replaceAll("-", "_");
	const name = Object.hasOwn(shape.aliases ?? {}, underscored) ? shape.aliases?.[underscored] : underscored;
	return name !== undefined && Object.hasOwn(shape.keys, name) ? name : key;
}

/** Renames the keys of a tree. Unknown keys keep their names. */
export function canonicalTree(shape: TableShape, tree: TomlTable): CanonicalTree {
	const renamer = new Renamer();
	const renamed = renamer.value(shape, tree, []);
	const { names, clashes } = renamer;
	return {
		tree: isTable(renamed) ? renamed : emptyTable(),
		written: (path) =>
			names.size === 0 ? path : path.map((key, index) => names.get(pathKey(path.slice(0, index + 1))) ?? key),
		clashes,
	};
}

/** The path that the program uses for a path as a user may write it. */
export function canonicalPath(root: Shape, path: KeyPath): KeyPath {
	let shape: Shape | undefined = root;
	const result: string[] = [];
	for (const key of path) {
		const name: string = shape?.kind === "table" ? canonicalName(shape, key) : key;
		result.push(name);
		shape = shape === undefined ? undefined : childShape(shape, name);
	}
	return result;
}
