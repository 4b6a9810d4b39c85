// Ways through the tables of keys.

import type { Shape } from "../keys/shape.ts";
import { formatPath, type KeyPath } from "../tree/tree.ts";

/** The description of a child, when its parent has one. */
export function childShape(shape: Shape, key: string): Shape | undefined {
	switch (shape.kind) {
		case "table":
			return Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
		case "map":
			return shape.value;
		case "list":
			return /^\d+$/.test(key) ? shape.item : undefined;
		case "open":
			return shape;
		case "either":
			return shape.options.find((option) => option.kind === "list")?.item;
		case "boolean":
		case "number":
		case "text":
		case "choice":
			return undefined;
	}
}

/** The description of the value at a path. */
export function shapeAt(root: Shape, path: KeyPath): Shape | undefined {
	let shape: Shape | undefined = root;
	for (const key of path) shape = shape === undefined ? undefined : childShape(shape, key);
	return shape;
}

/** Keys of this name in the tables below a table, dotted; contents of maps and lists are not searched. */
export function keysNamed(name: string, shape: Shape, path: KeyPath = []): readonly string[] {
	if (shape.kind !== "table") return [];
	return Object.entries(shape.keys).flatMap(([key, inner]) =>
		key === name ? [formatPath([...path, key])] : keysNamed(name, inner, [...path, key]),
	);
}
