// `-c key=value`: the key is a dotted path without quoting, the value is TOML, and what is not TOML is text. Later ones
// win over earlier ones; each stays a layer of its own, so that the losers can be named.

import type { ConfigProblem } from "../check/problem.ts";
import { isUnsafeKey, type KeyPath, maxDepth, pathKey, type TomlValue, tableWith } from "../tree/tree.ts";
import type { Layer } from "./layer.ts";

/** A `-c` that was understood. */
export interface Override {
	/** What stands before the `=`. */
	readonly key: string;
	readonly path: KeyPath;
	readonly value: TomlValue;
}

/** All `-c` of a command line, in its order. */
export interface OverridesReading {
	readonly overrides: readonly Override[];
	readonly problems: readonly ConfigProblem[];
}

type ReadToml = (text: string) => TomlValue | undefined;

const wholeNumber = /^[+-]?(?:0|[1-9]\d{0,14})$/;
const plainQuoted = /^(?:"[^"\\\p{Cc}]*"|'[^'\p{Cc}]*')$/u;
// Begins with a letter, so that it can be no number, date, list or table; what could be a TOML word is listed.
const plainWords = /^[A-Za-z_][A-Za-z0-9_ ./:@-]*$/;
const tomlWords = new Set(["true", "false", "inf", "nan"]);

/** A value that is certain without a TOML parser; `undefined` when one is needed. */
export function quickValue(text: string): TomlValue | undefined {
	if (text === "true" || text === "false") return text === "true";
	if (text === "") return "";
	if (wholeNumber.test(text)) return Number(text) + 0;
	if (plainQuoted.test(text)) return text.slice(1, -1);
	return plainWords.test(text) && !tomlWords.has(text) ? text : undefined;
}

/** Text that is not TOML: outer quotes are dropped, as users mean them. */
function asPlainText(text: string): string {
	return text.replace(/^["']+|["']+$/g, "");
}

function problem(message: string, hint: string): ConfigProblem {
	return { message: `Error parsing -c overrides: ${message}`, hint };
}

function pathProblem(key: string, path: KeyPath): ConfigProblem | undefined {
	if (path.length > maxDepth) {
		const start = key.length > 40 ? `${key.slice(0, 40)}…` : key;
		return problem(`key \`${start}\` has ${path.length} parts, at most ${maxDepth} are allowed`, "shorten it");
	}
	if (path.includes("")) return problem(`key \`${key}\` has an empty part`, "remove the extra dot");
	const unsafe = path.find(isUnsafeKey);
	return unsafe === undefined ? undefined : problem(`\`${unsafe}\` cannot be part of a key`, "remove it");
}

/** Splits one `-c` at its first `=`; the value is still text. */
function split(text: string): { readonly key: string; readonly path: KeyPath; readonly raw: string } | ConfigProblem {
	const equals = text.indexOf("=");
	if (equals < 0) {
		const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
		return problem(`Invalid override (missing '='): ${shown}`, "write it as key=value");
	}
	const key = text.slice(0, equals).trim();
	if (key === "") return problem("Invalid override (empty key)", "write it as key=value");
	const path = key.split(".");
	return pathProblem(key, path) ?? { key, path, raw: text.slice(equals + 1).trim() };
}

/** Reads `-c` texts. The TOML parser is loaded only when a value needs it. */
export async function readOverrides(texts: readonly string[]): Promise<OverridesReading> {
	const overrides: Override[] = [];
	const problems: ConfigProblem[] = [];
	let readToml: ReadToml | undefined;
	for (const text of texts) {
		const parts = split(text);
		if ("message" in parts) {
			problems.push(parts);
			continue;
		}
		let value = quickValue(parts.raw);
		if (value === undefined) {
			readToml ??= (await import("../toml/parse-toml.ts")).parseTomlValue;
			value = readToml(parts.raw) ?? asPlainText(parts.raw);
		}
		overrides.push({ key: parts.key, path: parts.path, value });
	}
	return { overrides, problems };
}

/** Whether one of `paths` is `path` or leads to it. */
function isCovered(path: KeyPath, paths: ReadonlySet<string>): boolean {
	return path.some((_, index) => paths.has(pathKey(path.slice(0, index + 1))));
}

/**
 * One layer for each `-c`, strongest (last) first. One that a later `-c` replaces, because that one sets the same key or
 * a table around it, is in `replaced`: it counts for nothing and is shown as a loser.
 */
export function overrideLayers(overrides: readonly Override[]): {
	readonly live: readonly Layer[];
	readonly replaced: readonly Layer[];
} {
	const live: Layer[] = [];
	const replaced: Layer[] = [];
	const later = new Set<string>();
	for (const { key, path, value } of overrides.toReversed()) {
		const layer: Layer = { name: "cli", tree: tableWith(path, value), place: () => ({ kind: "override", key }) };
		(isCovered(path, later) ? replaced : live).push(layer);
		later.add(pathKey(path));
	}
	return { live, replaced };
}
