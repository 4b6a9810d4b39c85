// Finds a repository by looking at files only: nothing is started and no setting is read, so the answer cannot be
// steered by the repository's configuration (`core.worktree`, `safe.*`). It must not decide whether git may be used there.

import { lstat, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** Where a repository's parts are; all paths real. */
export interface FoundRepository {
	/** The folder that holds `.git`; for a bare repository its own folder. */
	readonly root: string;
	/** What belongs to this work tree: HEAD, index. */
	readonly gitDir: string;
	/** What is shared by all work trees: objects, refs, config. The same as `gitDir` except in a linked work tree. */
	readonly commonDir: string;
	readonly bareFolder: boolean;
}

/** Looks in `path` and the folders above it; undefined when there is no repository or no such folder. */
export async function discoverRepository(path: string): Promise<FoundRepository | undefined> {
	let folder = await realpathIfAny(path);
	while (folder !== undefined) {
		const gitDir = await gitDirOf(folder);
		if (gitDir !== undefined) return { root: folder, gitDir, commonDir: await commonDirOf(gitDir), bareFolder: false };
		if (basename(folder) !== ".git" && (await isGitDir(folder))) {
			return { root: folder, gitDir: folder, commonDir: await commonDirOf(folder), bareFolder: true };
		}
		const parent = dirname(folder);
		folder = parent === folder ? undefined : parent;
	}
	return undefined;
}

/** The git folder that the `.git` of `folder` is or names; undefined when it has none. */
async function gitDirOf(folder: string): Promise<string | undefined> {
	const dotGit = join(folder, ".git");
	const kind = await kindOf(dotGit);
	if (kind === "directory") return (await isGitDir(dotGit)) ? await realpathIfAny(dotGit) : undefined;
	if (kind !== "file") return undefined;
	const named = /^gitdir: ([^\n]+)\n*$/.exec(await textOf(dotGit))?.[1];
	return named === undefined ? undefined : realpathIfAny(resolve(folder, named));
}

async function commonDirOf(gitDir: string): Promise<string> {
	const named = (await textOf(join(gitDir, "commondir"))).trim();
	if (named === "") return gitDir;
	return (await realpathIfAny(resolve(gitDir, named))) ?? gitDir;
}

async function isGitDir(folder: string): Promise<boolean> {
	if ((await kindOf(join(folder, "HEAD"))) === undefined) return false;
	const common = await commonDirOf(folder);
	return (
		(await kindOf(join(common, "objects"))) === "directory" && (await kindOf(join(common, "refs"))) === "directory"
	);
}

async function kindOf(path: string): Promise<"file" | "directory" | "other" | undefined> {
	try {
		const link = await lstat(path);
		const stats = link.isSymbolicLink() && basename(path) === ".git" ? await stat(path) : link;
		if (stats.isDirectory()) return "directory";
		return stats.isFile() ? "file" : "other";
	} catch {
		// Absent, or not for us to read: either way there is no repository here that we could use.
		return undefined;
	}
}

async function textOf(path: string): Promise<string> {
	if ((await kindOf(path)) !== "file") return "";
	try {
		return (await readFile(path, "utf8")).slice(0, 8192);
	} catch {
		// A file that cannot be read names nothing.
		return "";
	}
}

async function realpathIfAny(path: string): Promise<string | undefined> {
	try {
		return await realpath(path);
	} catch {
		// There is no such folder.
		return undefined;
	}
}
