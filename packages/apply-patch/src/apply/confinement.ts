// Decides whether a file may be written: below one of the given folders, by real paths, and never inside a `.git` folder,
// whose hooks and configuration run programs. Pure but for the one function that resolves the folders.

import { isAbsolute, relative, sep } from "node:path";
import { PatchError } from "../patch-error.ts";
import { type Disk, systemErrorCode } from "./disk.ts";

/** The real paths of the folders that may be written. */
export type WritableRoots = readonly string[];

/** What may be written. */
export interface WriteLimits {
	readonly roots: WritableRoots;
	/** The rule that protects a real path below the roots, if one does. */
	readonly protects: (realPath: string) => string | undefined;
}

/** Resolves the folders; one that does not exist allows nothing. */
export async function resolveRoots(disk: Disk, folders: readonly string[]): Promise<WritableRoots> {
	const roots: string[] = [];
	for (const folder of folders) {
		if (!isAbsolute(folder)) throw new PatchError("invalid_path", `the writable folder ${folder} is not absolute`);
		try {
			roots.push(await disk.realpath(folder));
		} catch (error) {
			// Nothing can be inside a folder that the system cannot resolve.
			if (systemErrorCode(error) === undefined) throw error;
		}
	}
	return roots;
}

/**
 * Checks a file by its real path.
 *
 * @param written the path as the patch has it, for the message and for names in it that a link hides
 * @throws PatchError `outside` or `protected`
 */
export function assertWritable(realPath: string, written: string, { roots, protects }: WriteLimits): void {
	const below = roots.map((root) => componentsBelow(realPath, root)).filter((parts) => parts !== undefined);
	if (below.length === 0) {
		throw new PatchError("outside", `${written} is outside of the folders that may be written: ${listOf(roots)}`);
	}
	const isProtected = below.every((parts) => parts.some(isGitFolder));
	if (isProtected || (!isAbsolute(written) && written.split(sep).some(isGitFolder))) {
		throw new PatchError("protected", `${written} is inside of a .git folder, which a patch may not change`);
	}
	const rule = protects(realPath);
	if (rule !== undefined) {
		throw new PatchError("protected", `${written} is protected (${rule}): no patch may read or change it`);
	}
}

function listOf(roots: WritableRoots): string {
	return roots.length === 0 ? "(none)" : roots.join(", ");
}

/** The names from `root` down to `path`; undefined when it is not below it. */
function componentsBelow(path: string, root: string): readonly string[] | undefined {
	const names = relative(root, path).split(sep);
	return names[0] === "" || names[0] === ".." || isAbsolute(names[0] ?? "") ? undefined : names;
}

/**
 * Whether some file system takes this name for `.git`: they may ignore case, invisible characters (HFS+), dots and spaces
 * at the end, a stream name, or know it by a short name (NTFS).
 */
function isGitFolder(name: string): boolean {
	const visible = name.replace(/[\u200C-\u200F\u202A-\u202E\u206A-\u206F\uFEFF]/gu, "").toLowerCase();
	const stream = visible.indexOf(":");
	let end = stream === -1 ? visible.length : stream;
	while (end > 0 && ". ".includes(visible.charAt(end - 1))) end -= 1;
	const base = visible.slice(0, end);
	return base === ".git" || base === "git~1";
}
