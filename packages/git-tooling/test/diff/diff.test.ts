import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { type DiffRequest, diff, openRepository } from "../../src/index.ts";
import { gitOptions } from "../places.ts";

const lines = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");

async function place(files: Readonly<Record<string, string | Uint8Array>> = { a: "1\n", moved: lines, gone: "1\n" }) {
	const dir = await createTempDir();
	const repo = await createTempRepo(files);
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	const repository = await openRepository(repo.path, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(repository.kind);
	const compare = async (request: DiffRequest) => {
		const found = await diff(repository, request);
		if (found.kind !== "diff") throw new Error(found.message);
		return found;
	};
	return { root: repo.path, top: dir.path, git: repo.git, repository, compare };
}

test("staged, unstaged and untracked are told apart; moves are one entry", async () => {
	const { root, git, compare } = await place();
	renameSync(join(root, "moved"), join(root, "new place"));
	await git("add", "--all");
	writeFileSync(join(root, "a"), "1\n2\n");
	rmSync(join(root, "gone"));
	mkdirSync(join(root, "dir"));
	writeFileSync(join(root, "dir/untracked"), "x\ny\n");
	const staged = await compare({ of: "staged" });
	expect(staged.files).toEqual([
		{
			path: "new place",
			oldPath: "moved",
			status: "renamed",
			oldMode: "100644",
			newMode: "100644",
			binary: false,
			added: 0,
			removed: 0,
		},
	]);
	expect(staged.text).toContain("rename from moved\nrename to new place\n");
	expect((await compare({ of: "staged", renames: false })).files.map(({ status }) => status)).toEqual([
		"removed",
		"added",
	]);
	const unstaged = await compare({ of: "unstaged" });
	expect(unstaged.files.map(({ path, status, added, removed }) => [path, status, added, removed])).toEqual([
		["a", "modified", 1, 0],
		["gone", "removed", 0, 1],
	]);
	expect(unstaged.text).toContain("--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n 1\n+2\n");
	const untracked = await compare({ of: "untracked" });
	expect(untracked.files.map(({ path, status, added }) => [path, status, added])).toEqual([
		["dir/untracked", "added", 2],
	]);
	expect(untracked.text).toContain("+++ b/dir/untracked\n@@ -0,0 +1,2 @@\n+x\n+y\n");
	const all = await compare({ of: { against: "HEAD" } });
	expect(all.files.map(({ path }) => path)).toEqual(["a", "dir/untracked", "gone", "new place"]);
	expect((await compare({ of: { against: "HEAD" }, paths: ["dir"] })).files.map(({ path }) => path)).toEqual([
		"dir/untracked",
	]);
	expect(await git("status", "--porcelain")).toContain("?? dir/");
});

test("binary files, modes, kinds and odd names", async () => {
	const { root, compare } = await place({ bin: Uint8Array.of(0, 1, 2), run: "x\n", kind: "x\n", "*": "x\n" });
	writeFileSync(join(root, "bin"), Uint8Array.of(0, 1, 3));
	chmodSync(join(root, "run"), 0o755);
	rmSync(join(root, "kind"));
	symlinkSync("run", join(root, "kind"));
	writeFileSync(join(root, "*"), "y\n");
	writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]), "x\n");
	const { files } = await compare({ of: { against: "HEAD" } });
	expect(files.map(({ path, status, binary, newMode }) => [path, status, binary, newMode])).toEqual([
		["*", "modified", false, "100644"],
		["bin", "modified", true, "100644"],
		["kind", "kind", false, "120000"],
		["run", "modified", false, "100755"],
		['"\\377"', "added", false, "100644"],
	]);
	expect((await compare({ of: "unstaged", paths: ["*"] })).files.map(({ path }) => path)).toEqual(["*"]);
});

test("the text is bounded, the files are whole", async () => {
	const { root, compare } = await place();
	writeFileSync(join(root, "a"), "long line\n".repeat(10_000));
	writeFileSync(join(root, "gone"), "2\n");
	const cut = await compare({ of: "unstaged", maxBytes: 500 });
	expect(cut).toMatchObject({ truncated: true });
	expect(Buffer.byteLength(cut.text)).toBe(500);
	expect(cut.files).toHaveLength(2);
	expect(await compare({ of: "unstaged", maxBytes: 0 })).toMatchObject({ text: "", truncated: true });
	expect(await compare({ of: "untracked" })).toEqual({ kind: "diff", files: [], text: "", truncated: false });
});

test("conflicts, the first commit, and problems as values", async () => {
	const { root, top, git, repository, compare } = await place();
	await git("checkout", "--quiet", "-b", "side");
	writeFileSync(join(root, "a"), "side\n");
	await git("commit", "--quiet", "--all", "--message=side");
	await git("checkout", "--quiet", "main");
	writeFileSync(join(root, "a"), "main\n");
	await git("commit", "--quiet", "--all", "--message=main");
	await git("merge", "side").catch(() => {});
	expect((await compare({ of: "unstaged" })).files).toMatchObject([{ path: "a", status: "conflicted" }]);
	expect(await diff(repository, { of: { against: "--output=x" } })).toMatchObject({ kind: "problem" });
	expect(await diff(repository, { of: { against: "nowhere" } })).toMatchObject({
		kind: "problem",
		message: 'There is no commit "nowhere".',
	});
	expect(await diff(repository, { of: "unstaged", paths: ["../outside"] })).toMatchObject({ kind: "problem" });
	expect(await diff(repository, { of: "unstaged", paths: Array.from({ length: 401 }, String) })).toMatchObject({
		kind: "problem",
	});
	execFileSync("git", ["init", "--quiet", join(top, "unborn")]);
	writeFileSync(join(top, "unborn/x"), "x\n");
	execFileSync("git", ["-C", join(top, "unborn"), "add", "x"]);
	const unborn = await openRepository(join(top, "unborn"), repository.options);
	if (unborn.kind !== "repository") throw new Error(unborn.kind);
	expect(await diff(unborn, { of: "staged" })).toMatchObject({ files: [{ path: "x", status: "added", added: 1 }] });
	execFileSync("git", ["init", "--quiet", "--bare", join(top, "bare")]);
	const bare = await openRepository(join(top, "bare"), repository.options);
	if (bare.kind !== "repository") throw new Error(bare.kind);
	expect(await diff(bare, { of: "staged" })).toMatchObject({ kind: "problem" });
	const aborted = AbortSignal.abort();
	await expect(diff(repository, { of: "unstaged", signal: aborted })).rejects.toMatchObject({ code: "aborted" });
});

test("a split index is read", async () => {
	const { root, git, compare } = await place();
	await git("update-index", "--split-index");
	writeFileSync(join(root, "a"), "2\n");
	expect((await compare({ of: "unstaged" })).files.map(({ path }) => path)).toEqual(["a"]);
});
