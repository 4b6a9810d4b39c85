// The one place where a checked tree becomes the typed configuration.

import { tableWithDefaults } from "./check/defaults.ts";
import type { Config } from "./config.ts";
import { rootShape } from "./keys/root.ts";
import type { TomlTable } from "./tree/tree.ts";

/** Applies defaults to a merged tree whose layers were all checked against the same tables of keys. */
export function parseConfig(merged: TomlTable): Config {
	return tableWithDefaults(rootShape, merged) as unknown as Config;
}
