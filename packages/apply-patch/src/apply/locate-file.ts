// Finds which file a path of a patch really means. Links in the folders above it are followed, folders that are missing
// are named, and the answer is checked against the confinement before anything at it is read.

import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { PatchError } from "../patch-error.ts";
import { assertWritable, type WriteLimits } from "./confinement.ts";
import { type Disk, systemErrorCode } from "./disk.ts";
import { toPatchError } from "./failure.ts";

/** Where a file is or would be. */
export interface FileLocation {
	/** The real path of the nearest folder that exists. */
	readonly directory: string;
	/** Folders to be made below it, outermost first. */
	readonly missing: readonly string[];
	readonly name: string;
	/** All of the above joined: the real path of the file. */
	readonly realPath: string;
}

/** Where paths are resolved, and what the patch has done so far. */
export interface LocateContext {
	readonly disk: Disk;
	/** Absolute. */
	readonly cwd: string;
	/** Absent: anywhere. */
	readonly limits: WriteLimits | undefined;
	/** Real paths of folders that were found before, by the path they were asked for. */
	readonly folders: Map<string, string>;
	/** What the patch has put in a place, by real path; undefined where it has done nothing. */
	planned(realPath: string): "file" | "directory" | "removed" | undefined;
}

/** The path resolved against `cwd`, links not followed. @throws PatchError `invalid_path` */
export function absolutePath(path: string, cwd: string): string {
	if (!isAbsolute(cwd)) throw new PatchError("invalid_path", `the folder ${cwd} is not absolute`);
	if (path === "") throw new PatchError("invalid_path", "a file of the patch has no path");
	if (path.includes("\0")) throw new PatchError("invalid_path", `${path.replaceAll("\0", "?")} is not a path`);
	const absolute = resolve(cwd, path);
	if (path.endsWith("/") || dirname(absolute) === absolute) {
		throw new PatchError("invalid_path", `${path} is the path of a folder, not of a file`);
	}
	return absolute;
}

/**
 * Locates the entry that a path names; when it is a link, the link itself.
 *
 * @throws PatchError `invalid_path`, `not_a_file`, `not_found` (a link to nothing above it), `outside`, `protected`, `io`
 */
export async function locateEntry(context: LocateContext, path: string): Promise<FileLocation> {
	const absolute = absolutePath(path, context.cwd);
	const { directory, missing } = await resolveFolder(context, dirname(absolute), path);
	const location = locationOf(directory, missing, basename(absolute));
	if (context.limits !== undefined) assertWritable(location.realPath, path, context.limits);
	if (context.planned(location.realPath) === "directory") {
		throw new PatchError("not_a_file", `${path} is a folder, not a file`);
	}
	return location;
}

/** Follows the link at `location` to the file that it finally names. @throws PatchError as {@link locateEntry} */
export async function followLink(context: LocateContext, location: FileLocation, path: string): Promise<FileLocation> {
	const realPath = await realpathIfAny(context.disk, location.realPath, path);
	if (realPath === undefined) throw new PatchError("not_found", `${path} is a symbolic link to nothing`);
	if (context.limits !== undefined) assertWritable(realPath, path, context.limits);
	return locationOf(dirname(realPath), [], basename(realPath));
}

function locationOf(directory: string, missing: readonly string[], name: string): FileLocation {
	return { directory, missing, name, realPath: join(directory, ...missing, name) };
}

interface Folder {
	readonly directory: string;
	readonly missing: readonly string[];
}

async function resolveFolder(context: LocateContext, folder: string, path: string): Promise<Folder> {
	const { disk, folders } = context;
	const known = folders.get(folder);
	if (known !== undefined) return { directory: known, missing: [] };
	const real = await realpathIfAny(disk, folder, path);
	if (real === undefined) {
		const entry = await disk.lstat(folder);
		const parent = dirname(folder);
		if (entry?.kind === "link") {
			throw new PatchError("not_found", `${path}: ${folder} is a symbolic link to nothing`);
		}
		if (parent === folder) throw new PatchError("not_found", `${path}: ${folder} does not exist`);
		return addMissing(context, await resolveFolder(context, parent, path), { name: basename(folder), path });
	}
	if ((await disk.lstat(real))?.kind === "directory") {
		folders.set(folder, real);
		return { directory: real, missing: [] };
	}
	if (context.planned(real) === "removed") return { directory: dirname(real), missing: [basename(real)] };
	throw notAFolder(path, folder);
}

function addMissing(context: LocateContext, folder: Folder, add: { name: string; path: string }): Folder {
	const missing = [...folder.missing, add.name];
	const real = join(folder.directory, ...missing);
	if (context.planned(real) === "file") throw notAFolder(add.path, real);
	return { directory: folder.directory, missing };
}

function notAFolder(path: string, folder: string): PatchError {
	return new PatchError("not_a_file", `${path}: ${folder} is not a folder`);
}

async function realpathIfAny(disk: Disk, at: string, path: string): Promise<string | undefined> {
	try {
		return await disk.realpath(at);
	} catch (error) {
		const code = systemErrorCode(error);
		if (code === "ENOENT" || code === "ENOTDIR") return undefined;
		throw toPatchError(error, `Failed to resolve ${path}`);
	}
}
