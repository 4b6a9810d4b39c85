// All keys of config.toml as one table, and the table of a profile: the same keys except those that choose profiles or
// belong to folders. A profile's keys have no defaults of their own.

import type { Config } from "../config.ts";
import { contextKeys } from "./context-keys.ts";
import { modelKeys } from "./model-keys.ts";
import { programKeys } from "./program-keys.ts";
import { safetyKeys } from "./safety-keys.ts";
import type { KeysOf, TableShape } from "./shape.ts";
import { toolKeys } from "./tool-keys.ts";

const aliases = {
	model_text_verbosity: "model_verbosity",
	model_instructions_file: "experimental_instructions_file",
} as const;

const { profile: _profile, ...withoutProfile } = programKeys;
const { projects: _projects, ...withoutProjects } = safetyKeys;

/** The keys of `[profiles.NAME]` and of `profiles/NAME.toml`. */
export const profileShape: TableShape = {
	kind: "table",
	partial: true,
	aliases,
	doc: "Settings that apply when the profile is chosen",
	keys: { ...modelKeys, ...withoutProjects, ...contextKeys, ...toolKeys, ...withoutProfile },
};

const rootKeys: KeysOf<Config> = {
	...modelKeys,
	...safetyKeys,
	...contextKeys,
	...toolKeys,
	...programKeys,
	profiles: { kind: "map", value: profileShape, doc: "Profiles by name" },
};

/** The keys of config.toml. */
export const rootShape: TableShape = { kind: "table", keys: rootKeys, aliases, doc: "Configuration of Code" };
