import { execFileSync } from "node:child_process";
import { chownSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempDir, createTempRepo, requirePrerequisite } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { openRepository } from "../../src/index.ts";
import { openShadow, withShadow } from "../../src/repository/shadow.ts";
import { gitOptions } from "../places.ts";

const isRoot = await requirePrerequisite("root, to give a folder to another user", () => process.getuid?.() === 0);

async function place() {
	const dir = await createTempDir();
	onTestFinished(dir.dispose);
	return dir;
}

async function repo(files: Readonly<Record<string, string>> = { "a.txt": "a\n" }) {
	const made = await createTempRepo(files);
	onTestFinished(made.dispose);
	return made;
}

test("a work tree, seen from a folder inside it", async () => {
	const { path, git } = await repo({ "deep/er/a.txt": "a\n" });
	const options = gitOptions(await place());
	const opened = await openRepository(join(path, "deep/er"), options);
	expect(opened).toEqual({
		kind: "repository",
		root: path,
		gitDir: join(path, ".git"),
		commonDir: join(path, ".git"),
		linkedWorktree: false,
		bare: false,
		objectFormat: "sha1",
		options,
	});
	await git("checkout", "--quiet", "--detach");
	expect(await openRepository(path, options)).toEqual({ ...opened });
});

test("no repository, and no folder", async () => {
	const dir = await place();
	expect(await openRepository(dir.path, gitOptions(dir))).toEqual({ kind: "none" });
	expect(await openRepository(join(dir.path, "nowhere"), gitOptions(dir))).toEqual({ kind: "none" });
});

test("a linked work tree and a submodule name their own git folder", async () => {
	const { path, git } = await repo();
	const dir = await place();
	await git("worktree", "add", "--quiet", join(dir.path, "linked"));
	const linked = await openRepository(join(dir.path, "linked"), gitOptions(dir));
	expect(linked).toMatchObject({
		root: join(dir.path, "linked"),
		gitDir: join(path, ".git/worktrees/linked"),
		commonDir: join(path, ".git"),
		linkedWorktree: true,
	});
	const inner = await repo({ "in.txt": "in\n" });
	await git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "sub");
	const sub = await openRepository(join(path, "sub"), gitOptions(dir));
	expect(sub).toMatchObject({ root: join(path, "sub"), gitDir: join(path, ".git/modules/sub"), linkedWorktree: false });
});

test("a bare repository, an unborn branch, sha256", async () => {
	const dir = await place();
	const git = (...args: string[]) => execFileSync("git", args, { cwd: dir.path, stdio: "ignore" });
	git("init", "--bare", "bare.git");
	git("init", "--object-format=sha256", "new");
	expect(await openRepository(join(dir.path, "bare.git"), gitOptions(dir))).toMatchObject({
		bare: true,
		root: join(dir.path, "bare.git"),
	});
	const unborn = await openRepository(join(dir.path, "new"), gitOptions(dir));
	expect(unborn).toMatchObject({ kind: "repository", bare: false, objectFormat: "sha256" });
	if (unborn.kind !== "repository") throw new Error(unborn.kind);
	await writeFile(join(dir.path, "new/x.txt"), "x");
	const status = await withShadow(unborn, ({ run, withIndex }) =>
		withIndex((indexFile) => run(["status", "--porcelain"], { indexFile })),
	);
	expect(status.stdout.toString()).toBe("?? x.txt\n");
});

test("a work tree that the settings put elsewhere is a problem, not a root", async () => {
	const { path, git } = await repo();
	const dir = await place();
	await mkdir(join(dir.path, "victim"));
	await git("config", "core.worktree", join(dir.path, "victim"));
	const opened = await openRepository(path, gitOptions(dir));
	expect(opened).toMatchObject({ kind: "problem", message: expect.stringContaining("core.worktree") });
});

test("a .git that git does not accept is a problem", async () => {
	const { path } = await repo();
	const dir = await place();
	await writeFile(join(path, ".git/HEAD"), "nonsense\n");
	expect(await openRepository(path, gitOptions(dir))).toMatchObject({ kind: "problem" });
});

test.skipIf(!isRoot)("a repository of another user is a problem with advice", async () => {
	const { path } = await repo();
	const dir = await place();
	chownSync(path, 12_345, 12_345);
	chownSync(join(path, ".git"), 12_345, 12_345);
	expect(await openRepository(path, gitOptions(dir))).toMatchObject({
		kind: "problem",
		message: expect.stringContaining("safe.directory"),
	});
});

test("a shadow takes over nothing but harmless settings", async () => {
	const { path, git } = await repo();
	const dir = await place();
	await git("config", "core.autocrlf", "input");
	await git("config", "core.fsmonitor", "/bin/false");
	await git("config", "filter.x.clean", "/bin/false");
	await git("config", "core.eol", "lf\n\tfsmonitor = /bin/false");
	const opened = await openRepository(path, gitOptions(dir));
	if (opened.kind !== "repository") throw new Error(opened.kind);
	const shadow = await openShadow(opened, join(dir.path, "shadow"));
	const { stdout } = await shadow.run(["config", "--local", "--list"]);
	const keys = stdout.toString().trim().split("\n").toSorted();
	expect(keys).toEqual([
		"core.autocrlf=input",
		"core.bare=false",
		"core.filemode=true",
		"core.logallrefupdates=false",
		"core.repositoryformatversion=0",
		"core.safecrlf=false",
	]);
});
