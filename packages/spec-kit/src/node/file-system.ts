// The few operations of a disk that this folder uses, so that tests can make each of them fail.

import { createHash } from "node:crypto";
import { lstat, mkdir, open, readdir, readlink, realpath, rename, unlink } from "node:fs/promises";

/** Operations of `node:fs/promises`, by their names there. */
export interface FileSystem {
	readonly lstat: typeof lstat;
	readonly mkdir: typeof mkdir;
	readonly open: typeof open;
	readonly readdir: typeof readdir;
	readonly readlink: typeof readlink;
	readonly realpath: typeof realpath;
	readonly rename: typeof rename;
	readonly unlink: typeof unlink;
}

/** The real disk. */
export const nodeFileSystem: FileSystem = { lstat, mkdir, open, readdir, readlink, realpath, rename, unlink };

/** Whether `thrown` is a system error with this code. */
export function hasCode(thrown: unknown, ...codes: readonly string[]): boolean {
	return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" && codes.includes(thrown.code);
}

/** SHA-256 in lower-case hex. */
export function sha256(bytes: string | Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex");
}
