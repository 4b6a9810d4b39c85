// Contents as files named by their SHA-256, for folders outside a repository. A file is written beside its place and
// renamed, so that a content is there whole or not at all.

import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "../git-tooling-error.ts";
import type { ObjectStore } from "./object-store.ts";

const namePattern = /^[0-9a-f]{64}$/;

/** The store in `folder`, made when it is first written to. */
export function createFileObjects(folder: string): ObjectStore {
	const pathOf = (id: string): string => join(folder, id.slice(0, 2), id.slice(2));
	const idOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
	let counter = 0;

	const readIfWhole = async (id: string): Promise<Uint8Array | undefined> => {
		if (!namePattern.test(id)) return undefined;
		try {
			const bytes = await readFile(pathOf(id));
			return idOf(bytes) === id ? bytes : undefined;
		} catch (error) {
			if (systemErrorCode(error) === "ENOENT") return undefined;
			throw error;
		}
	};

	const write = async (id: string, bytes: Uint8Array): Promise<void> => {
		const path = pathOf(id);
		counter += 1;
		const temporary = join(folder, `incoming-${process.pid}-${counter}`);
		await mkdir(join(folder, id.slice(0, 2)), { recursive: true, mode: 0o700 });
		const handle = await open(temporary, "wx", 0o600);
		try {
			await handle.writeFile(bytes);
		} finally {
			await handle.close();
		}
		await rename(temporary, path);
	};

	return {
		idOf,
		async missing(ids) {
			const absent = new Set<string>();
			for (const id of ids) {
				if ((await sizeIfAny(pathOf(id))) === undefined) absent.add(id);
			}
			return absent;
		},
		async put(objects) {
			for (const { id, bytes } of objects) {
				if ((await sizeIfAny(pathOf(id))) !== bytes.length) await write(id, bytes);
			}
		},
		async get(ids) {
			const found = new Map<string, Uint8Array>();
			for (const id of ids) {
				const bytes = await readIfWhole(id);
				if (bytes !== undefined) found.set(id, bytes);
			}
			return found;
		},
		async sweep(live) {
			let left = 0;
			for (const { id, path } of await storedFiles(folder)) {
				if (live.has(id)) left += (await sizeIfAny(path)) ?? 0;
				else await rm(path, { force: true });
			}
			return left;
		},
		async sizeBytes() {
			let sum = 0;
			for (const { path } of await storedFiles(folder)) sum += (await sizeIfAny(path)) ?? 0;
			return sum;
		},
	};
}

async function sizeIfAny(path: string): Promise<number | undefined> {
	try {
		return (await stat(path)).size;
	} catch (error) {
		if (systemErrorCode(error) === "ENOENT") return undefined;
		throw error;
	}
}

async function storedFiles(folder: string): Promise<readonly { readonly id: string; readonly path: string }[]> {
	const found: { id: string; path: string }[] = [];
	for (const first of await listIfAny(folder)) {
		// What a killed writer left behind is swept like any content that nobody names.
		if (first.startsWith("incoming-")) found.push({ id: first, path: join(folder, first) });
		else
			for (const rest of await listIfAny(join(folder, first)))
				found.push({ id: first + rest, path: join(folder, first, rest) });
	}
	return found;
}

async function listIfAny(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (systemErrorCode(error) === "ENOENT") return [];
		throw error;
	}
}
