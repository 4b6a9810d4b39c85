// Where a session works: the working folder, the other writable folders, and whether there is a repository around.

import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { findRepositoryRoot } from "@codex/core";
import { toError } from "@codex/protocol";

/** A folder's real path, or one sentence that says why it is none. */
export type FolderResult =
	| { readonly kind: "ok"; readonly path: string }
	| { readonly kind: "error"; readonly message: string };

function whyNot(name: string, thrown: unknown): string {
	const error = toError(thrown);
	const code = "code" in error ? error.code : undefined;
	if (code === "ENOENT") return `the folder ${name} does not exist`;
	if (code === "ENOTDIR") return `${name} is not a folder`;
	return `the folder ${name} cannot be used: ${error.message}`;
}

/** Finds the real path of a folder that is named relative to `base`. */
async function resolveFolder(name: string, base: string): Promise<FolderResult> {
	const absolute = path.resolve(base, name);
	try {
		const real = await realpath(absolute);
		if ((await stat(real)).isDirectory()) return { kind: "ok", path: real };
		return { kind: "error", message: `${absolute} is not a folder` };
	} catch (error) {
		return { kind: "error", message: whyNot(absolute, error) };
	}
}

/** The folders of a session. */
export interface SessionFolders {
	/** Real path. */
	readonly cwd: string;
	/** Real paths, without doubles. */
	readonly additionalRoots: readonly string[];
	readonly insideRepository: boolean;
}

/** The folders, or one sentence that says what is wrong with one. */
export type SessionFoldersResult =
	| { readonly kind: "ok"; readonly folders: SessionFolders }
	| { readonly kind: "error"; readonly message: string };

/** Resolves the folders that the command line names, relative to `base`. */
export async function resolveFolders(
	base: string,
	cwd: string | undefined,
	additional: readonly string[],
): Promise<SessionFoldersResult> {
	const main = await resolveFolder(cwd ?? base, base);
	if (main.kind === "error") return main;
	const roots: string[] = [];
	for (const name of additional) {
		const other = await resolveFolder(name, base);
		if (other.kind === "error") return other;
		if (!roots.includes(other.path)) roots.push(other.path);
	}
	const insideRepository = (await findRepositoryRoot(main.path)) !== undefined;
	return { kind: "ok", folders: { cwd: main.path, additionalRoots: roots, insideRepository } };
}

/** The real paths of those of `roots` that exist; configured folders may be missing. */
export async function existingRoots(roots: readonly string[], base: string): Promise<readonly string[]> {
	const resolved = await Promise.all(roots.map((root) => resolveFolder(root, base)));
	return resolved.flatMap((result) => (result.kind === "ok" ? [result.path] : []));
}
