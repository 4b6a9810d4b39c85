// Which paths of a folder are ignored: asked of git where the folder is a repository's, a fixed list elsewhere. git runs
// through a shadow, so the repository's settings have no say in what runs.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { openRepository } from "../repository/open-repository.ts";
import type { GitOptions } from "../repository/repository.ts";
import { openShadow, type Shadow } from "../repository/shadow.ts";
import { generatedFolders } from "./limits.ts";
import { lastPart } from "./path-name.ts";

/** Tells for a path below a repository's root, or any folder, whether it is ignored. */
export interface IgnoredNames {
	folder(name: string): boolean;
	file(name: string): boolean;
}

/** The rule where no repository has one. */
const generatedOnly: IgnoredNames = {
	folder: (name) => generatedFolders.has(lastPart(name)),
	file: () => false,
};

/** What git ignores in the work tree of `shadow`. */
async function ignoredByGit(shadow: Shadow): Promise<IgnoredNames> {
	const args = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"];
	const { stdout } = await shadow.withIndex((indexFile) => shadow.run(args, { indexFile }));
	const files = new Set<string>();
	const folders = new Set<string>();
	const notWhole = new Set<string>();
	for (const path of stdout.toString("latin1").split("\0")) {
		if (path === "") continue;
		const name = path.endsWith("/") ? path.slice(0, -1) : path;
		if (path.endsWith("/")) folders.add(name);
		else files.add(name);
		// git names a folder too when only everything in it is ignored; then what is in it follows.
		for (let at = name.lastIndexOf("/"); at !== -1; at = name.lastIndexOf("/", at - 1)) {
			const above = name.slice(0, at);
			if (notWhole.has(above)) break;
			notWhole.add(above);
		}
	}
	return { folder: (name) => folders.has(name) && !notWhole.has(name), file: (name) => files.has(name) };
}

/** Finds the rules of repositories that are met while walking: submodules, and repositories inside others. */
export interface IgnoreRules {
	/** The rules of the folder that was opened; rules are asked anew on each call. */
	root(): Promise<IgnoredNames>;
	/** The rules of a folder that holds a `.git`. */
	nested(path: string): Promise<IgnoredNames>;
}

/** The rules of a repository (through `shadow`), or of a plain folder. `git` absent: nested repositories have none. */
export function createIgnoreRules(
	shadow: Shadow | undefined,
	git: GitOptions | undefined,
	scratch: string,
): IgnoreRules {
	const nestedShadows = new Map<string, Shadow | undefined>();
	const shadowOf = async (path: string): Promise<Shadow | undefined> => {
		if (nestedShadows.has(path)) return nestedShadows.get(path);
		const opened = git === undefined ? undefined : await openRepository(path, git);
		const usable = opened?.kind === "repository" && opened.root === path && !opened.bare;
		const made = usable ? await openShadow(opened, nestedFolder(scratch, path)) : undefined;
		nestedShadows.set(path, made);
		return made;
	};
	return {
		root: () => (shadow === undefined ? Promise.resolve(generatedOnly) : ignoredByGit(shadow)),
		async nested(path) {
			const found = await shadowOf(path);
			return found === undefined ? generatedOnly : ignoredByGit(found);
		},
	};
}

function nestedFolder(scratch: string, path: string): string {
	return join(scratch, `nested-${createHash("sha256").update(path).digest("hex").slice(0, 24)}`);
}
