// Reads all layers, checks each, merges them. Order, strongest first: typed flags, `-c` (last first), the shell
// environment policy, the project, the profile, config.toml, defaults. Of the repository only the project's settings are
// read, and they count only when it is trusted and within `keys/project-rules.ts`.

import { canonicalPath, canonicalTree } from "./check/canonical.ts";
import type { ConfigProblem } from "./check/problem.ts";
import { brokenRules } from "./check/rules.ts";
import { checkLayer, clashProblems } from "./check/validate.ts";
import type { Config } from "./config.ts";
import { type Paths, pathForReading } from "./home/paths.ts";
import type { Environment } from "./home/surroundings.ts";
import { rootShape } from "./keys/root.ts";
import { policyConflicts } from "./layers/conflicts.ts";
import { environmentPolicyLayers } from "./layers/environment-policy.ts";
import { readTomlFile, type TomlFile } from "./layers/file.ts";
import { type ConfigFlags, flagConflicts, flagLayer } from "./layers/flags.ts";
import { type Layer, type Origin, problemAt } from "./layers/layer.ts";
import { mergeLayers, originOf } from "./layers/merge.ts";
import { overrideLayers, readOverrides } from "./layers/override.ts";
import { type ProfileReading, readProfile } from "./layers/profile.ts";
import { parseConfig } from "./parse-config.ts";
import { formatPath, type KeyPath, type TomlTable, tableWith, valueAt } from "./tree/tree.ts";
import type { ProjectReading } from "./trust/project-layer.ts";
import type { ProjectLayer } from "./trust/project-report.ts";
import { findRepository, hasSettingsFolder, isOwnFolder } from "./trust/repository.ts";

/** A configuration and all that is known about where it comes from. */
export interface LoadedConfig {
	readonly kind: "ok";
	readonly config: Config;
	/** What is wrong but stops nothing: unknown keys and the like. */
	readonly warnings: readonly ConfigProblem[];
	/** Who set a key (dotted path as list); `undefined` when nobody did and the default applies. */
	readonly origins: (path: KeyPath) => Origin | undefined;
	/** All layers, strongest first, without the defaults. */
	readonly layers: readonly Layer[];
	/** `-c` that a later `-c` replaced; they count for nothing. */
	readonly replaced: readonly Layer[];
	readonly flags: ConfigFlags;
	/** The profile that applies. */
	readonly profile?: string;
	/** What became of the repository's own settings. */
	readonly projectLayer: ProjectLayer;
	/** Files whose settings are in the layers. */
	readonly files: readonly string[];
}

/** A configuration, or everything that is wrong with it. At least one problem; exit code 2. */
export type ConfigResult = LoadedConfig | { readonly kind: "error"; readonly problems: readonly ConfigProblem[] };

interface Sources {
	readonly typed: ConfigFlags;
	readonly flags: Layer | undefined;
	readonly overrides: readonly Layer[];
	readonly replaced: readonly Layer[];
	readonly file: TomlFile | undefined;
	readonly fileLayer: Layer | undefined;
	readonly profile: ProfileReading;
}

/** Reads what there is to read, and stops at what cannot even be read. */
async function readSources(paths: Paths, flags: ConfigFlags): Promise<Sources | readonly ConfigProblem[]> {
	const problems: ConfigProblem[] = [...flagConflicts(flags)];
	const reading = await readOverrides(flags.overrides);
	problems.push(...reading.problems);
	const canonical = reading.overrides.map((override) => {
		const path = canonicalPath(rootShape, override.path);
		const { tree } = canonicalTree(rootShape, tableWith(path, override.value));
		return { ...override, path, value: valueAt(tree, path) ?? override.value };
	});
	const { live, replaced } = overrideLayers(canonical);
	const readsFiles = flags.ignoreUserConfig !== true;
	const fileReading = readsFiles ? await readTomlFile(pathForReading(paths, paths.config), rootShape) : undefined;
	if (fileReading?.kind === "problem") problems.push(fileReading.problem);
	const file = fileReading?.kind === "file" ? fileReading.file : undefined;
	const fileLayer: Layer | undefined = file && { name: "config", tree: file.tree, place: (path) => file.place(path) };
	if (problems.length > 0) return problems;
	const layers = fileLayer === undefined ? live : [...live, fileLayer];
	const profile = await readProfile({ paths, flag: flags.profile, layers, readsFiles });
	if (profile.problems.length > 0) return profile.problems;
	return { typed: flags, flags: flagLayer(flags), overrides: live, replaced, file, fileLayer, profile };
}

/** A profile's file as if it stood in config.toml, so that one table of keys describes both. */
function asProfileTable(name: string, file: TomlFile): Layer {
	return {
		name: "profile",
		tree: tableWith(["profiles", name], file.tree),
		place: (path) => file.place(path.slice(2)),
	};
}

