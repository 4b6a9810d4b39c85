// Reaches folders below a root without ever following a link: each folder is opened by its name inside the one above it,
// and used through its descriptor, so that a link put in the way between look and use leads nowhere. On a system without
// /proc/self/fd every part is looked at before use, which leaves a moment between the two.

import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync } from "node:fs";
import { systemErrorCode } from "../git-tooling-error.ts";
import { ancestorsOf, type ByteName, toDiskPath } from "./path-name.ts";

/** A folder that is held open. */
export interface HeldFolder {
	/** A disk path of one entry of this very folder. */
	at(name: string): string | Buffer;
	/** A disk path of the folder itself, for listing it. */
	readonly self: string | Buffer;
	readonly mode: number;
	/** Opens a folder in this one; a value when it is something else or not there. */
	open(name: string): HeldFolder | "missing" | "not_folder";
	close(): void;
}

// Linux only, and missing from node's constants: opens a folder for use as a path, without the right to list it.
const openAsPath = 0o10000000;

let descriptorPaths: boolean | undefined;

function hasDescriptorPaths(descriptor: number): boolean {
	descriptorPaths ??= process.platform === "linux" && readable(`/proc/self/fd/${descriptor}`);
	return descriptorPaths;
}

function readable(path: string): boolean {
	try {
		readlinkSync(path);
		return true;
	} catch {
		// No /proc here.
		return false;
	}
}

/** Opens the root, whose path is real and given as a byte name. @throws the system's error */
export function holdRoot(root: string): HeldFolder {
	return hold(toDiskPath(root), root);
}

function hold(path: string | Buffer, plainPath: string): HeldFolder {
	const asPath = process.platform === "linux" ? openAsPath : constants.O_RDONLY;
	const descriptor = openSync(path, constants.O_DIRECTORY | constants.O_NOFOLLOW | asPath);
	const base = hasDescriptorPaths(descriptor) ? `/proc/self/fd/${descriptor}` : plainPath;
	return {
		at: (name) => toDiskPath(`${base}/${name}`),
		self: toDiskPath(`${base}/.`),
		mode: fstatSync(descriptor).mode & 0o777,
		open(name) {
			try {
				return hold(toDiskPath(`${base}/${name}`), `${plainPath}/${name}`);
			} catch (error) {
				const code = systemErrorCode(error);
				if (code === "ENOENT") return "missing";
				if (code === "ENOTDIR" || code === "ELOOP") return "not_folder";
				throw error;
			}
		},
		close: () => closeSync(descriptor),
	};
}

/** Opens the folder that `name` is in, hands it to `use`, and closes everything; a value when it cannot be reached. */
export function withParent<T>(
	root: HeldFolder,
	name: ByteName,
	use: (parent: HeldFolder) => T,
): T | "missing" | "not_folder" {
	const opened: HeldFolder[] = [];
	try {
		let folder = root;
		for (const above of ancestorsOf(name)) {
			const next = folder.open(above.slice(above.lastIndexOf("/") + 1));
			if (next === "missing" || next === "not_folder") return next;
			opened.push(next);
			folder = next;
		}
		return use(folder);
	} finally {
		for (const folder of opened) folder.close();
	}
}

/** What is at a path, links not followed; undefined when there is nothing. */
export function lstatIfAny(path: string | Buffer): ReturnType<typeof statBig> | undefined {
	try {
		return statBig(path);
	} catch (error) {
		const code = systemErrorCode(error);
		if (code === "ENOENT" || code === "ENOTDIR") return undefined;
		throw error;
	}
}

function statBig(path: string | Buffer): BigIntStats {
	return lstatSync(path, { bigint: true });
}
