import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir, createTempRepo } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { createBranchCache, openRepository, type Repository } from "../../src/index.ts";
import { parseCounts } from "../../src/status/branch-status.ts";
import { gitOptions } from "../places.ts";

async function place() {
	const dir = await createTempDir();
	const repo = await createTempRepo({ a: "1\n", b: "1\n" });
	onTestFinished(async () => {
		await repo.dispose();
		await dir.dispose();
	});
	// A git that counts its calls.
	const calls = join(dir.path, "calls");
	const binary = join(dir.path, "git");
	writeFileSync(binary, `#!/bin/sh\necho x >> ${calls}\nexec git "$@"\n`);
	chmodSync(binary, 0o755);
	writeFileSync(calls, "");
	const repository = await open(repo.path, { ...gitOptions(dir), binary });
	const count = (): number => readFileSync(calls, "utf8").length / 2;
	return {
		dir,
		repo,
		repository,
		count,
		write: (name: string, text: string) => writeFileSync(join(repo.path, name), text),
	};
}

async function open(path: string, options: Repository["options"]): Promise<Repository> {
	const opened = await openRepository(path, options);
	if (opened.kind !== "repository") throw new Error(JSON.stringify(opened));
	return opened;
}

test("branch, counts, and nothing asked twice", async () => {
	const { repo, repository, count, write } = await place();
	write("a", "2\n");
	write("new", "2\n");
	const cache = createBranchCache(repository);
	expect(cache.peek()).toBeUndefined();
	const id = (await repo.git("rev-parse", "HEAD")).trim();
	const status = await cache.read();
	expect(status).toEqual({
		head: { kind: "branch", name: "main", id },
		changes: { staged: 0, unstaged: 1, untracked: 1, conflicted: 0 },
	});
	const before = count();
	expect(await cache.read()).toBe(status);
	expect(cache.peek()).toBe(status);
	expect(count()).toBe(before);
	write("b", "2\n");
	expect((await cache.read()).changes.unstaged).toBe(1);
	cache.invalidate();
	expect((await cache.read()).changes.unstaged).toBe(2);
});

test("a change of the index, of HEAD or of the branch is seen without being told", async () => {
	const { repo, repository, write } = await place();
	const cache = createBranchCache(repository);
	await cache.read();
	write("a", "2\n");
	await repo.git("add", "a");
	expect((await cache.read()).changes).toEqual({ staged: 1, unstaged: 0, untracked: 0, conflicted: 0 });
	await repo.git("commit", "--quiet", "--message=second");
	expect((await cache.read()).head).toMatchObject({ id: (await repo.git("rev-parse", "HEAD")).trim() });
	await repo.git("checkout", "--quiet", "-b", "other");
	expect((await cache.read()).head).toMatchObject({ kind: "branch", name: "other" });
	await repo.git("commit", "--quiet", "--allow-empty", "--message=third");
	await repo.git("pack-refs", "--all");
	expect((await cache.read()).head).toMatchObject({ id: (await repo.git("rev-parse", "HEAD")).trim() });
	await repo.git("checkout", "--quiet", "--detach", "HEAD~1");
	expect((await cache.read()).head).toEqual({ kind: "detached", id: (await repo.git("rev-parse", "HEAD")).trim() });
});

test("ahead and behind of the upstream, and an upstream that is gone", async () => {
	const { dir, repo } = await place();
	const clone = join(dir.path, "clone");
	execFileSync("git", ["clone", "--quiet", repo.path, clone]);
	let counter = 0;
	const commit = (at: string): void => {
		counter += 1;
		const identity = ["-c", "user.name=T", "-c", "user.email=t@example.test"];
		execFileSync("git", [...identity, "-C", at, "commit", "--quiet", "--allow-empty", `--message=${counter}`]);
	};
	commit(repo.path);
	commit(repo.path);
	commit(clone);
	execFileSync("git", ["-C", clone, "fetch", "--quiet"]);
	const cache = createBranchCache(await open(clone, gitOptions(dir)));
	expect((await cache.read()).upstream).toEqual({ name: "origin/main", ahead: 1, behind: 2, gone: false });
	commit(clone);
	expect((await cache.read()).upstream).toMatchObject({ ahead: 2, behind: 2 });
	execFileSync("git", ["-C", clone, "update-ref", "-d", "refs/remotes/origin/main"]);
	expect((await cache.read()).upstream).toMatchObject({ gone: true });
});

