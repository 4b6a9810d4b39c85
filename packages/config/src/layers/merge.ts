// Layers into one tree, and the way back: who set a value, and who lost. The way back asks the layers again instead of
// keeping books while merging, so that a run that explains nothing pays nothing.

import { emptyTable, isTable, type KeyPath, mergeInto, type TomlTable, type TomlValue, valueAt } from "../tree/tree.ts";
import type { Layer, Origin } from "./layer.ts";

/** A value that a layer gives, with its origin. */
export interface LayerValue {
	readonly value: TomlValue;
	readonly origin: Origin;
}

/** Layers, strongest first, into one tree. */
export function mergeLayers(layers: readonly Layer[]): TomlTable {
	const merged = emptyTable();
	for (const layer of layers.toReversed()) mergeInto(merged, layer.tree);
	return merged;
}

/** Whether a tree puts something that is no table where `path` would need one. */
function cutsOff(tree: TomlTable, path: KeyPath): boolean {
	let value: TomlValue | undefined = tree;
	for (const key of path.slice(0, -1)) {
		value = isTable(value) ? value[key] : undefined;
		if (value === undefined) return false;
		if (!isTable(value)) return true;
	}
	return false;
}

/**
 * What the layers say about one path, strongest first. The first is the winner unless `cut` is true: then a stronger
 * layer has no table there, and all of them lost. Lists are values as a whole: a path into one is asked for its list.
 */
export function valuesOf(
	layers: readonly Layer[],
	path: KeyPath,
): { readonly values: readonly LayerValue[]; readonly cut: boolean } {
	const values: LayerValue[] = [];
	let cut = false;
	for (const layer of layers) {
		const value = valueAt(layer.tree, path);
		if (value !== undefined) values.push({ value, origin: { layer: layer.name, place: layer.place(path) } });
		else if (values.length === 0 && cutsOff(layer.tree, path)) cut = true;
	}
	return { values, cut };
}

/** Who set the value at a path; `undefined` when no layer did. */
export function originOf(layers: readonly Layer[], path: KeyPath): Origin | undefined {
	return valuesOf(layers, path).values[0]?.origin;
}
