// Every public function in every hostile repository: the canary must not run. And before it, plain git in the same
// repository: there it must, else the case proves nothing and fails.

import { execFile, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { createTempDir, type TempDir } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import type { Snapshots } from "../../src/index.ts";
import {
	addWorktree,
	createBranchCache,
	createSnapshots,
	diff,
	type GitOptions,
	listFiles,
	listWorktrees,
	mergePreflight,
	openRepository,
	pruneWorktrees,
	recentFiles,
	removeWorktree,
} from "../../src/index.ts";
import { type HostileCase, hostileCases, type Trap } from "./corpus.ts";

const run = promisify(execFile);
const minimumCases = 25;

const plainEnv = (home: string): Record<string, string> => ({
	PATH: process.env.PATH ?? "",
	HOME: home,
	GIT_CONFIG_NOSYSTEM: "1",
	GIT_AUTHOR_NAME: "T",
	GIT_AUTHOR_EMAIL: "t@example.test",
	GIT_COMMITTER_NAME: "T",
	GIT_COMMITTER_EMAIL: "t@example.test",
	GIT_TERMINAL_PROMPT: "0",
});

interface Place {
	readonly trap: Trap;
	readonly mark: string;
	readonly home: string;
	readonly top: string;
}

async function buildPlace(hostile: HostileCase, dir: TempDir): Promise<Place> {
	const [root, outside, home] = [join(dir.path, "repo"), join(dir.path, "outside"), join(dir.path, "home")];
	const mark = join(dir.path, "mark");
	for (const folder of [root, outside, home]) mkdirSync(folder);
	const canary = join(outside, "canary");
	writeFileSync(canary, `#!/bin/sh\necho ran >> ${mark}\nexec timeout 1 cat\n`);
	chmodSync(canary, 0o755);
	const git = async (...args: readonly string[]): Promise<string> =>
		(await run("git", [...args], { cwd: root, env: plainEnv(home) })).stdout;
	const trap: Trap = {
		root,
		outside,
		canary,
		git,
		write(path, text) {
			mkdirSync(dirname(join(root, path)), { recursive: true });
			writeFileSync(join(root, path), text);
		},
	};
	await git("init", "--quiet", "--initial-branch=main");
	trap.write("a.txt", "a\n");
	trap.write("b.txt", "b\n");
	await git("add", "--all");
	await git("commit", "--quiet", "--message=first");
	trap.write("a.txt", "changed\n");
	await hostile.build(trap);
	rmSync(mark, { force: true });
	return { trap, mark, home, top: dir.path };
}

/** Plain git in a copy of everything, at the same path, so that what it does is not seen by what follows. */
async function runControl(
	hostile: HostileCase,
	{ trap, home, mark, top }: Place,
	env: Readonly<Record<string, string>>,
): Promise<boolean> {
	const kept = `${top}-kept`;
	cpSync(top, kept, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
	// Times in the index do not match copies: git looks at contents, which is what runs filters.
	for (const args of hostile.control) {
		const command =
			hostile.terminal === true ? ["script", "-qec", `git ${args.join(" ")}`, "/dev/null"] : ["git", ...args];
		await runPlain(command, trap.root, { ...plainEnv(home), TERM: "dumb", ...env });
	}
	const ran = existsSync(mark);
	rmSync(top, { recursive: true, force: true });
	cpSync(kept, top, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
	rmSync(kept, { recursive: true, force: true });
	return ran;
}

/** Runs a command to its end, however it ends; not longer than ten seconds. */
function runPlain(command: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
	const [file = "git", ...args] = command;
	return new Promise((resolve) => {
		const child = spawn(file, args, { cwd, env, stdio: ["pipe", "ignore", "ignore"], timeout: 10_000 });
		child.on("error", () => resolve());
		child.on("close", () => resolve());
		// A command that does not read its input may end before it is written.
		child.stdin.on("error", () => {});
		child.stdin.end("protocol=https\nhost=nowhere.invalid\n");
	});
}

/** Every public function, with what it finds; problems and refusals are fine, a canary is not. */
async function useEverything({ trap, top }: Place, options: GitOptions): Promise<number> {
	let opened = 0;
	await openRepository(join(trap.root, ".git"), options);
	for (const at of [trap.root, join(trap.root, "sub"), join(trap.root, "bare")]) {
		const repository = await openRepository(at, options);
		if (repository.kind !== "repository") continue;
		opened += 1;
		const cache = createBranchCache(repository);
		await cache.read();
		for (const compared of ["staged", "unstaged", "untracked", { against: "HEAD" }] as const) {
			await tolerant(() => diff(repository, { of: compared }));
		}
		await tolerant(() => listFiles(repository, {}, () => Promise.resolve()));
		await tolerant(() => recentFiles(repository));
		await mergePreflight(repository, "HEAD", "theirs");
		await listWorktrees(repository);
		const linked = join(top, `linked-${opened}`);
		const added = await tolerant(() => addWorktree(repository, linked, { kind: "new_branch", name: `new-${opened}` }));
		if (added?.kind === "added") {
			writeFileSync(join(linked, "untracked"), "x");
			await removeWorktree(repository, linked);
			await removeWorktree(repository, linked, { force: true });
		}
		await pruneWorktrees(repository);
		if (!repository.bare)
			await useSnapshots(await createSnapshots(repository, { store: join(top, `store-${opened}`) }), repository.root);
	}
	// A plain folder asks git only about repositories inside it.
	if (opened === 1) return opened;
	const plain = { kind: "folder", path: trap.root, git: options } as const;
	await useSnapshots(await createSnapshots(plain, { store: join(top, "store-plain") }), trap.root);
	return opened;
}

async function useSnapshots(snapshots: Snapshots, root: string): Promise<void> {
	writeFileSync(join(root, "a.txt"), "before\n");
	rmSync(join(root, "new.txt"), { force: true });
	const first = await snapshots.take("first", { alsoPaths: ["a.txt"] });
	writeFileSync(join(root, "a.txt"), "by us\n");
	writeFileSync(join(root, "new.txt"), "new\n");
	await snapshots.take("second", { changedBy: "us" });
	expect(await snapshots.preview(first.id)).toMatchObject({ kind: "preview" });
	await snapshots.changesSince(first.id);
	expect(await snapshots.restore(first.id)).toMatchObject({ kind: "restored", changed: ["a.txt", "new.txt"] });
	expect(await snapshots.redo()).toMatchObject({ kind: "restored", changed: ["a.txt", "new.txt"] });
	await snapshots.drop([first.id]);
}

/** A git that fails because an object is missing is what a repository without its objects gets. */
async function tolerant<T>(use: () => Promise<T>): Promise<T | undefined> {
	try {
		return await use();
	} catch (error) {
		expect(error).toMatchObject({ name: "GitToolingError", code: "git_failed" });
		return undefined;
	}
}

describe.concurrent("hostile repositories (holes 17 and 18)", () => {
	test.each(hostileCases.map((hostile) => [hostile.name, hostile] as const))(
		"%s",
		{ timeout: 240_000 },
		async (_, hostile) => {
			const dir = await createTempDir();
			try {
				const place = await buildPlace(hostile, dir);
				const env = hostile.env?.(place.trap) ?? {};
				expect(await runControl(hostile, place, env), "the control: plain git runs the canary").toBe(true);
				expect(existsSync(place.mark)).toBe(false);
				const options = { env: { ...plainEnv(place.home), ...env }, scratch: join(place.top, "scratch") };
				const opened = await useEverything(place, options);
				expect(opened).toBeGreaterThan(0);
				expect(existsSync(place.mark), "the canary must not run").toBe(false);
			} finally {
				await dir.dispose();
			}
		},
	);
});

test("the corpus is as large as promised", () => {
	expect(new Set(hostileCases.map(({ name }) => name)).size).toBeGreaterThanOrEqual(minimumCases);
	console.log(`hostile repositories: ${hostileCases.length}, each with a control`);
});
