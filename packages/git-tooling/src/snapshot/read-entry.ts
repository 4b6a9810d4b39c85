// Reads one entry of a folder that is held open: its kind, permissions and bytes, without following a link and without
// waiting for a pipe. A file that changes while it is read is read again, three times at most.

import { type BigIntStats, closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { systemErrorCode } from "../git-tooling-error.ts";
import { type HeldFolder, lstatIfAny } from "./held-folder.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Entry } from "./tree-state.ts";

/** The bytes of a file or a link's target, with the stats that belong to them. */
export interface ReadBytes {
	readonly bytes: Uint8Array;
	readonly stats: BigIntStats;
	/** Nothing changed between the first and the last look. */
	readonly steady: boolean;
}

const attempts = 3;

/** The content of a regular file; undefined when it is none any more. @throws the system's error */
export function readFileBytes(path: string | Buffer): ReadBytes | undefined {
	let last: ReadBytes | undefined;
	for (let attempt = 0; attempt < attempts && last?.steady !== true; attempt += 1) {
		last = readOnce(path);
		if (last === undefined) return undefined;
	}
	return last;
}

function readOnce(path: string | Buffer): ReadBytes | undefined {
	let descriptor: number;
	try {
		descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	} catch (error) {
		const code = systemErrorCode(error);
		if (code === "ENOENT" || code === "ELOOP" || code === "ENXIO") return undefined;
		throw error;
	}
	try {
		const before = fstatSync(descriptor, { bigint: true });
		if (!before.isFile()) return undefined;
		const bytes = readFileSync(descriptor);
		const stats = fstatSync(descriptor, { bigint: true });
		const same = before.size === stats.size && before.mtimeNs === stats.mtimeNs && before.ctimeNs === stats.ctimeNs;
		return { bytes, stats, steady: same && BigInt(bytes.length) === stats.size };
	} finally {
		closeSync(descriptor);
	}
}

/** The target of a link as bytes. @throws the system's error */
export function readLinkBytes(path: string | Buffer): Uint8Array {
	return readlinkSync(path, { encoding: "buffer" });
}

/** The permission bits that are kept. */
export const permissionsOf = (stats: BigIntStats): number => Number(stats.mode) & 0o777;

/** What is at `name` now, its content named but not kept; undefined for nothing. Special files are opaque. */
export function entryAt(parent: HeldFolder, name: string, store: Pick<ObjectStore, "idOf">): Entry | undefined {
	const path = parent.at(name);
	const stats = lstatIfAny(path);
	if (stats === undefined) return undefined;
	if (stats.isDirectory()) return { kind: "folder", mode: permissionsOf(stats) };
	if (stats.isSymbolicLink()) {
		const target = readLinkBytes(path);
		return { kind: "link", id: store.idOf(target), size: target.length };
	}
	const read = stats.isFile() ? readFileBytes(path) : undefined;
	if (read === undefined) return { kind: "opaque", reason: "special", mark: "" };
	return { kind: "file", mode: permissionsOf(read.stats), id: store.idOf(read.bytes), size: read.bytes.length };
}
