// Why a key has its value: who set it and where, who lost, what the default is and what the key means. Nothing secret
// is in an explanation.

import { canonicalPath } from "../check/canonical.ts";
import { defaultOf } from "../check/defaults.ts";
import { nearestNames } from "../check/nearest.ts";
import { maskAt } from "../check/secrets.ts";
import { childShape, keysNamed, shapeAt } from "../check/shape-walk.ts";
import { expectation } from "../check/validate.ts";
import { rootShape } from "../keys/root.ts";
import type { Shape } from "../keys/shape.ts";
import type { Origin } from "../layers/layer.ts";
import { type LayerValue, valuesOf } from "../layers/merge.ts";
import type { LoadedConfig } from "../load-config.ts";
import { formatPath, isTable, type KeyPath, parsePath, type TomlValue, valueAt } from "../tree/tree.ts";

/** A value that some layer gave, as it may be shown. */
export interface ExplainedValue {
	readonly value: TomlValue;
	readonly origin: Origin;
}

/** One value explained. */
export interface ValueExplanation {
	readonly kind: "value";
	/** The key's one name, dotted. */
	readonly key: string;
	/** The effective value; absent when nobody set it and there is no default. */
	readonly value?: TomlValue;
	/** Who gave the value; the layer `default` when nobody set it. */
	readonly origin: Origin;
	/** Values that lost, strongest first. */
	readonly losers: readonly ExplainedValue[];
	readonly default?: TomlValue;
	/** What the key does; absent inside tables whose contents are not described. */
	readonly doc?: string;
	/** What a value may be, for example ``one of `low`, `medium`, `high` ``. */
	readonly expected?: string;
}

/** What is known about a key. */
export type Explanation =
	| ValueExplanation
	/** A table: each value below it that is set or described. */
	| {
			readonly kind: "table";
			readonly key: string;
			readonly doc?: string;
			readonly entries: readonly ValueExplanation[];
	  }
	/** No such key; `nearest` are names that come near, best first, at most three. */
	| { readonly kind: "unknown"; readonly key: string; readonly nearest: readonly string[] };

const builtIn: Origin = { layer: "default", place: { kind: "built_in" } };

/** Every layer in the order of strength, replaced `-c` right after the live ones: they can only be losers. */
function candidates(result: LoadedConfig, path: KeyPath): { winner?: LayerValue; losers: readonly LayerValue[] } {
	const { values, cut } = valuesOf(result.layers, path);
	const replaced = valuesOf(result.replaced, path).values;
	const [first, ...rest] = values;
	if (first === undefined || cut) return { losers: [...replaced, ...values] };
	const isCli = (entry: LayerValue): boolean => entry.origin.layer === "cli";
	const losers = [...rest.filter(isCli), ...replaced, ...rest.filter((entry) => !isCli(entry))];
	return { winner: first, losers };
}

function explainValue(result: LoadedConfig, path: KeyPath): ValueExplanation {
	const shape = shapeAt(rootShape, path);
	const isDescribed = shape !== undefined && shapeAt(rootShape, path.slice(0, -1))?.kind !== "open";
	const { winner, losers } = candidates(result, path);
	const preset = isDescribed ? entryDefault(shape, path) : undefined;
	const shown = (value: TomlValue): TomlValue => maskAt(rootShape, path, value);
	const value = winner?.value ?? preset;
	return {
		kind: "value",
		key: formatPath(path),
		...(value === undefined ? {} : { value: shown(value) }),
		origin: winner?.origin ?? builtIn,
		losers: losers.map((loser) => ({ value: shown(loser.value), origin: loser.origin })),
		...(preset === undefined ? {} : { default: preset }),
		...(isDescribed ? { doc: shape.doc, expected: expectation(shape) } : {}),
	};
}

/** The default, which keys of a profile do not have. */
function entryDefault(shape: Shape, path: KeyPath): TomlValue | undefined {
	return path[0] === "profiles" ? undefined : defaultOf(shape);
}

