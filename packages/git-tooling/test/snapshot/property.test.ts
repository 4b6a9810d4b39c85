// Random sequences of edits by us, edits by the user, undo and redo equal a model that is a map; in a repository, in a
// linked work tree and outside. Afterwards git sees what it saw before.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { createSnapshots, openRepository, type PlainFolder, type Repository, type Snapshots } from "../../src/index.ts";
import { gitOptions } from "../places.ts";
import { Model, type World } from "./model.ts";
import { changeSomething, createRandom, readWorld } from "./world.ts";

/** Sequences in each setting, 150 together; a full run multiplies them. */
const counts = { outside: 130, repository: 12, linked: 8 };
const multiplier = 1;
const stepsOfSequence = 9;
const firstSeed = 20_260_000;

interface Place {
	readonly root: string;
	readonly of: Repository | PlainFolder;
	readonly store: string;
	/** What git says that must never change, as text; empty outside a repository. */
	readonly gitState: () => Promise<string>;
	readonly dispose: () => Promise<void>;
}

async function outside(): Promise<Place> {
	const dir = await createTempDir();
	const root = join(dir.path, "work");
	const { mkdirSync } = await import("node:fs");
	mkdirSync(root);
	return {
		root,
		of: { kind: "folder", path: root },
		store: join(dir.path, "store"),
		gitState: async () => "",
		dispose: dir.dispose,
	};
}

async function repository(linked: boolean): Promise<Place> {
	const dir = await createTempDir();
	const repo = await createTempRepo({ a: "text 0\n", "b.txt": "text 1\n", "z/c": "same\r\n" });
	await repo.git("stash", "list");
	const root = linked ? join(dir.path, "linked") : repo.path;
	if (linked) await repo.git("worktree", "add", "--quiet", root);
	const of = await openRepository(root, gitOptions(dir));
	if (of.kind !== "repository") throw new Error(of.kind);
	const git = (...args: string[]) => repo.git("-C", root, ...args);
	return {
		root,
		of,
		store: join(dir.path, "store"),
		gitState: async () =>
			[
				await git("stash", "list"),
				await git("reflog", "--all"),
				await git("for-each-ref"),
				await git("rev-parse", "HEAD"),
				treeDigest(join(repo.path, ".git")),
			].join("\n--\n"),
		dispose: async () => {
			await repo.dispose();
			await dir.dispose();
		},
	};
}

/** Names, bytes and times of everything below the git folder. */
function treeDigest(folder: string): string {
	const hash = createHash("sha256");
	for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
		const path = join(folder, name);
		const stats = statSync(path, { bigint: true });
		hash.update(`${name}\0${stats.mtimeNs}\0`);
		if (stats.isFile()) hash.update(readFileSync(path));
	}
	return hash.digest("hex");
}

/** Sorted text of a world, for comparing. */
const shown = (world: World): string =>
	[...world]
		.toSorted(([left], [right]) => (left < right ? -1 : 1))
		.map(([path, thing]) => `${path} ${JSON.stringify(thing)}`)
		.join("\n");

async function runSequence(place: Place, seed: number): Promise<void> {
	const random = createRandom(seed);
	const model = new Model();
	let snapshots = await createSnapshots(place.of, { store: place.store });
	/** The store's ids by the model's numbers. */
	const ids: string[] = [];
	const done: string[] = [];
	const takeBoth = async (by: "us" | "user"): Promise<void> => {
		const { id } = await snapshots.take(`t${ids.length}`, { changedBy: by });
		ids[model.take(readWorld(place.root), by)] = id;
	};
	const before = await place.gitState();
	await takeBoth("user");
	for (let index = 0; index < stepsOfSequence; index += 1) {
		const kind = random(10);
		if (kind < 4) {
			await takeBoth("user");
			for (let edit = random(4); edit >= 0; edit -= 1) done.push(`us: ${changeSomething(place.root, random)}`);
			await takeBoth("us");
		} else if (kind < 6) {
			for (let edit = random(3); edit >= 0; edit -= 1) done.push(`user: ${changeSomething(place.root, random)}`);
		} else if (kind === 6) {
			snapshots = await createSnapshots(place.of, { store: place.store });
			done.push("reopened");
		} else {
			done.push(await restoreBoth({ place, model, snapshots, ids, random, isRedo: kind === 9 }, done));
		}
	}
	expect(await place.gitState(), `seed ${seed}`).toBe(before);
}

interface Both {
	readonly place: Place;
	readonly model: Model;
	readonly snapshots: Snapshots;
	readonly ids: string[];
	readonly random: (below: number) => number;
	readonly isRedo: boolean;
}

async function restoreBoth(
	{ place, model, snapshots, ids, random, isRedo }: Both,
	done: readonly string[],
): Promise<string> {
	const redoTarget = model.redo.at(-1);
	const target = isRedo ? redoTarget : random(ids.length);
	if (target === undefined) {
		expect(await snapshots.redo()).toMatchObject({ kind: "refused", reason: "nothing_to_redo" });
		return "redo of nothing";
	}
	const world = readWorld(place.root);
	const id = ids[target] ?? "";
	const preview = await snapshots.preview(id);
	if (preview.kind !== "preview") throw new Error(preview.message);
	const named = preview.conflicts.filter(() => random(3) === 0).map(({ path }) => path);
	const options = named.length === 0 ? {} : { onUserChange: { overwrite: named } };
	const result = isRedo ? await snapshots.redo(options) : await snapshots.restore(id, options);
	if (result.kind !== "restored") throw new Error(result.message);
	const story = `${done.join("\n")}\n${isRedo ? "redo" : "restore"} ${target}, overwriting ${named.join()}`;
	const text = new Map(preview.conflicts.map(({ path }) => [path, fromQuoted(path)]));
	const overwrite = new Set(named.map((path) => text.get(path) ?? path));
	const count = model.moments.length;
	const left = model.restore(world, target, { overwrite, isRedo });
	ids[count] = result.before.id;
	if (model.moments.length > count + 1) ids[count + 1] = result.after.id;
	expect(shown(readWorld(place.root)), story).toBe(shown(world));
	expect(result.conflicts.map(({ path }) => fromQuoted(path)).toSorted(), story).toEqual(left);
	return story.slice(story.lastIndexOf("\n") + 1);
}

/** The only quoted name of these tests. */
const fromQuoted = (path: string): string =>
	path.startsWith('"') && path.endsWith('"')
		? path
				.slice(1, -1)
				.replaceAll('\\"', '"')
				.replaceAll(/(?:\\[0-7]{3})+/g, (bytes) =>
					Buffer.from(
						bytes
							.slice(1)
							.split("\\")
							.map((octal) => Number.parseInt(octal, 8)),
					).toString("utf8"),
				)
		: path;

describe.concurrent.each([
	["outside a repository", counts.outside * multiplier, outside],
	["in a repository", counts.repository * multiplier, () => repository(false)],
	["in a linked work tree", counts.linked * multiplier, () => repository(true)],
])("%s", (_, sequences, makePlace) => {
	test(`${sequences} random sequences equal the model`, { timeout: 300_000 }, async () => {
		for (let seed = firstSeed; seed < firstSeed + sequences; seed += 1) {
			const place = await makePlace();
			try {
				await runSequence(place, seed);
			} finally {
				await place.dispose();
			}
		}
		console.log(`random sequences ${_}: ${sequences}`);
	});
});
