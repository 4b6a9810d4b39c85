// The only door to the file system. A folder is opened once and then reached through its descriptor, so that nobody can
// put a link in its place between a check and a write. Special files are never opened.

import { constants, promises as fs } from "node:fs";
import { join } from "node:path";
import { PatchError } from "../patch-error.ts";

/** What is at a path, links not followed. */
export interface DiskEntry {
	readonly kind: "file" | "directory" | "link" | "other";
	/** Type and permission bits as `stat` gives them. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly sizeBytes: number;
	/** The same for two names of one file. */
	readonly fileId: string;
	/** Another one when the file or its content was replaced. */
	readonly version: string;
}

/** A folder that is held open. */
export interface OpenDirectory {
	/**
	 * A path for one entry of this very folder, wherever its name leads by now.
	 *
	 * @throws when the system offers no such path and the folder is no longer where it was
	 */
	at(name: string): Promise<string>;
	close(): Promise<void>;
}

/** What a new file gets besides its content. */
export interface NewFile {
	readonly bytes: Uint8Array;
	/** The exact permissions, and the owner as far as the system allows; absent: those of any new file. */
	readonly like?: { readonly mode: number; readonly owner?: { readonly uid: number; readonly gid: number } };
}

/** File operations; each rejects with the system's error. Tests wrap this to make any of them fail. */
export interface Disk {
	/** Undefined when there is nothing, or a file in the place of a folder above it. */
	lstat(path: string): Promise<DiskEntry | undefined>;
	realpath(path: string): Promise<string>;
	readlink(path: string): Promise<string>;
	/** The content of a regular file; rejects for a link and everything else, without waiting for a FIFO. */
	readFile(path: string): Promise<Uint8Array>;
	canWrite(path: string): Promise<boolean>;
	/** Opens the folder whose real path is `path`; rejects when that path is, or goes through, a link by now. */
	openDirectory(path: string): Promise<OpenDirectory>;
	makeDirectory(path: string): Promise<void>;
	removeDirectory(path: string): Promise<void>;
	/** Creates a file that must not exist and gives its entry. */
	createFile(path: string, file: NewFile): Promise<DiskEntry>;
	/** Gives a file a second name; rejects when the name is taken. */
	link(from: string, to: string): Promise<void>;
	/** Moves a file, replacing one at `to`. */
	rename(from: string, to: string): Promise<void>;
	unlink(path: string): Promise<void>;
}

/** The code of a system error, such as `ENOENT`; undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
	return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** The real file system. */
export const realDisk: Disk = {
	async lstat(path) {
		try {
			return toEntry(await fs.lstat(path, { bigint: true }));
		} catch (error) {
			const code = systemErrorCode(error);
			if (code === "ENOENT" || code === "ENOTDIR") return undefined;
			throw error;
		}
	},
	realpath: (path) => fs.realpath(path),
	readlink: (path) => fs.readlink(path),
	readFile,
	async canWrite(path) {
		try {
			await fs.access(path, constants.W_OK);
			return true;
		} catch (error) {
			const code = systemErrorCode(error);
			if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
			throw error;
		}
	},
	openDirectory,
	makeDirectory: (path) => fs.mkdir(path),
	removeDirectory: (path) => fs.rmdir(path),
	createFile,
	link: (from, to) => fs.link(from, to),
	rename: (from, to) => fs.rename(from, to),
	unlink: (path) => fs.unlink(path),
};

interface BigStats {
	readonly mode: bigint;
	readonly uid: bigint;
	readonly gid: bigint;
	readonly size: bigint;
	readonly dev: bigint;
	readonly ino: bigint;
	readonly mtimeNs: bigint;
}

function toEntry(stats: BigStats): DiskEntry {
	const mode = Number(stats.mode);
	const fileId = `${stats.dev}:${stats.ino}`;
	return {
		kind: kindOf(mode),
		mode,
		uid: Number(stats.uid),
		gid: Number(stats.gid),
		sizeBytes: Number(stats.size),
		fileId,
		// Not the time of the last status change: giving the file a second name moves it.
		version: `${fileId}:${stats.size}:${stats.mtimeNs}`,
	};
}

function kindOf(mode: number): DiskEntry["kind"] {
	switch (mode & constants.S_IFMT) {
		case constants.S_IFREG:
			return "file";
		case constants.S_IFDIR:
			return "directory";
		case constants.S_IFLNK:
			return "link";
		default:
			return "other";
	}
}

async function readFile(path: string): Promise<Uint8Array> {
	const handle = await fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		if (!(await handle.stat()).isFile()) throw new PatchError("not_a_file", "it is not a regular file");
		return await handle.readFile();
	} finally {
		await handle.close();
	}
}

async function createFile(path: string, { bytes, like }: NewFile): Promise<DiskEntry> {
	// A file that replaces another is never readable by more people than that one, not even while it is written.
	const handle = await fs.open(path, "wx", like === undefined ? 0o666 : 0o600);
	try {
		await handle.writeFile(bytes);
		if (like !== undefined) {
			// Without the owner the bits that run a program as its owner must not survive.
			const keepsOwner = like.owner !== undefined && (await giveTo(handle, like.owner));
			await handle.chmod(like.mode & (keepsOwner ? 0o7777 : 0o777));
		}
		return toEntry(await handle.stat({ bigint: true }));
	} finally {
		await handle.close();
	}
}

async function giveTo(handle: fs.FileHandle, owner: { uid: number; gid: number }): Promise<boolean> {
	const own = await handle.stat();
	if (own.uid === owner.uid && own.gid === owner.gid) return true;
	try {
		await handle.chown(owner.uid, owner.gid);
		return true;
	} catch (error) {
		if (systemErrorCode(error) === "EPERM") return false;
		throw error;
	}
}

// Linux only, and missing from node's constants: opens a folder for use as a path, without the right to list it.
const openAsPath = 0o10000000;

async function openDirectory(path: string): Promise<OpenDirectory> {
	const isLinux = process.platform === "linux";
	const flags = constants.O_DIRECTORY | constants.O_NOFOLLOW | (isLinux ? openAsPath : constants.O_RDONLY);
	const handle = await fs.open(path, flags);
	try {
		const descriptor = `/proc/self/fd/${handle.fd}`;
		const actual = isLinux ? await readlinkIfAny(descriptor) : undefined;
		if (actual === undefined) {
			assertSamePath(path, await fs.realpath(path));
			return { at: (name) => pathOf(path, name), close: () => handle.close() };
		}
		assertSamePath(path, actual);
		return { at: (name) => Promise.resolve(`${descriptor}/${name}`), close: () => handle.close() };
	} catch (error) {
		await handle.close();
		throw error;
	}
}

async function readlinkIfAny(path: string): Promise<string | undefined> {
	try {
		return await fs.readlink(path);
	} catch (error) {
		// No /proc here.
		if (systemErrorCode(error) === "ENOENT") return undefined;
		throw error;
	}
}

// Without descriptors as paths the best that can be done is to look again before each use.
async function pathOf(directory: string, name: string): Promise<string> {
	assertSamePath(directory, await fs.realpath(directory));
	return join(directory, name);
}

function assertSamePath(expected: string, actual: string): void {
	if (actual !== expected) throw new PatchError("changed", "a folder above it was moved or replaced by a link");
}
