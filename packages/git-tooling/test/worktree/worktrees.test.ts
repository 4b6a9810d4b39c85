import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { addWorktree, listWorktrees, openRepository, pruneWorktrees, removeWorktree } from "../../src/index.ts";
import { branchRefusal, pathRefusal } from "../../src/worktree/worktrees.ts";
import { gitOptions } from "../places.ts";

async function place() {
	const dir = await createTempDir();
	const repo = await createTempRepo({ a: "1\n", "d/b": "1\n", ".gitattributes": "*.crlf eol=crlf\n", "x.crlf": "1\n" });
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	const repository = await openRepository(repo.path, gitOptions(dir));
	if (repository.kind !== "repository") throw new Error(repository.kind);
	return { ...repo, top: dir.path, repository };
}

test("added on a new branch, listed, refused while dirty, removed", async () => {
	const { path, git, top, repository } = await place();
	const linked = join(top, "linked");
	const added = await addWorktree(repository, linked, { kind: "new_branch", name: "agent/one" });
	expect(added).toMatchObject({ kind: "added", repository: { root: linked, linkedWorktree: true } });
	expect(readFileSync(join(linked, "d/b"), "utf8")).toBe("1\n");
	expect(readFileSync(join(linked, "x.crlf"), "utf8")).toBe("1\r\n");
	expect(await git("-C", linked, "status", "--porcelain=v2", "--branch")).toContain("# branch.head agent/one\n");
	expect(await git("-C", linked, "status", "--porcelain")).toBe("");
	const id = (await git("rev-parse", "HEAD")).trim();
	expect(await listWorktrees(repository)).toEqual([
		{ path, main: true, commit: id, branch: "main", bare: false },
		{ path: linked, main: false, commit: id, branch: "agent/one", bare: false },
	]);
	writeFileSync(join(linked, "new"), "x");
	expect(await removeWorktree(repository, linked)).toMatchObject({
		kind: "refused",
		message: expect.stringContaining("1 changed or untracked files"),
	});
	rmSync(join(linked, "new"));
	expect(await removeWorktree(repository, linked)).toEqual({ kind: "removed" });
	expect(existsSync(linked)).toBe(false);
	expect(await git("branch", "--list", "agent/one")).toContain("agent/one");
	expect(await addWorktree(repository, linked, { kind: "new_branch", name: "agent/one" })).toMatchObject({
		kind: "refused",
	});
	expect(await addWorktree(repository, linked, { kind: "branch", name: "agent/one" })).toMatchObject({ kind: "added" });
	expect(await removeWorktree(repository, linked, { force: true })).toEqual({ kind: "removed" });
	expect(await addWorktree(repository, linked, { kind: "detached", at: "main" })).toMatchObject({ kind: "added" });
	expect((await listWorktrees(repository))[1]).not.toHaveProperty("branch");
});

test("a name is a name, whatever a shell would make of it (hole 16)", async () => {
	const { git, top, repository } = await place();
	const touch = "touch$" + "{IFS}canary";
	const name = `a;$(${touch})\`${touch}\`|x&'"`;
	const folder = join(top, "b;$(touch canary) -x");
	expect(await addWorktree(repository, folder, { kind: "new_branch", name })).toMatchObject({ kind: "added" });
	expect((await git("-C", folder, "branch", "--show-current")).trim()).toBe(name);
	for (const refused of ["-x", "--force", "a\nb", "a b", "a..b", "a\u0000b", "../x", ""]) {
		const answer = await addWorktree(repository, join(top, "c"), { kind: "new_branch", name: refused });
		expect([refused, answer.kind]).toEqual([refused, "refused"]);
	}
	const all = readdirSync(top, { recursive: true, encoding: "utf8" });
	expect(all.filter((file) => file.includes("canary") && !file.includes(";"))).toEqual([]);
	// The control: in a shell's hands the same text makes the file.
	execFileSync("bash", ["-c", `echo ${name.slice(0, name.indexOf("|"))}`], { cwd: top });
	expect(existsSync(join(top, "canary"))).toBe(true);
});

test("refusals are sentences", async () => {
	const { path, git, top, repository } = await place();
	expect(await addWorktree(repository, "relative", { kind: "detached", at: "HEAD" })).toMatchObject({
		kind: "refused",
	});
	expect(await addWorktree(repository, join(top, "x"), { kind: "new_branch", name: "-x" })).toMatchObject({
		kind: "refused",
	});
	expect(await addWorktree(repository, join(top, "x"), { kind: "branch", name: "nowhere" })).toMatchObject({
		kind: "refused",
	});
	expect(await addWorktree(repository, join(top, "x"), { kind: "branch", name: "main" })).toMatchObject({
		kind: "refused",
		message: expect.stringContaining("already checked out"),
	});
	mkdirSync(join(top, "full"));
	writeFileSync(join(top, "full/x"), "x");
	expect(await addWorktree(repository, join(top, "full"), { kind: "detached", at: "HEAD" })).toMatchObject({
		kind: "refused",
	});
	expect(await removeWorktree(repository, path)).toMatchObject({
		kind: "refused",
		message: expect.stringContaining("main work tree"),
	});
	expect(await removeWorktree(repository, join(top, "full"))).toMatchObject({ kind: "refused" });
	expect(await removeWorktree(repository, `${top}/a/../b`)).toMatchObject({ kind: "refused" });
	await addWorktree(repository, join(top, "locked"), { kind: "new_branch", name: "locked" });
	await git("worktree", "lock", "--reason=in use", join(top, "locked"));
	expect(await removeWorktree(repository, join(top, "locked"), { force: true })).toMatchObject({
		kind: "refused",
		message: expect.stringContaining("(in use)"),
	});
	await git("worktree", "unlock", join(top, "locked"));
	rmSync(join(top, "locked"), { recursive: true });
	execFileSync("git", ["init", "--quiet", join(top, "locked")]);
	expect(await removeWorktree(repository, join(top, "locked"), { force: true })).toMatchObject({
		kind: "refused",
		message: expect.stringContaining("another repository"),
	});
});

test("prune forgets folders that are gone", async () => {
	const { top, repository } = await place();
	const gone = join(top, "gone");
	await addWorktree(repository, gone, { kind: "new_branch", name: "gone" });
	rmSync(gone, { recursive: true });
	expect((await listWorktrees(repository))[1]).toMatchObject({ path: gone, prunable: expect.any(String) });
	expect(await pruneWorktrees(repository)).toEqual([gone]);
	expect(await listWorktrees(repository)).toHaveLength(1);
});

test("names that could be options, leave their folder or break git are refused before git sees them", () => {
	const badPaths = ["x", "", "/a/../b", "/a/-b", "-a", "/a\n", "/a/\u0000", "/r/.git/x", "/r/.GIT"];
	for (const path of badPaths) expect(pathRefusal(path), path).toEqual(expect.any(String));
	for (const path of ["/a/b", "/a b/\u00e4"]) expect(pathRefusal(path)).toBeUndefined();
	const badNames = [
		"",
		"-b",
		"a..b",
		"a b",
		"a~",
		"a^",
		"a:",
		"a?",
		"a*",
		"a[",
		"a\\",
		"@{",
		"@",
		"/a",
		"a/",
		"a//b",
		".a",
		"a/.b",
		"a.lock",
		"a.",
		"HEAD",
		"a\u007f",
		"a/-b",
	];
	for (const name of badNames) expect(branchRefusal(name), name).toEqual(expect.any(String));
	for (const name of ["a", "agent/one", "\u00e4-1", "v1.0"]) expect(branchRefusal(name)).toBeUndefined();
});
