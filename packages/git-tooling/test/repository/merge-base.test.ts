import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { mergeBase, openRepository } from "../../src/index.ts";
import { gitOptions } from "../places.ts";

async function place(files: Readonly<Record<string, string>> = { a: "1\n" }) {
	const dir = await createTempDir();
	const repo = await createTempRepo(files);
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	const repository = await openRepository(repo.path, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(repository.kind);
	return { root: repo.path, git: repo.git, repository };
}

test("the commit at which two branches parted", async () => {
	const { root, git, repository } = await place();
	const start = (await git("rev-parse", "HEAD")).trim();
	await git("branch", "other");
	await git("checkout", "--quiet", "-b", "work");
	writeFileSync(join(root, "a"), "2\n");
	await git("commit", "--quiet", "--all", "--message", "two");
	expect(await mergeBase(repository, "other")).toEqual({ kind: "commit", id: start });
	expect(await mergeBase(repository, "HEAD")).toEqual({
		kind: "commit",
		id: (await git("rev-parse", "HEAD")).trim(),
	});
});

test("names that name nothing, or another history, are problems", async () => {
	const { git, repository } = await place();
	for (const name of ["nothing", "", "--output=x", "a\nb", "$(touch x)"]) {
		expect(await mergeBase(repository, name)).toMatchObject({ kind: "problem" });
	}
	await git("checkout", "--quiet", "--orphan", "alone");
	expect(await mergeBase(repository, "main")).toEqual({ kind: "problem", message: "There is no commit yet." });
	await git("commit", "--quiet", "--message", "first here");
	expect(await mergeBase(repository, "main")).toEqual({
		kind: "problem",
		message: '"main" and HEAD have no commit in common.',
	});
});
