// Folders with snapshots for tests: in a repository and outside one.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { onTestFinished } from "vitest";
import { createSnapshots, openRepository, type SnapshotLimits, type Snapshots } from "../../src/index.ts";
import { gitOptions } from "../places.ts";

/** A folder with snapshots. */
export interface SnapshotPlace {
	readonly root: string;
	/** The folder around it: store, scratch, and room for more. */
	readonly top: string;
	readonly store: string;
	readonly snapshots: Snapshots;
	/** Opens the same store again, as another run of the program would. */
	readonly reopen: () => Promise<Snapshots>;
	readonly git: (...args: readonly string[]) => Promise<string>;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

/** In a repository with one commit of `files`. */
export async function inRepository(files: Files = {}, limits: Partial<SnapshotLimits> = {}): Promise<SnapshotPlace> {
	const dir = await createTempDir();
	const repo = await createTempRepo(files);
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	const repository = await openRepository(repo.path, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(repository.kind);
	const store = join(dir.path, "store");
	const reopen = (): Promise<Snapshots> => createSnapshots(repository, { store, limits });
	return { root: repo.path, top: dir.path, store, snapshots: await reopen(), reopen, git: repo.git };
}

/** Outside any repository. */
export async function outsideRepository(_: Files = {}, limits: Partial<SnapshotLimits> = {}): Promise<SnapshotPlace> {
	const dir = await createTempDir();
	onTestFinished(dir.dispose);
	const root = join(dir.path, "work");
	mkdirSync(root);
	const store = join(dir.path, "store");
	const of = { kind: "folder", path: root, git: gitOptions(dir) } as const;
	const reopen = (): Promise<Snapshots> => createSnapshots(of, { store, limits });
	const git = () => Promise.reject(new Error("there is no repository"));
	return { root, top: dir.path, store, snapshots: await reopen(), reopen, git };
}
