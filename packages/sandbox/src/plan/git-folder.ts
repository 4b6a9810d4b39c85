// Git as an execution surface: which paths of a repository's own folder run code or redirect git when somebody uses the
// repository outside the sandbox, and which folders a linked worktree or submodule needs besides the workspace.

import { posix } from "node:path";
import type { Disk } from "./disk.ts";

/** Where the repository of a folder keeps its data. */
export interface GitLocation {
	/** `.git`: a folder, or the file of a linked worktree or submodule. */
	readonly entry: string;
	/** The folder of this worktree, a real path. */
	readonly gitDir: string;
	/** The folder that all worktrees share, a real path; the same as `gitDir` in an ordinary repository. */
	readonly commonDir: string;
}

function readPointer(disk: Disk, file: string, prefix: string): string | undefined {
	const text = disk.readText(file)?.trimEnd();
	if (text === undefined || !text.startsWith(prefix)) return undefined;
	const target = text.slice(prefix.length).trim();
	if (target === "" || /[\0\n]/.test(target)) return undefined;
	return disk.realPath(posix.resolve(posix.dirname(file), target));
}

/** Whether a folder holds a repository, as git itself decides. */
export function isGitFolder(disk: Disk, folder: string): boolean {
	const has = (name: string, ...kinds: readonly string[]): boolean => kinds.includes(disk.kind(`${folder}/${name}`));
	return has("HEAD", "file", "link") && has("objects", "folder", "link") && has("refs", "folder", "link");
}

/** The folder behind a `.git` file. Only when that folder points back at the file: the file alone proves nothing. */
function followGitFile(disk: Disk, entry: string): GitLocation | undefined {
	const gitDir = readPointer(disk, entry, "gitdir:");
	if (gitDir === undefined) return undefined;
	const commonDir = readPointer(disk, `${gitDir}/commondir`, "");
	if (commonDir !== undefined) {
		const back = readPointer(disk, `${gitDir}/gitdir`, "");
		const isOwn = back === disk.realPath(entry) && gitDir.startsWith(`${commonDir}/worktrees/`);
		return isOwn && isGitFolder(disk, commonDir) ? { entry, gitDir, commonDir } : undefined;
	}
	const worktree = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(disk.readText(`${gitDir}/config`) ?? "")?.[1];
	if (worktree === undefined || !isGitFolder(disk, gitDir)) return undefined;
	const back = disk.realPath(posix.resolve(gitDir, worktree.replace(/^"(.*)"$/, "$1")));
	return back === posix.dirname(entry) ? { entry, gitDir, commonDir: gitDir } : undefined;
}

/** The repository of `folder` (a real path): its own, or that of the nearest folder above. */
export function locateGit(disk: Disk, folder: string): GitLocation | undefined {
	for (let at = folder; ; at = posix.dirname(at)) {
		const entry = at === "/" ? "/.git" : `${at}/.git`;
		const kind = disk.kind(entry);
		if (kind === "file") return followGitFile(disk, entry);
		if (kind === "folder" || kind === "link") {
			const gitDir = disk.realPath(entry);
			if (gitDir !== undefined && isGitFolder(disk, gitDir)) return { entry, gitDir, commonDir: gitDir };
		}
		if (at === "/") return undefined;
	}
}

/** A path below a git folder and what becomes of it. Absent actions are for paths that do not exist. */
export interface GitStep {
	readonly action: "pin" | "guard-folder" | "guard-file" | "guard-dot" | "freeze";
	/** Relative to the git folder; `""` is the folder itself. */
	readonly path: string;
}

// Submodules of submodules: deeper ones are unheard of.
const maxModuleDepth = 8;

/** The steps for a git folder, inner ones before the outer ones that they depend on. */
export function gitSteps(disk: Disk, gitDir: string, depth = 0): readonly GitStep[] {
	const steps: GitStep[] = [
		{ action: "pin", path: "" },
		{ action: "guard-file", path: "config" },
		{ action: "guard-file", path: "config.worktree" },
		{ action: "guard-dot", path: "commondir" },
		{ action: "guard-folder", path: "hooks" },
	];
	if (disk.kind(`${gitDir}/info`) === "folder") {
		steps.push({ action: "pin", path: "info" }, { action: "guard-file", path: "info/attributes" });
	} else steps.push({ action: "guard-folder", path: "info" });
	steps.push(...worktreeSteps(disk, gitDir));
	if (disk.kind(`${gitDir}/modules`) !== "folder") steps.push({ action: "guard-folder", path: "modules" });
	else if (depth < maxModuleDepth) steps.push(...moduleSteps(disk, gitDir, "modules", depth));
	else steps.push({ action: "guard-folder", path: "modules" });
	return steps;
}

function worktreeSteps(disk: Disk, gitDir: string): readonly GitStep[] {
	if (disk.kind(`${gitDir}/worktrees`) !== "folder") return [];
	const steps: GitStep[] = [{ action: "pin", path: "worktrees" }];
	for (const name of disk.list(`${gitDir}/worktrees`)) {
		const path = `worktrees/${name}`;
		if (disk.kind(`${gitDir}/${path}`) !== "folder") continue;
		steps.push({ action: "pin", path });
		for (const file of ["commondir", "gitdir", "config.worktree"]) {
			steps.push({ action: "guard-file", path: `${path}/${file}` });
		}
	}
	return steps;
}

/** A submodule's name may have slashes, so a folder is a submodule when it is a git folder, else one level more. */
function moduleSteps(disk: Disk, gitDir: string, folder: string, depth: number): readonly GitStep[] {
	const steps: GitStep[] = [];
	for (const name of disk.list(`${gitDir}/${folder}`)) {
		const path = `${folder}/${name}`;
		if (disk.kind(`${gitDir}/${path}`) !== "folder") continue;
		const inner =
			isGitFolder(disk, `${gitDir}/${path}`) || depth + 1 >= maxModuleDepth
				? gitSteps(disk, `${gitDir}/${path}`, depth + 1).map((step) => ({
						...step,
						path: step.path === "" ? path : `${path}/${step.path}`,
					}))
				: moduleSteps(disk, gitDir, path, depth + 1);
		steps.push(...inner);
	}
	return [...steps, { action: "freeze", path: folder }];
}

/** The key and value of a line of a git config, the key in lower case. */
function pairIn(line: string): { readonly key: string; readonly value: string } | undefined {
	const pair = /(?:^|\])\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*?)\s*$/.exec(line);
	const [, key = "", value = ""] = pair ?? [];
	return pair === null ? undefined : { key: key.toLowerCase(), value: value.replace(/^"(.*)"$/, "$1") };
}

const namingKeys = new Set(["core.hookspath", "include.path", "includeif.path"]);

/** Files and folders that a git config names and that decide what runs: included files, and the folder of hooks. */
export function configTargets(
	text: string,
	folders: { config: string; worktree: string; home: string },
): readonly string[] {
	const targets: string[] = [];
	let section = "";
	for (const line of text.split(/\r?\n/)) {
		section = /^\s*\[\s*([A-Za-z0-9.-]+)/.exec(line)?.[1]?.toLowerCase() ?? section;
		const pair = pairIn(line);
		const key = `${section}.${pair?.key ?? ""}`;
		if (pair === undefined || pair.value === "" || !namingKeys.has(key)) continue;
		const base = key === "core.hookspath" ? folders.worktree : folders.config;
		const { value } = pair;
		targets.push(value.startsWith("~/") ? `${folders.home}/${value.slice(2)}` : posix.resolve(base, value));
	}
	return targets;
}
