// Commits and merges of ours: what ends up in history, what stays untouched, and that nothing of the repository runs.

import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { addWorktree, commitAll, discardAll, mergeCommit, openRepository, type Repository } from "../../src/index.ts";
import { gitOptions } from "../places.ts";

async function scene(files: Readonly<Record<string, string>> = { a: "1\n", ".gitignore": "ignored\n" }) {
	const dir = await createTempDir();
	const repo = await createTempRepo(files);
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	const open = async (path: string): Promise<Repository> => {
		const repository = await openRepository(path, gitOptions(dir));
		if (repository.kind !== "repository") throw new Error(repository.kind);
		return repository;
	};
	const repository = await open(repo.path);
	const write = (name: string, text: string): void => writeFileSync(join(repo.path, name), text);
	/** A linked work tree in which `files` are changed and committed. */
	const branchOff = async (name: string, changed: Readonly<Record<string, string>>): Promise<string> => {
		const added = await addWorktree(repository, join(dir.path, name), { kind: "detached", at: "HEAD" });
		if (added.kind === "refused") throw new Error(added.message);
		for (const [file, text] of Object.entries(changed)) writeFileSync(join(added.repository.root, file), text);
		const committed = await commitAll(added.repository, { message: name });
		if (committed.kind !== "committed") throw new Error(committed.kind);
		return committed.id;
	};
	return {
		repo,
		repository,
		write,
		branchOff,
		dir,
		text: (name: string) => readFileSync(join(repo.path, name), "utf8"),
	};
}

