// Changes the user's config.toml under its lock: read, edit the text, replace in one step. A file that stands only in the
// legacy home is read there and written to ours, so that nothing of it is lost.

import { type Paths, pathForReading } from "../home/paths.ts";
import type { KeyPath, TomlTable } from "../tree/tree.ts";
import { withFileLock } from "./file-lock.ts";
import { readTextFile } from "./text-file.ts";
import { writeFileAtomic } from "./write-file-atomic.ts";

/** One table to set, or to remove when `table` is absent. */
export interface ConfigChange {
	readonly path: KeyPath;
	readonly table?: TomlTable;
}

/** What became of an edit; `refused`: one sentence, and nothing was written. */
export type ConfigEdit =
	| { readonly kind: "written"; readonly file: string }
	| { readonly kind: "absent" }
	| { readonly kind: "refused"; readonly message: string };

/**
 * Edits config.toml, which need not exist.
 *
 * @throws ConfigError when it cannot be locked or written.
 */
export async function editConfig(paths: Paths, { path, table }: ConfigChange): Promise<ConfigEdit> {
	const file = paths.config;
	// The parser is loaded when there is something to edit.
	const { removeTomlTable, setTomlTable } = await import("../toml/edit-table.ts");
	return await withFileLock(file, async (): Promise<ConfigEdit> => {
		const source = pathForReading(paths, file);
		const reading = readTextFile(source);
		if (reading.kind === "problem") return { kind: "refused", message: `${source} ${reading.reason}` };
		const text = reading.kind === "text" ? reading.text : "";
		const edited = table === undefined ? removeTomlTable(text, path) : setTomlTable(text, path, table);
		switch (edited.kind) {
			case "absent":
				return edited;
			case "refused":
				return { kind: "refused", message: `${source} ${edited.reason}` };
			case "edited":
				await writeFileAtomic(file, edited.text);
				return { kind: "written", file };
		}
	});
}
