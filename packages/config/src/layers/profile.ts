// Which profile applies and what it says: `[profiles.NAME]` of config.toml, `profiles/NAME.toml` over it, and what `-c
// profiles.NAME.…` adds on top.

import { join } from "node:path";
import { nearestNames } from "../check/nearest.ts";
import type { ConfigProblem } from "../check/problem.ts";
import { type Paths, pathForReading } from "../home/paths.ts";
import { profileShape } from "../keys/root.ts";
import { isTable, valueAt } from "../tree/tree.ts";
import { readTomlFile, type TomlFile } from "./file.ts";
import { type Layer, type Place, problemAt } from "./layer.ts";

/** The chosen profile. */
export interface ProfileReading {
	/** `undefined` when no profile is chosen. */
	readonly name?: string;
	/** Strongest first. */
	readonly layers: readonly Layer[];
	/** The file of the profile, to be checked. */
	readonly file?: TomlFile;
	readonly problems: readonly ConfigProblem[];
}

/** What a profile is looked for in. */
export interface ProfileSources {
	readonly paths: Paths;
	/** `--profile`. */
	readonly flag: string | undefined;
	/** The layers that may name or hold a profile, strongest first: `-c`, then config.toml. */
	readonly layers: readonly Layer[];
	/** Whether `profiles/NAME.toml` may be read. */
	readonly readsFiles: boolean;
}

// Becomes a file name: no separators, no leading dot.
const profileName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/;

function chosen({ flag, layers }: ProfileSources): { readonly name: string; readonly place: Place } | undefined {
	if (flag !== undefined) return { name: flag, place: { kind: "flag", flag: "--profile" } };
	for (const layer of layers) {
		const name = layer.tree["profile"];
		if (typeof name === "string") return { name, place: layer.place(["profile"]) };
	}
	return undefined;
}

function knownProfiles(layers: readonly Layer[]): readonly string[] {
	return layers.flatMap((layer) => {
		const profiles = layer.tree["profiles"];
		return isTable(profiles) ? Object.keys(profiles) : [];
	});
}

function notFound(name: string, place: Place, sources: ProfileSources): ConfigProblem {
	const nearest = nearestNames(name, knownProfiles(sources.layers))[0];
	const file = join(sources.paths.profilesDir, `${name}.toml`);
	return problemAt(place, {
		key: "profile",
		message: `config profile \`${name}\` not found`,
		hint:
			nearest === undefined
				? `add \`[profiles.${name}]\` to config.toml or write ${file}`
				: `did you mean \`${nearest}\`?`,
	});
}

/** Reads the chosen profile. */
export async function readProfile(sources: ProfileSources): Promise<ProfileReading> {
	const choice = chosen(sources);
	if (choice === undefined) return { layers: [], problems: [] };
	const { name, place } = choice;
	if (!profileName.test(name)) {
		const hint = "use letters, digits, `_`, `-` and `.`, at most 100 of them";
		const problem = problemAt(place, {
			key: "profile",
			message: `\`${name.slice(0, 100)}\` cannot name a profile`,
			hint,
		});
		return { layers: [], problems: [problem] };
	}
	const tables: { readonly name: Layer["name"]; readonly layer: Layer }[] = [];
	for (const source of sources.layers) {
		const table = valueAt(source.tree, ["profiles", name]);
		if (!isTable(table)) continue;
		const layer: Layer = { name: "profile", tree: table, place: (path) => source.place(["profiles", name, ...path]) };
		tables.push({ name: source.name, layer });
	}
	const path = pathForReading(sources.paths, join(sources.paths.profilesDir, `${name}.toml`));
	const reading = sources.readsFiles ? await readTomlFile(path, profileShape) : { kind: "absent" as const };
	if (reading.kind === "problem") return { name, layers: [], problems: [reading.problem] };
	if (reading.kind === "absent" && tables.length === 0) {
		return { name, layers: [], problems: [notFound(name, place, sources)] };
	}
	const above = tables.filter(({ name: source }) => source === "cli").map(({ layer }) => layer);
	const below = tables.filter(({ name: source }) => source !== "cli").map(({ layer }) => layer);
	if (reading.kind === "absent") return { name, layers: [...above, ...below], problems: [] };
	const { file } = reading;
	const fileLayer: Layer = { name: "profile", tree: file.tree, place: (key) => file.place(key) };
	return { name, layers: [...above, fileLayer, ...below], file, problems: [] };
}
