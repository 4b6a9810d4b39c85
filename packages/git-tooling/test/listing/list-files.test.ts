// The list of a work tree's files, and of those that were worked on lately, from real repositories.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo, type TempRepo, writeTree } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { listFiles, openRepository, type Repository, recentFiles } from "../../src/index.ts";
import { gitOptions } from "../places.ts";

async function place(files: Readonly<Record<string, string>>): Promise<{ repo: TempRepo; repository: Repository }> {
	const dir = await createTempDir();
	const repo = await createTempRepo(files);
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	const repository = await openRepository(repo.path, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(JSON.stringify(repository));
	return { repo, repository };
}

async function listed(repository: Repository, below?: string): Promise<Record<string, string[]>> {
	const parts: Record<string, string[]> = {};
	await listFiles(repository, below === undefined ? {} : { below }, ({ of, paths }) => {
		parts[of] = paths
			.toString("latin1")
			.split("\0")
			.filter((path) => path !== "")
			.sort();
		return Promise.resolve();
	});
	return parts;
}

test("tracked, untracked and gone files, by git's own rules", async () => {
	const { repo, repository } = await place({ "a.ts": "1", "sub/b.ts": "1", "sub/c.ts": "1", ".gitignore": "out/\n" });
	await writeTree(repo.path, { "new.ts": "", "sub/new\nline": "", "out/x": "", "nested/.git/HEAD": "" });
	rmSync(join(repo.path, "sub/c.ts"));
	expect(await listed(repository)).toEqual({
		tracked: [".gitignore", "a.ts", "sub/b.ts", "sub/c.ts"],
		untracked: ["new.ts", "sub/new\nline"],
		gone: ["sub/c.ts"],
	});
	expect(await listed(repository, "sub")).toEqual({
		tracked: ["sub/b.ts", "sub/c.ts"],
		untracked: ["sub/new\nline"],
		gone: ["sub/c.ts"],
	});
	// Taken literally, not as a pattern.
	expect(await listed(repository, "s*")).toEqual({ tracked: [], untracked: [], gone: [] });
});

test("names that are not UTF-8 come as they are", async () => {
	const { repo, repository } = await place({ a: "1" });
	writeFileSync(Buffer.concat([Buffer.from(`${repo.path}/n`), Buffer.from([0xff, 0xfe])]), "");
	expect((await listed(repository))["untracked"]).toEqual(["n\xff\xfe"]);
});

test("submodules and repositories inside are folders; a sparse checkout leaves files out; conflicts stay", async () => {
	const { repo, repository } = await place({ "a.ts": "1", "big/x": "1", "big/y": "1" });
	mkdirSync(join(repo.path, "inner"));
	await repo.git("init", "-q", "inner");
	await writeTree(repo.path, { "inner/file": "1" });
	await repo.git("-C", "inner", "add", ".");
	await repo.git("-C", "inner", "commit", "-qm", "inner");
	expect((await listed(repository))["untracked"]).toEqual(["inner/"]);
	await repo.git("add", "inner");
	expect((await listed(repository))["tracked"]).toEqual(["a.ts", "big/x", "big/y", "inner/"]);
	await repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/big/x");
	expect((await listed(repository))["tracked"]).toEqual(["a.ts", "big/y", "inner/"]);
});

test("recent files: what differs from the last commit, then the commits, newest first", async () => {
	const { repo, repository } = await place({ "old.ts": "1", "middle.ts": "1", "new.ts": "1" });
	for (const name of ["middle.ts", "new.ts"]) {
		writeFileSync(join(repo.path, name), "2");
		await repo.git("commit", "-qam", name);
	}
	writeFileSync(join(repo.path, "old.ts"), "2");
	expect(await recentFiles(repository)).toEqual(["old.ts", "new.ts", "middle.ts"]);
	expect(await recentFiles(repository, { commits: 1 })).toEqual(["old.ts", "new.ts"]);
});

test("without a commit nothing is recent; an abort stops git", async () => {
	const dir = await createTempDir();
	onTestFinished(() => dir.dispose());
	const root = join(dir.path, "empty");
	mkdirSync(root);
	const { execFileSync } = await import("node:child_process");
	execFileSync("git", ["init", "-q", root]);
	await writeTree(root, { x: "" });
	const repository = await openRepository(root, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(JSON.stringify(repository));
	expect(await recentFiles(repository)).toEqual([]);
	expect(await listed(repository)).toEqual({ tracked: [], untracked: ["x"], gone: [] });
	const stopped = listFiles(repository, { signal: AbortSignal.abort() }, () => Promise.resolve());
	await expect(stopped).rejects.toMatchObject({ code: "aborted" });
});
