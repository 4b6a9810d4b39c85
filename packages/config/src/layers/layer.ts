// A layer is a tree of settings with a name and a way to say where each of them was written. Layers are kept apart and
// merged last, so that every value can be explained.

import type { ConfigProblem } from "../check/problem.ts";
import type { KeyPath, TomlTable } from "../tree/tree.ts";

/**
 * The layers, strongest first: flags and `-c`, the shell environment policy, the trusted project, the profile,
 * config.toml, defaults.
 */
export type LayerName = "cli" | "shell_environment_policy" | "project" | "profile" | "config" | "default";

/** Where a value was written. */
export type Place =
	/** A typed flag, for example `--model`. */
	| { readonly kind: "flag"; readonly flag: string }
	/** A `-c`; `key` is what stands before the `=`. Its value is not kept: it may be a secret. */
	| { readonly kind: "override"; readonly key: string }
	| { readonly kind: "variable"; readonly name: string }
	| { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number }
	/** The program itself. */
	| { readonly kind: "built_in" };

/** Who set a value, and where. */
export interface Origin {
	readonly layer: LayerName;
	readonly place: Place;
}

/** One source of settings. */
export interface Layer {
	readonly name: LayerName;
	readonly tree: TomlTable;
	/** Where the value at a path is written; for a path that is not there, its nearest ancestor. */
	place(path: KeyPath): Place;
}

/** A place for people: `--model`, `-c model`, `SPEC_OPS_HAL_MODE`, `/home/u/.code/config.toml:3:1`, `built in`. */
export function formatPlace(place: Place): string {
	switch (place.kind) {
		case "flag":
			return place.flag;
		case "override":
			return `-c ${place.key}`;
		case "variable":
			return `environment variable ${place.name}`;
		case "file":
			return `${place.file}:${place.line}:${place.column}`;
		case "built_in":
			return "built in";
	}
}

/** Makes a problem of a place: a file's position goes into its fields, any other place into the message. */
export function problemAt(place: Place, problem: Pick<ConfigProblem, "message" | "hint" | "key">): ConfigProblem {
	if (place.kind === "file") return { ...problem, file: place.file, line: place.line, column: place.column };
	if (place.kind === "built_in") return problem;
	return { ...problem, message: `${formatPlace(place)}: ${problem.message}` };
}
