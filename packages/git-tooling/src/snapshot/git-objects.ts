// Contents as git blobs in an object folder of our own, with the repository's objects as alternates: what the repository
// has already is not stored again. The repository's object folder is only ever read, and not even its times change:
// existence is asked with cat-file, and only what is missing is written.

import { createHash } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Shadow } from "../repository/shadow.ts";
import type { ObjectStore, StoredObject } from "./object-store.ts";

const idPattern = /^[0-9a-f]{40,64}$/;
/** How much is asked of git at once, so that memory stays flat. */
const batchCount = 256;

/** The store in the object folder of `shadow`. */
export function createGitObjects(shadow: Shadow, objectFormat: "sha1" | "sha256"): ObjectStore {
	const objects = join(shadow.folder, "objects");
	const idOf = (bytes: Uint8Array): string =>
		createHash(objectFormat).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

	const missing = async (ids: Iterable<string>): Promise<ReadonlySet<string>> => {
		const asked = [...ids];
		if (asked.length === 0) return new Set();
		const { stdout } = await shadow.run(["cat-file", "--batch-check=%(objectname)"], { input: [lines(asked)] });
		const absent = new Set<string>();
		for (const line of stdout.toString("latin1").split("\n")) {
			const [id = "", state] = line.split(" ");
			if (state === "missing") absent.add(id);
		}
		return absent;
	};

	return {
		idOf,
		missing,
		async put(given) {
			const absent = await missing(new Set(given.map(({ id }) => id)));
			const fresh = new Map(given.filter(({ id }) => absent.has(id)).map((object) => [object.id, object]));
			if (fresh.size > 0) await shadow.run(["fast-import", "--quiet"], { input: importStream(fresh.values()) });
		},
		async get(ids) {
			const found = new Map<string, Uint8Array>();
			const asked = ids.filter((id) => idPattern.test(id));
			for (let at = 0; at < asked.length; at += batchCount) {
				const input = [lines(asked.slice(at, at + batchCount))];
				const { stdout } = await shadow.run(["cat-file", "--batch"], { input, maxBytes: Number.MAX_SAFE_INTEGER });
				for (const { id, bytes } of parseBatch(stdout)) if (idOf(bytes) === id) found.set(id, bytes);
			}
			return found;
		},
		async sweep(live) {
			await keepOnly(shadow, objects, live);
			return folderSize(objects);
		},
		sizeBytes: () => folderSize(objects),
	};
}

const lines = (texts: readonly string[]): Uint8Array => Buffer.from(`${texts.join("\n")}\n`, "latin1");

function* importStream(objects: Iterable<StoredObject>): Generator<Uint8Array> {
	for (const { bytes } of objects) {
		yield Buffer.from(`blob\ndata ${bytes.length}\n`);
		yield bytes;
		yield Buffer.from("\n");
	}
}

function* parseBatch(stdout: Buffer): Generator<StoredObject> {
	let at = 0;
	while (at < stdout.length) {
		const end = stdout.indexOf(10, at);
		if (end === -1) return;
		const [id = "", kind = "", size] = stdout.toString("latin1", at, end).split(" ");
		at = end + 1;
		if (size === undefined) continue;
		const length = Number(size);
		if (kind === "blob") yield { id, bytes: stdout.subarray(at, at + length) };
		at += length + 1;
	}
}

/** Packs what is live and ours, then removes everything else that is ours. */
async function keepOnly(shadow: Shadow, objects: string, live: ReadonlySet<string>): Promise<void> {
	const before = await filesBelow(objects);
	const known = [...live].filter((id) => idPattern.test(id));
	let kept = "";
	if (known.length > 0) {
		// `--local`: what the repository has stays the repository's.
		const args = ["pack-objects", "--quiet", "--local", "--non-empty", join(objects, "pack/pack")];
		const absent = await shadow.run(["cat-file", "--batch-check=%(objectname)"], { input: [lines(known)] });
		const there = absent.stdout
			.toString("latin1")
			.split("\n")
			.filter((line) => idPattern.test(line));
		if (there.length > 0) kept = (await shadow.run(args, { input: [lines(there)] })).stdout.toString("latin1").trim();
	}
	for (const path of before) {
		const isOurs = /\/[0-9a-f]{2}\/[0-9a-f]{38,62}$/.test(path) || /\/pack\/pack-[0-9a-f]+\.\w+$/.test(path);
		if (isOurs && (kept === "" || !path.includes(kept))) await rm(path, { force: true });
	}
}

async function filesBelow(folder: string): Promise<readonly string[]> {
	const found = await readdir(folder, { recursive: true, withFileTypes: true });
	return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function folderSize(folder: string): Promise<number> {
	let sum = 0;
	for (const path of await filesBelow(folder)) sum += (await stat(path)).size;
	return sum;
}
