// Where the repository of a folder begins, and whether it has a folder of settings at all. Reads names only: nothing of
// the repository is opened here, so that a start outside such a repository costs a few system calls.

import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Paths } from "../home/paths.ts";

/** Folders of a repository that may hold settings, the first before the second. */
export const settingsFolders: readonly string[] = [".code", ".codex"];

/** What is read of each settings folder: a new reader of a repository's files adds its name here first. */
export const governedFiles: readonly string[] = ["config.toml", "hooks.json", "mcp.json"];
/** Folders of which every file, however deep, is read. */
export const governedFolders: readonly string[] = ["commands", "hooks", "prompts", "rules", "skills"];

/** Two names that some file system takes for one have one folded name (case, composition, invisible characters). */
export function foldName(name: string): string {
	return name
		.normalize("NFKC")
		.toUpperCase()
		.toLowerCase()
		.replace(/\p{Cf}/gu, "")
		.replace(/[. ]+$/, "");
}

/** The real path of something that exists; `undefined` when it does not or cannot be reached. Never throws. */
export function realPath(path: string): string | undefined {
	try {
		return realpathSync.native(path);
	} catch {
		// Absent, a loop of links, or behind a folder that may not be searched: for us there is nothing.
		return undefined;
	}
}

/** Whether a name exists, be it a dangling link. Never throws. */
export function nameExists(path: string): boolean {
	try {
		return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
	} catch {
		// A folder that may not be searched: the name cannot take effect either.
		return false;
	}
}

/** The sandbox keeps an empty folder with the sticky bit where no `.git` may come into being while commands run. */
function isPlaceholder(path: string): boolean {
	try {
		const stats = lstatSync(path);
		return stats.isDirectory() && (stats.mode & 0o1000) !== 0 && readdirSync(path).length === 0;
	} catch {
		// As for `nameExists`.
		return false;
	}
}

function isRepositoryTop(folder: string): boolean {
	const entry = join(folder, ".git");
	return nameExists(entry) && !isPlaceholder(entry);
}

/** The real path of the nearest folder at or above `folder` that holds `.git` (a folder, or a worktree's file). */
export function findRepository(folder: string): string | undefined {
	let at = realPath(folder);
	while (at !== undefined) {
		if (isRepositoryTop(at)) return at;
		const above = dirname(at);
		if (above === at) return undefined;
		at = above;
	}
	return undefined;
}

/** What tells the user's own folders from a repository's. */
export interface OwnFolders {
	readonly paths: Pick<Paths, "home" | "legacyHome">;
	/** The user's home folder, `""` when there is none. */
	readonly homedir: string;
}

/**
 * Whether a folder (a real path) is the user's home folder, or its settings folder is Code's own home: what is in there
 * is the user's configuration and never a repository's.
 */
export function isOwnFolder(folder: string, { paths, homedir }: OwnFolders): boolean {
	if (homedir !== "" && realPath(homedir) === folder) return true;
	const own = [paths.home, paths.legacyHome].map((path) => realPath(path) ?? path);
	return settingsFolders.some((name) => own.includes(realPath(join(folder, name)) ?? join(folder, name)));
}

/** Whether a folder has a name under which settings could be; links and plain files count. */
export function hasSettingsFolder(folder: string): boolean {
	return settingsFolders.some((name) => nameExists(join(folder, name)));
}