describe("commitAll", () => {
	test("takes changed, new, deleted, executable and linked files, and no ignored ones", async () => {
		const { repo, repository, write } = await scene({ a: "1\n", gone: "x\n", ".gitignore": "ignored\n" });
		write("a", "2\n");
		write("näme with space", "n\n");
		write("-x", "dash\n");
		write("ignored", "i\n");
		write("run.sh", "#!/bin/sh\n");
		chmodSync(join(repo.path, "run.sh"), 0o755);
		symlinkSync("/etc/passwd", join(repo.path, "link"));
		rmSync(join(repo.path, "gone"));
		const result = await commitAll(repository, { message: "All of it\n\nCode-Call: x\u001b[31m" });
		expect(result).toEqual({ kind: "committed", id: (await repo.git("rev-parse", "HEAD")).trim() });
		expect(await repo.git("status", "--porcelain")).toBe("");
		expect(await repo.git("ls-tree", "-r", "-z", "--name-only", "HEAD")).toBe(
			"-x\0.gitignore\0a\0link\0näme with space\0run.sh\0",
		);
		expect(await repo.git("ls-tree", "HEAD", "run.sh", "link")).toMatch(/120000 blob .*link\n100755 blob .*run\.sh/);
		expect(await repo.git("log", "-1", "--format=%B")).toContain("Code-Call: x\uFFFD[31m");
		expect(await repo.git("symbolic-ref", "HEAD")).toContain("refs/heads/main");
		expect(await commitAll(repository, { message: "again" })).toEqual({ kind: "nothing" });
		await repo.git("fsck", "--strict", "--no-dangling");
	});

	test("runs no hook and no filter of the repository", async () => {
		const { repo, repository, write } = await scene();
		const canary = join(repo.path, "..", `canary-${process.pid}`);
		for (const hook of ["pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change"]) {
			writeFileSync(join(repo.path, ".git/hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
		}
		await repo.git("config", "filter.evil.clean", `touch ${canary}; cat`);
		await repo.git("config", "filter.evil.smudge", `touch ${canary}; cat`);
		write(".gitattributes", "* filter=evil\n");
		expect((await commitAll(repository, { message: "m" })).kind).toBe("committed");
		expect(existsSync(canary)).toBe(false);
	});

	test("before the first commit is a problem, not an exception", async () => {
		const { repo, repository } = await scene();
		await repo.git("checkout", "--quiet", "--orphan", "empty");
		expect(await commitAll(repository, { message: "m" })).toMatchObject({ kind: "problem" });
	});

	test("discardAll gives up what differs and keeps what is ignored", async () => {
		const { repo, repository, write, text } = await scene();
		write("a", "changed\n");
		write("new", "n\n");
		write("ignored", "i\n");
		await discardAll(repository);
		expect(await repo.git("status", "--porcelain")).toBe("");
		expect(text("a")).toBe("1\n");
		expect(existsSync(join(repo.path, "new"))).toBe(false);
		expect(text("ignored")).toBe("i\n");
	});
});

describe("mergeCommit", () => {
	test("moves HEAD forward, beside changes in other files", async () => {
		const { repo, repository, write, branchOff, text } = await scene({ a: "1\n", b: "1\n" });
		const theirs = await branchOff("w", { a: "2\n", c: "new\n" });
		write("b", "mine\n");
		write("untracked", "u\n");
		expect(await mergeCommit(repository, { theirs, message: "m" })).toEqual({
			kind: "merged",
			id: theirs,
			paths: ["a", "c"],
		});
		expect(text("a") + text("c") + text("b")).toBe("2\nnew\nmine\n");
		expect((await repo.git("status", "--porcelain")).split("\n").toSorted()).toEqual(["", " M b", "?? untracked"]);
		expect(await mergeCommit(repository, { theirs, message: "m" })).toMatchObject({ kind: "merged", paths: [] });
	});

	test("makes a merge commit when both sides went on", async () => {
		const { repo, repository, write, branchOff, text } = await scene({ a: "1\n", b: "1\n" });
		const theirs = await branchOff("w", { a: "2\n" });
		write("b", "2\n");
		await repo.git("commit", "--quiet", "--all", "--message=mine");
		const merged = await mergeCommit(repository, { theirs, message: "Both" });
		expect(merged).toMatchObject({ kind: "merged", paths: ["a"] });
		expect((await repo.git("log", "-1", "--format=%s %P")).split(" ")).toHaveLength(3);
		expect(text("a") + text("b")).toBe("2\n2\n");
		expect(await repo.git("status", "--porcelain")).toBe("");
		await repo.git("fsck", "--strict", "--no-dangling");
	});

	test("shows conflicts and touches nothing", async () => {
		const { repo, repository, write, branchOff } = await scene();
		const theirs = await branchOff("w", { a: "theirs\n" });
		write("a", "ours\n");
		await repo.git("commit", "--quiet", "--all", "--message=mine");
		const head = await repo.git("rev-parse", "HEAD");
		expect(await mergeCommit(repository, { theirs, message: "m" })).toMatchObject({ kind: "conflicts", paths: ["a"] });
		expect(await repo.git("rev-parse", "HEAD")).toBe(head);
		expect(await repo.git("status", "--porcelain")).toBe("");
	});

	test.each([
		["changed", "a"],
		["untracked", "c"],
	])("leaves a file alone that is %s here", async (_, name) => {
		const { repo, repository, write, branchOff, text } = await scene();
		const theirs = await branchOff("w", { a: "theirs\n", c: "theirs\n" });
		write(name, "mine\n");
		const head = await repo.git("rev-parse", "HEAD");
		expect(await mergeCommit(repository, { theirs, message: "m" })).toEqual({ kind: "dirty", paths: [name] });
		expect(text(name)).toBe("mine\n");
		expect(await repo.git("rev-parse", "HEAD")).toBe(head);
	});

	test("can be repeated when it was cut off before HEAD moved", async () => {
		const { repo, repository, branchOff, text } = await scene();
		const theirs = await branchOff("w", { a: "2\n", c: "new\n" });
		await repo.git("read-tree", "-m", "-u", "HEAD", theirs);
		expect(await repo.git("status", "--porcelain")).toBe("M  a\nA  c\n");
		expect(await mergeCommit(repository, { theirs, message: "m" })).toMatchObject({ kind: "merged", id: theirs });
		expect(await repo.git("status", "--porcelain")).toBe("");
		expect(text("c")).toBe("new\n");
	});

	test("on a detached HEAD moves HEAD alone; unknown commits are problems", async () => {
		const { repo, repository, branchOff } = await scene();
		const theirs = await branchOff("w", { a: "2\n" });
		await repo.git("checkout", "--quiet", "--detach");
		expect(await mergeCommit(repository, { theirs, message: "m" })).toMatchObject({ kind: "merged" });
		expect((await repo.git("rev-parse", "HEAD")).trim()).toBe(theirs);
		expect((await repo.git("rev-parse", "main")).trim()).not.toBe(theirs);
		expect(await mergeCommit(repository, { theirs: "nowhere", message: "m" })).toMatchObject({ kind: "problem" });
		expect(await mergeCommit(repository, { theirs: "--all", message: "m" })).toMatchObject({ kind: "problem" });
	});
});
