// TOML values as plain data, and the few things that are done with them. Tables made here have no prototype, so that a
// key such as `toString` is only there when a user wrote it.

/** A TOML value; dates and times are their text. */
export type TomlValue = string | number | boolean | readonly TomlValue[] | TomlTable;

/** A TOML table. */
export interface TomlTable {
	readonly [key: string]: TomlValue;
}

/** Where a value is: keys from the root, list positions as decimal text. */
export type KeyPath = readonly string[];

/** Deepest nesting of keys and values that is accepted anywhere; real configuration stays below ten. */
export const maxDepth = 64;

const unsafeKeys = new Set(["__proto__", "constructor", "prototype"]);

/** Whether a key could reach an object's prototype in careless code; such keys are refused at every entrance. */
export function isUnsafeKey(key: string): boolean {
	return unsafeKeys.has(key);
}

/** Whether a value is a table. */
export function isTable(value: unknown): value is TomlTable {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: TomlValue | undefined): value is readonly TomlValue[] {
	return Array.isArray(value);
}

/** A table that can be filled. */
export function emptyTable(): TableInProgress {
	return Object.create(null);
}

/** The value at a path, lists entered by position; `undefined` when there is none. */
export function valueAt(root: TomlValue, path: KeyPath): TomlValue | undefined {
	let value: TomlValue | undefined = root;
	for (const key of path) {
		if (isList(value)) value = value[Number(key)];
		else if (isTable(value) && Object.hasOwn(value, key)) value = value[key];
		else return undefined;
	}
	return value;
}

/** A table that holds `value` at `path` and nothing else. */
export function tableWith(path: KeyPath, value: TomlValue): TomlTable {
	let tree = value;
	for (const key of path.toReversed()) {
		const table = emptyTable();
		table[key] = tree;
		tree = table;
	}
	return isTable(tree) ? tree : emptyTable();
}

/** A table that is being filled; every table inside it is its own copy. */
export type TableInProgress = Record<string, TomlValue>;

/**
 * Lays `tree` over `target`: tables merge key by key, everything else (lists too) replaces. `tree` is not changed and no
 * table of it is shared afterwards. Linear in the size of `tree`.
 */
export function mergeInto(target: TableInProgress, tree: TomlTable): void {
	for (const key of Object.keys(tree)) {
		const value = tree[key];
		if (value === undefined) continue;
		if (!isTable(value)) {
			target[key] = value;
			continue;
		}
		const below = target[key];
		const table: TableInProgress = isTable(below) ? below : emptyTable();
		mergeInto(table, value);
		target[key] = table;
	}
}

// One text for a path, unambiguous because no key survives reading with a NUL in it.
const separator = "\0";

/** A path as a map key. */
export function pathKey(path: KeyPath): string {
	return path.join(separator);
}

const bareKey = /^[A-Za-z0-9_-]+$/;

/** A path for people: `agents[0].name`, `projects."/a.b".trust_level`. */
export function formatPath(path: KeyPath): string {
	let text = "";
	for (const key of path) {
		if (/^\d+$/.test(key) && text !== "") text += `[${key}]`;
		else text += `${text === "" ? "" : "."}${bareKey.test(key) ? key : JSON.stringify(key)}`;
	}
	return text;
}

/** Splits what {@link formatPath} makes, and plain dotted keys; `undefined` when a quote is not closed or a part is empty. */
export function parsePath(text: string): KeyPath | undefined {
	if (text.startsWith(".")) return undefined;
	const path: string[] = [];
	const part = /(?:^|\.)(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^."'[\]]+))|\[(\d+)\]/y;
	while (part.lastIndex < text.length) {
		const match = part.exec(text);
		if (match === null) return undefined;
		const quoted = match[1]?.replace(/\\(.)/g, "$1");
		path.push(quoted ?? match[2] ?? match[3] ?? match[4] ?? "");
	}
	return path.length === 0 || path.includes("") ? undefined : path;
}
