// A TOML file as a layer. A file that is not there is no layer and no problem.

import { type CanonicalTree, canonicalTree } from "../check/canonical.ts";
import type { ConfigProblem } from "../check/problem.ts";
import { readTextFile } from "../files/text-file.ts";
import type { TableShape } from "../keys/shape.ts";
import { createPositionIndex } from "../toml/positions.ts";
import type { KeyPath, TomlTable } from "../tree/tree.ts";
import type { Place } from "./layer.ts";

/** A TOML file that was read. */
export interface TomlFile {
	readonly file: string;
	readonly tree: TomlTable;
	readonly clashes: CanonicalTree["clashes"];
	/** Where the value at a path of `tree` is written. */
	place(path: KeyPath): Place;
}

/** What became of a file. */
export type TomlFileReading =
	| { readonly kind: "file"; readonly file: TomlFile }
	| { readonly kind: "absent" }
	| { readonly kind: "problem"; readonly problem: ConfigProblem };

/** Reads a TOML file whose keys are described by `shape`. Never throws; the TOML parser is loaded when there is a file. */
export async function readTomlFile(path: string, shape: TableShape): Promise<TomlFileReading> {
	const reading = readTextFile(path);
	if (reading.kind === "absent") return reading;
	if (reading.kind === "problem") {
		const hint = "repair it, move it away, or run with `--ignore-user-config`";
		return { kind: "problem", problem: { file: path, message: `the file ${reading.reason}`, hint } };
	}
	return await tomlFileOf(path, reading.text, shape);
}

/** A TOML file from its text. `path` is only named, never opened. Never throws; loads the TOML parser. */
export async function tomlFileOf(
	path: string,
	text: string,
	shape: TableShape,
): Promise<Exclude<TomlFileReading, { readonly kind: "absent" }>> {
	const { parseToml } = await import("../toml/parse-toml.ts");
	const document = parseToml(text);
	if (document.kind === "problem") {
		const { reason, line, column } = document;
		const hint = "correct the line or remove it";
		return { kind: "problem", problem: { file: path, line, column, message: `not valid TOML: ${reason}`, hint } };
	}
	const { tree, written, clashes } = canonicalTree(shape, document.table);
	const positions = createPositionIndex(text);
	const place = (key: KeyPath): Place => ({ kind: "file", file: path, ...positions.find(written(key)) });
	return { kind: "file", file: { file: path, tree, clashes, place } };
}
