// The project's layer: found, judged and restricted. What takes effect comes from the snapshot that was judged, never
// from a second look at the disk. Loaded only when a repository has a folder of settings.

import { tableWithDefaults } from "../check/defaults.ts";
import type { ConfigProblem } from "../check/problem.ts";
import { checkLayer, clashProblems } from "../check/validate.ts";
import { rootShape } from "../keys/root.ts";
import { tomlFileOf } from "../layers/file.ts";
import { type Layer, problemAt } from "../layers/layer.ts";
import { mergeLayers } from "../layers/merge.ts";
import { formatPath, valueAt } from "../tree/tree.ts";
import { judgeFolder } from "./judge.ts";
import type { IgnoredProject, LoadedProject, ProjectLayer } from "./project-report.ts";
import { isUnsafe } from "./read-inside.ts";
import { restrictTree } from "./restrict.ts";
import { type Snapshot, settingsFile, takeSnapshot } from "./snapshot.ts";
import type { TrustPaths, TrustState } from "./trust-state.ts";

/** What is needed to judge a project. */
export interface ProjectSources {
	/** Root of the repository, a real path. */
	readonly root: string;
	readonly paths: TrustPaths;
	/** `--trust`: trusted for this run, whatever the store says. */
	readonly trust: boolean;
	/** Whether the store, a file of the home, may be read. */
	readonly readsFiles: boolean;
	/** The user's layers above the project, strongest first. */
	readonly above: readonly Layer[];
	/** The user's layers below the project, strongest first. */
	readonly below: readonly Layer[];
}

/** The project's part of a configuration. */
export interface ProjectReading {
	readonly report: ProjectLayer;
	readonly layer?: Layer;
	readonly errors: readonly ConfigProblem[];
	/** Unknown keys and values without effect. */
	readonly warnings: readonly ConfigProblem[];
}

type Verdict =
	| { readonly kind: "take"; readonly snapshot: Snapshot; readonly reason: string }
	| { readonly kind: "ignore"; readonly report: IgnoredProject }
	| { readonly kind: "none" };

function fileOf(snapshot: Snapshot): { readonly file?: string } {
	const file = settingsFile(snapshot.files);
	return file === undefined ? {} : { file: `${snapshot.root}/${file.path}` };
}

function ignoreUntrusted(root: string, reason: string, snapshot?: Snapshot): Verdict {
	const file = snapshot === undefined ? {} : fileOf(snapshot);
	return { kind: "ignore", report: { state: "ignored-untrusted", root, ...file, reason } };
}

function trustedReason(state: TrustState & { readonly kind: "trusted" }): string {
	const since = `trusted since ${new Date(state.trustedAtMs).toISOString()}`;
	return state.inheritedFrom === undefined ? since : `${since} through ${state.inheritedFrom}`;
}

function verdictOf(state: TrustState): Verdict {
	const { root } = state;
	if (state.kind === "untrustable") return ignoreUntrusted(root, state.reason);
	const { snapshot } = state;
	if (snapshot.files.size === 0) return { kind: "none" };
	switch (state.kind) {
		case "trusted":
			return { kind: "take", snapshot, reason: trustedReason(state) };
		case "untrusted":
			return ignoreUntrusted(root, state.storeProblem ?? "the folder is not trusted", snapshot);
		case "changed": {
			const { files: changes } = state;
			const count = changes.length === 1 ? "1 file was" : `${changes.length} files were`;
			const reason = `${count} changed after the folder was trusted`;
			return { kind: "ignore", report: { state: "ignored-changed", root, ...fileOf(snapshot), reason, changes } };
		}
	}
}

async function decide(sources: ProjectSources): Promise<Verdict> {
	const { root, paths } = sources;
	if (sources.trust) {
		const snapshot = await takeSnapshot(root);
		if (isUnsafe(snapshot)) {
			const path = snapshot.path === "" ? root : `${root}/${snapshot.path}`;
			return ignoreUntrusted(root, `${path} ${snapshot.reason}`);
		}
		return snapshot.files.size === 0 ? { kind: "none" } : { kind: "take", snapshot, reason: "`--trust`" };
	}
	const layers = [...sources.above, ...sources.below];
	const veto = layers.find((layer) => valueAt(layer.tree, ["projects", root, "trust_level"]) !== undefined);
	if (veto !== undefined && valueAt(veto.tree, ["projects", root, "trust_level"]) === "untrusted") {
		return ignoreUntrusted(root, `\`${formatPath(["projects", root, "trust_level"])}\` is \`untrusted\``);
	}
	if (!sources.readsFiles)
		return ignoreUntrusted(root, "`--ignore-user-config` leaves out the store of trusted folders");
	return verdictOf(await judgeFolder(paths, root));
}

function notTaken(layer: Layer, { refused }: ReturnType<typeof restrictTree>): readonly ConfigProblem[] {
	return refused.map(({ path, reason }) =>
		problemAt(layer.place(path), {
			key: formatPath(path),
			message: `\`${formatPath(path)}\` has no effect in a project's configuration: ${reason}`,
			hint: "remove it, or set it in your own config.toml",
		}),
	);
}

async function readLayer(snapshot: Snapshot, sources: ProjectSources): Promise<Omit<ProjectReading, "report">> {
	const source = settingsFile(snapshot.files);
	if (source === undefined) return { errors: [], warnings: [] };
	const path = `${snapshot.root}/${source.path}`;
	if (source.text === undefined) {
		return { errors: [{ file: path, message: "the file is not UTF-8 text", hint: "save it as UTF-8" }], warnings: [] };
	}
	const reading = await tomlFileOf(path, source.text, rootShape);
	if (reading.kind === "problem") return { errors: [reading.problem], warnings: [] };
	const { file } = reading;
	const { above, below } = sources;
	const restricted = restrictTree(file.tree, {
		below: tableWithDefaults(rootShape, mergeLayers(below)),
		all: mergeLayers([...above, ...below]),
	});
	const layer: Layer = { name: "project", tree: restricted.tree, place: (key) => file.place(key) };
	const findings = await checkLayer(layer);
	return {
		layer,
		errors: [...clashProblems(layer, file.clashes), ...findings.errors],
		warnings: [...notTaken(layer, restricted), ...findings.unknown],
	};
}

/** Reads the layer of a repository that has a folder of settings. Never rejects. */
export async function readProject(sources: ProjectSources): Promise<ProjectReading> {
	const verdict = await decide(sources);
	if (verdict.kind === "none") return { report: { state: "none" }, errors: [], warnings: [] };
	if (verdict.kind === "ignore") return { report: verdict.report, errors: [], warnings: [] };
	const { snapshot, reason } = verdict;
	const report: LoadedProject = { state: "loaded", root: snapshot.root, ...fileOf(snapshot), reason, snapshot };
	return { report, ...(await readLayer(snapshot, sources)) };
}
