// Reads files below a root without ever following a link and without leaving the root: every step is opened by name in
// its already opened parent, so that swapping a folder for a link between two steps gains nothing. Never waits on a pipe
// and never opens what is not a plain file. Does not decide what is read.

import {
	closeSync,
	constants,
	existsSync,
	fstatSync,
	lstatSync,
	openSync,
	readdirSync,
	readlinkSync,
	realpathSync,
	type Stats,
} from "node:fs";
import { join } from "node:path";
import { readDescriptor, readingOfError } from "../files/text-file.ts";

/** Something that is not as a trusted folder must be. `reason` is a phrase that follows the path. */
export interface Unsafe {
	readonly kind: "unsafe";
	/** From the root, with `/`. */
	readonly path: string;
	readonly reason: string;
}

/** A folder that is held open. */
export interface OpenFolder {
	/** From the root, with `/`; `""` for the root. */
	readonly path: string;
	readonly descriptor: number;
	/** Real path at the time of opening. */
	readonly real: string;
}

/** What a name in a folder is. */
export type Entry =
	| { readonly kind: "file"; readonly stat: Stats }
	| { readonly kind: "folder"; readonly stat: Stats }
	| { readonly kind: "link" }
	| { readonly kind: "absent" }
	| Unsafe;

const descriptorRoot = "/proc/self/fd";

// Where a descriptor can be used as a folder in a path, a step cannot be redirected. Elsewhere the place of what was
// opened is compared afterwards.
let steps: "descriptor" | "path" | undefined;

/** How steps are taken on this system; `set` is for tests of the other way. */
export function stepKind(set?: "descriptor" | "path"): "descriptor" | "path" {
	if (set !== undefined) steps = set;
	steps ??= process.platform === "linux" && existsSync(descriptorRoot) ? "descriptor" : "path";
	return steps;
}

const pathIn = (folder: OpenFolder, name: string): string =>
	stepKind() === "descriptor" ? `${descriptorRoot}/${folder.descriptor}/${name}` : join(folder.real, name);

const below = (folder: OpenFolder, name: string): string => (folder.path === "" ? name : `${folder.path}/${name}`);

/** An error of the file system as an unsafe entry. A name that vanished while we looked is unsafe, too. */
function unsafe(path: string, error: unknown): Unsafe {
	const reading = readingOfError(error);
	const reason = reading.kind === "problem" ? reading.reason : "vanished while it was read";
	return { kind: "unsafe", path, reason };
}

function openPath(path: string, flags: number): number {
	return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY | flags);
}

/** Opens the root, which must be a real path. The caller closes it. */
export function openRoot(root: string): OpenFolder | Unsafe {
	try {
		return { path: "", descriptor: openPath(root, constants.O_DIRECTORY), real: root };
	} catch (error) {
		return unsafe("", error);
	}
}

/** Closes a folder. */
export function closeFolder(folder: OpenFolder): void {
	closeSync(folder.descriptor);
}

/** What a name is, without opening it. */
export function lookAt(folder: OpenFolder, name: string): Entry {
	try {
		const stat = lstatSync(pathIn(folder, name), { throwIfNoEntry: false });
		if (stat === undefined) return { kind: "absent" };
		if (stat.isSymbolicLink()) return { kind: "link" };
		if (stat.isFile()) return { kind: "file", stat };
		if (stat.isDirectory()) return { kind: "folder", stat };
		return { kind: "unsafe", path: below(folder, name), reason: "is a pipe, a socket or a device" };
	} catch (error) {
		return unsafe(below(folder, name), error);
	}
}

/** Where a link leads, as written. */
export function linkTarget(folder: OpenFolder, name: string): string | Unsafe {
	try {
		return readlinkSync(pathIn(folder, name));
	} catch (error) {
		return unsafe(below(folder, name), error);
	}
}

/** All names in a folder, or `undefined` when there are more than `most`. */
export function namesIn(folder: OpenFolder, most: number): readonly string[] | Unsafe | undefined {
	try {
		const names = readdirSync(stepKind() === "descriptor" ? `${descriptorRoot}/${folder.descriptor}` : folder.real);
		return names.length > most ? undefined : names.toSorted();
	} catch (error) {
		return unsafe(folder.path, error);
	}
}

/** Whether an opened thing is what was looked at, at the place where it was looked for. */
function isSame(descriptor: number, seen: Stats, real: string): boolean {
	const opened = fstatSync(descriptor);
	if (opened.dev !== seen.dev || opened.ino !== seen.ino) return false;
	return stepKind() === "descriptor" || realpathSync.native(real) === real;
}

/** Opens a folder that was looked at. The caller closes it. */
export function openFolder(parent: OpenFolder, name: string, seen: Stats): OpenFolder | Unsafe {
	const path = below(parent, name);
	const real = join(parent.real, name);
	let descriptor: number | undefined;
	try {
		descriptor = openPath(pathIn(parent, name), constants.O_DIRECTORY);
		if (isSame(descriptor, seen, real)) return { path, descriptor, real };
		closeSync(descriptor);
		return { kind: "unsafe", path, reason: "was replaced while it was read" };
	} catch (error) {
		if (descriptor !== undefined) closeSync(descriptor);
		return unsafe(path, error);
	}
}

/** The bytes of a file that was looked at; at most `mostBytes`. */
export function readFileIn(parent: OpenFolder, name: string, seen: Stats, mostBytes: number): Uint8Array | Unsafe {
	const path = below(parent, name);
	if (seen.size > mostBytes) return { kind: "unsafe", path, reason: `is larger than ${mostBytes / 1024} KiB` };
	let descriptor: number | undefined;
	try {
		descriptor = openPath(pathIn(parent, name), 0);
		if (!isSame(descriptor, seen, join(parent.real, name))) {
			return { kind: "unsafe", path, reason: "was replaced while it was read" };
		}
		const bytes = readDescriptor(descriptor, seen.size);
		return bytes.length === seen.size ? bytes : { kind: "unsafe", path, reason: "was changed while it was read" };
	} catch (error) {
		return unsafe(path, error);
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
	}
}

/** Whether a result is a refusal. */
export function isUnsafe(value: unknown): value is Unsafe {
	return typeof value === "object" && value !== null && "kind" in value && value.kind === "unsafe";
}
