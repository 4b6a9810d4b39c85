// Judges the conditions that span keys, on what all layers make together.

import type { RuleProblem, Shape, TableShape } from "../keys/shape.ts";
import { isList, isTable, type KeyPath, type TomlTable, type TomlValue } from "../tree/tree.ts";
import { childShape } from "./shape-walk.ts";

/** A broken condition. `path` is where to point. */
export interface BrokenRule extends RuleProblem {
	readonly path: KeyPath;
}

function judge(shape: TableShape, table: TomlTable, path: KeyPath): readonly BrokenRule[] {
	const broken = (shape.rules ?? []).flatMap((rule) => rule(table, path.at(-1) ?? ""));
	return broken.map((problem) => ({ ...problem, path: problem.key === undefined ? path : [...path, problem.key] }));
}

function visit(shape: Shape, value: TomlValue, path: KeyPath, found: BrokenRule[]): void {
	if (shape.kind === "table" && isTable(value)) found.push(...judge(shape, value, path));
	if (shape.kind === "list" && isList(value)) {
		for (const [index, item] of value.entries()) visit(shape.item, item, [...path, String(index)], found);
	} else if ((shape.kind === "map" || shape.kind === "table") && isTable(value)) {
		for (const [key, entry] of Object.entries(value)) {
			const inner = childShape(shape, key);
			if (inner !== undefined) visit(inner, entry, [...path, key], found);
		}
	}
}

/** All broken conditions of a merged tree whose values are of their kinds. */
export function brokenRules(shape: Shape, merged: TomlTable): readonly BrokenRule[] {
	const found: BrokenRule[] = [];
	visit(shape, merged, [], found);
	return found;
}