test("readers at the same time share one question; one asked before an invalidation is not kept", async () => {
	const { repository, count, write } = await place();
	const cache = createBranchCache(repository);
	await cache.read();
	cache.invalidate();
	const start = count();
	const [first] = await Promise.all([cache.read(), cache.read(), cache.read()]);
	const each = count() - start;
	expect(await cache.read()).toBe(first);
	expect(count() - start).toBe(each);
	cache.invalidate();
	const early = cache.read();
	write("a", "2\n");
	cache.invalidate();
	await Promise.all([early, cache.read()]);
	expect((await cache.read()).changes.unstaged).toBe(1);
});

test("an age limit asks again", async () => {
	const { repository, write } = await place();
	let now = 0;
	const cache = createBranchCache(repository, { maxAgeMs: 1000, nowMs: () => now });
	await cache.read();
	write("a", "2\n");
	now = 1000;
	expect((await cache.read()).changes.unstaged).toBe(0);
	now = 1001;
	expect((await cache.read()).changes.unstaged).toBe(1);
});

test("a warm read costs less than a millisecond", async () => {
	const { repository } = await place();
	const cache = createBranchCache(repository);
	await cache.read();
	const times: number[] = [];
	for (let index = 0; index < 200; index += 1) {
		const begin = performance.now();
		await cache.read();
		times.push(performance.now() - begin);
	}
	expect(times.toSorted((left, right) => left - right)[100]).toBeLessThan(1);
});

test("unborn, bare, conflicted; a failing git is asked again", async () => {
	const { dir, repo, repository, write } = await place();
	const unborn = join(dir.path, "unborn");
	execFileSync("git", ["init", "--quiet", "--initial-branch=first", unborn]);
	writeFileSync(join(unborn, "x"), "x");
	expect(await createBranchCache(await open(unborn, gitOptions(dir))).read()).toEqual({
		head: { kind: "unborn", name: "first" },
		changes: { staged: 0, unstaged: 0, untracked: 1, conflicted: 0 },
	});
	execFileSync("git", ["clone", "--quiet", "--bare", repo.path, join(dir.path, "bare")]);
	const bare = await createBranchCache(await open(join(dir.path, "bare"), gitOptions(dir))).read();
	expect(bare).toMatchObject({ head: { name: "main" }, changes: { untracked: 0 } });
	await repo.git("checkout", "--quiet", "-b", "side");
	write("a", "side\n");
	await repo.git("commit", "--quiet", "--all", "--message=side");
	await repo.git("checkout", "--quiet", "main");
	write("a", "main\n");
	await repo.git("commit", "--quiet", "--all", "--message=main");
	await repo.git("merge", "side").catch(() => {});
	const cache = createBranchCache(repository);
	expect((await cache.read()).changes.conflicted).toBe(1);
	const binary = repository.options.binary ?? "";
	const program = readFileSync(binary, "utf8");
	writeFileSync(binary, "#!/bin/sh\necho fatal: no >&2\nexit 128\n");
	cache.invalidate();
	await expect(cache.read()).rejects.toMatchObject({ name: "GitToolingError", code: "git_failed" });
	rmSync(binary);
	await expect(cache.read()).rejects.toMatchObject({ code: "git_missing" });
	writeFileSync(binary, program, { mode: 0o755 });
	expect((await cache.read()).changes.conflicted).toBe(1);
});

test("counts of git's lines", () => {
	const text = "1 M. N... x\x001 .M N... y\x001 MM N... z\0u UU N... c\0? new\0";
	expect(parseCounts(text)).toEqual({ staged: 2, unstaged: 2, untracked: 1, conflicted: 1 });
});