/** Paths of all single values (lists count as one) at and below `path`, set or described. */
function leafPaths(shape: Shape | undefined, effective: TomlValue | undefined, path: KeyPath): readonly KeyPath[] {
	if (shape?.kind === "table") {
		const isPartial = path[0] === "profiles";
		return Object.entries(shape.keys).flatMap(([key, inner]) => {
			const value = isTable(effective) ? effective[key] : undefined;
			return value === undefined && (isPartial || isOptional(inner)) ? [] : leafPaths(inner, value, [...path, key]);
		});
	}
	if (isTable(effective)) {
		const entries = Object.entries(effective);
		if (entries.length === 0) return [path];
		return entries.flatMap(([key, value]) => leafPaths(shape && childShape(shape, key), value, [...path, key]));
	}
	return [path];
}

const isOptional = (shape: Shape): boolean => "optional" in shape && shape.optional === true;

function effectiveAt(result: LoadedConfig, path: KeyPath): TomlValue | undefined {
	let value: unknown = result.config;
	for (const key of path) value = isTable(value) ? value[key] : undefined;
	return isTomlValue(value) ? value : undefined;
}

function isTomlValue(value: unknown): value is TomlValue {
	return value !== undefined && value !== null;
}

function isSet(result: LoadedConfig, path: KeyPath): boolean {
	return [...result.layers, ...result.replaced].some((layer) => valueAt(layer.tree, path) !== undefined);
}

/** Names that come near a key that does not exist. */
function nearestKeys(result: LoadedConfig, path: KeyPath): readonly string[] {
	const depth = path.findIndex((_, index) => shapeAt(rootShape, path.slice(0, index + 1)) === undefined);
	// Every part may exist: then the last one is a name of the user's that is not set.
	const parentPath = path.slice(0, depth < 0 ? -1 : depth);
	const parent = shapeAt(rootShape, parentPath);
	const siblings = parent?.kind === "table" ? parent.keys : effectiveAt(result, parentPath);
	const known = typeof siblings === "object" ? Object.keys(siblings) : [];
	const near = nearestNames(path[parentPath.length] ?? "", known, 3).map((key) => formatPath([...parentPath, key]));
	return near.length > 0 ? near : keysNamed(path.at(-1) ?? "", rootShape).slice(0, 3);
}

/** The path up to the first list: layers replace a list as a whole, so it is explained as one value. */
function upToList(path: KeyPath): KeyPath {
	const at = path.findIndex((_, index) => shapeAt(rootShape, path.slice(0, index + 1))?.kind === "list");
	return at < 0 ? path : path.slice(0, at + 1);
}

/** Explains one key, dotted; parts that hold dots are quoted: `projects."/a.b".trust_level`. Never throws. */
export function explainKey(result: LoadedConfig, key: string): Explanation {
	const parsed = parsePath(key);
	if (parsed === undefined) return { kind: "unknown", key, nearest: [] };
	const path = upToList(canonicalPath(rootShape, parsed));
	const shape = shapeAt(rootShape, path);
	const effective = effectiveAt(result, path);
	const isEntry = shapeAt(rootShape, path.slice(0, -1))?.kind;
	const mustBeSet = isEntry === "map" || isEntry === "open" || isEntry === "list";
	if (shape === undefined || (mustBeSet && effective === undefined && !isSet(result, path))) {
		return { kind: "unknown", key: formatPath(path), nearest: nearestKeys(result, path) };
	}
	const isGroup = shape.kind === "table" || ((shape.kind === "map" || shape.kind === "open") && isTable(effective));
	if (!isGroup || (isEntry === "open" && !isTable(effective))) return explainValue(result, path);
	const entries = leafPaths(shape, effective, path).map((leaf) => explainValue(result, leaf));
	return { kind: "table", key: formatPath(path), doc: shape.doc, entries };
}

/** Explains every value that is set or has a description, in the order of the tables of keys. */
export function explainAll(result: LoadedConfig): readonly ValueExplanation[] {
	return leafPaths(rootShape, effectiveAt(result, []), []).map((path) => explainValue(result, path));
}