async function checkSources(sources: Sources): Promise<{ errors: ConfigProblem[]; unknown: ConfigProblem[] }> {
	const { flags, overrides, file, fileLayer, profile } = sources;
	const checked: Layer[] = [...overrides];
	const errors: ConfigProblem[] = [];
	if (flags !== undefined) checked.unshift(flags);
	if (fileLayer !== undefined && file !== undefined) {
		checked.push(fileLayer);
		errors.push(...clashProblems(fileLayer, file.clashes));
	}
	if (profile.file !== undefined && profile.name !== undefined) {
		const layer = asProfileTable(profile.name, profile.file);
		checked.push(layer);
		errors.push(
			...clashProblems(
				layer,
				profile.file.clashes.map((clash) => ({ ...clash, path: ["", "", ...clash.path] })),
			),
		);
	}
	const unknown: ConfigProblem[] = [];
	for (const layer of checked) {
		const findings = await checkLayer(layer);
		errors.push(...findings.errors);
		unknown.push(...findings.unknown);
	}
	return { errors, unknown };
}

/** The file of the layer of a project. */
function projectFile({ report }: ProjectReading): string | undefined {
	return report.state === "loaded" ? report.file : undefined;
}

interface Merged {
	readonly layers: readonly Layer[];
	readonly tree: TomlTable;
	readonly errors: readonly ConfigProblem[];
	readonly warnings: readonly ConfigProblem[];
}

const noProject: ProjectReading = { report: { state: "none" }, errors: [], warnings: [] };

/** The repository's part. All that it needs is loaded only when there is a repository with a folder of settings. */
async function readProjectOf(sources: Sources, environment: Environment, paths: Paths): Promise<ProjectReading> {
	const root = findRepository(environment.cwd);
	if (root === undefined || !hasSettingsFolder(root)) return noProject;
	if (isOwnFolder(root, { paths, homedir: environment.homedir })) return noProject;
	const { readProject } = await import("./trust/project-layer.ts");
	const { cli, files } = userLayers(sources);
	const { trust, ignoreUserConfig } = sources.typed;
	const readsFiles = ignoreUserConfig !== true;
	return await readProject({ root, paths, trust: trust === true, readsFiles, above: cli, below: files });
}

/** The user's layers of texts, strongest first. */
function userLayers(sources: Sources): { readonly cli: readonly Layer[]; readonly files: readonly Layer[] } {
	return {
		cli: sources.flags === undefined ? sources.overrides : [sources.flags, ...sources.overrides],
		files: [...sources.profile.layers, ...(sources.fileLayer === undefined ? [] : [sources.fileLayer])],
	};
}

/** Merges checked layers and judges what only the whole can show. */
function mergeSources(sources: Sources, environment: Environment, project: Layer | undefined): Merged {
	const { cli, files: ownFiles } = userLayers(sources);
	const files = project === undefined ? ownFiles : [project, ...ownFiles];
	// A project only makes policies stricter: it contradicts nobody.
	const toml = [...sources.overrides, ...ownFiles];
	const withoutPolicy = mergeLayers([...cli, ...files]);
	const policy = environmentPolicyLayers({
		env: environment.env,
		set: valueAt(withoutPolicy, ["shell_environment_policy", "set"]),
		originOf: (name) => originOf(toml, ["shell_environment_policy", "set", name]),
	});
	const layers = [...cli, ...policy.layers, ...files];
	const tree = policy.layers.length === 0 ? withoutPolicy : mergeLayers(layers);
	const errors: ConfigProblem[] = [...policy.problems, ...policyConflicts(toml, tree)];
	const warnings: ConfigProblem[] = [];
	for (const { path, message, hint, warning } of brokenRules(rootShape, tree)) {
		const key = formatPath(path);
		const place = originOf(layers, path)?.place ?? { kind: "built_in" as const };
		const problem = problemAt(place, { key, message: `\`${key}\`: ${message}`, hint });
		(warning === true ? warnings : errors).push(problem);
	}
	return { layers, tree, errors, warnings };
}

/**
 * Reads, checks and merges all layers.
 *
 * Contract: never throws and never rejects. Reads only files of the home (and of the legacy home for a file that home
 * lacks), at most 4 MiB each, and, when the working directory is in a repository with a folder of settings, what
 * `takeSnapshot` reads there; starts nothing and opens no connection. All problems of a stage are reported together. The TOML parser is loaded when a file or a
 * `-c` needs it, zod only when a value is doubtful; that is why it is asynchronous.
 */
export async function loadConfig(environment: Environment, paths: Paths, flags: ConfigFlags): Promise<ConfigResult> {
	const sources = await readSources(paths, flags);
	if (!("overrides" in sources)) return { kind: "error", problems: sources };
	const { errors, unknown } = await checkSources(sources);
	if (flags.strict === true) errors.push(...unknown);
	if (errors.length > 0) return { kind: "error", problems: errors };
	const project = await readProjectOf(sources, environment, paths);
	const projectErrors = flags.strict === true ? [...project.errors, ...project.warnings] : project.errors;
	if (projectErrors.length > 0) return { kind: "error", problems: projectErrors };
	const merged = mergeSources(sources, environment, project.layer);
	if (merged.errors.length > 0) return { kind: "error", problems: merged.errors };
	const { file, profile, replaced } = sources;
	return {
		kind: "ok",
		config: parseConfig(merged.tree),
		warnings: [...(flags.strict === true ? [] : [...unknown, ...project.warnings]), ...merged.warnings],
		origins: (path) => originOf(merged.layers, path),
		layers: merged.layers,
		replaced,
		flags,
		...(profile.name === undefined ? {} : { profile: profile.name }),
		projectLayer: project.report,
		files: [file?.file, profile.file?.file, project.layer && projectFile(project)].filter((name) => name !== undefined),
	};
}
