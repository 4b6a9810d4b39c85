// Finds the instruction files of a repository: AGENTS.md from its root down to the working directory. Reads regular files
// inside the repository only, so that a link planted there cannot send another file to the model.

import type { Stats } from "node:fs";
import { open, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

/** One file that was taken. */
export interface ProjectDoc {
	/** Absolute. */
	readonly path: string;
	readonly text: string;
	/** True when it was cut at the size cap. */
	readonly truncated: boolean;
}

/** What was found, and what was left out and why. */
export interface ProjectDocs {
	readonly docs: readonly ProjectDoc[];
	readonly problems: readonly string[];
}

/** What to look for. */
export interface ProjectDocOptions {
	/** Absolute. */
	readonly cwd: string;
	/** Bytes in all; 0 turns the search off. */
	readonly maxBytes: number;
	/** Tried after AGENTS.md in each folder. */
	readonly fallbackNames: readonly string[];
}

async function tryStat(file: string): Promise<Stats | undefined> {
	try {
		return await stat(file);
	} catch {
		// Missing or unreadable: there is no such file for us.
		return undefined;
	}
}

/** The nearest folder at or above `cwd` that holds `.git` (a folder, or the file of a linked worktree). */
export async function findRepositoryRoot(cwd: string): Promise<string | undefined> {
	let folder = cwd;
	for (;;) {
		if (await isRepositoryTop(folder)) return folder;
		const parent = path.dirname(folder);
		if (parent === folder) return undefined;
		folder = parent;
	}
}

/** Whether `.git` is here. The sandbox keeps an empty one with the sticky bit where none may come into being. */
async function isRepositoryTop(folder: string): Promise<boolean> {
	const entry = path.join(folder, ".git");
	const stats = await tryStat(entry);
	if (stats?.isDirectory() !== true || (stats.mode & 0o1000) === 0) return stats !== undefined;
	return (await readdir(entry)).length > 0;
}

function foldersBetween(root: string, cwd: string): string[] {
	const folders: string[] = [root];
	let folder = root;
	for (const part of path.relative(root, cwd).split(path.sep)) {
		if (part === "") continue;
		folder = path.join(folder, part);
		folders.push(folder);
	}
	return folders;
}

async function readHead(file: string, maxBytes: number): Promise<string> {
	const handle = await open(file, "r");
	try {
		const buffer = Buffer.alloc(maxBytes);
		let filled = 0;
		while (filled < maxBytes) {
			const { bytesRead } = await handle.read(buffer, filled, maxBytes - filled, filled);
			if (bytesRead === 0) break;
			filled += bytesRead;
		}
		return new TextDecoder("utf-8", { ignoreBOM: false }).decode(buffer.subarray(0, filled));
	} finally {
		await handle.close();
	}
}

type Taken = { readonly doc: ProjectDoc; readonly bytes: number } | { readonly problem: string } | undefined;

async function takeFirst(folder: string, root: string, names: readonly string[], budget: number): Promise<Taken> {
	for (const name of names) {
		const file = path.join(folder, name);
		const facts = await tryStat(file);
		if (facts === undefined || !facts.isFile()) continue;
		try {
			const real = await realpath(file);
			if (real !== root && !real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) {
				return { problem: `${file} was not read: it leads outside the repository` };
			}
			const text = await readHead(real, Math.min(budget, facts.size));
			if (text.trim() === "") return undefined;
			return {
				doc: { path: file, text, truncated: facts.size > budget },
				bytes: Math.min(budget, facts.size),
			};
		} catch (error) {
			return { problem: `${file} could not be read: ${error instanceof Error ? error.message : String(error)}` };
		}
	}
	return undefined;
}

/**
 * Reads the instruction files from the repository root to `cwd`, in that order; only those of `cwd` outside a repository.
 * The first of AGENTS.override.md, AGENTS.md and the fallbacks counts in each folder; the last file is cut at the cap;
 * blank files cost nothing. Never rejects: what could not be read is in `problems`.
 */
export async function readProjectDocs(options: ProjectDocOptions): Promise<ProjectDocs> {
	const docs: ProjectDoc[] = [];
	const problems: string[] = [];
	if (options.maxBytes <= 0) return { docs, problems };
	const root = (await findRepositoryRoot(options.cwd)) ?? options.cwd;
	let realRoot = root;
	try {
		realRoot = await realpath(root);
	} catch {
		// The folder vanished; nothing will be found below it either.
	}
	const safeNames = options.fallbackNames.filter((name) => name !== "" && path.basename(name) === name);
	const names = ["AGENTS.override.md", "AGENTS.md", ...safeNames];
	let left = options.maxBytes;
	for (const folder of foldersBetween(root, options.cwd)) {
		if (left <= 0) break;
		const taken = await takeFirst(folder, realRoot, names, left);
		if (taken === undefined) continue;
		if ("problem" in taken) {
			problems.push(taken.problem);
			continue;
		}
		docs.push(taken.doc);
		left -= taken.bytes;
	}
	return { docs, problems };
}
