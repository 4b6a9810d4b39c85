import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { askGit, expectText } from "../../src/process/ask-git.ts";
import { gitEnvironment, gitVariables, hardenedSettings } from "../../src/process/hardening.ts";
import { runGit } from "../../src/process/run-git.ts";

async function fake(script: string) {
	const dir = await createTempDir();
	onTestFinished(dir.dispose);
	const binary = join(dir.path, "git");
	writeFileSync(binary, `#!/bin/sh\n${script}\n`);
	chmodSync(binary, 0o755);
	return { binary, cwd: dir.path, env: gitEnvironment({ PATH: process.env.PATH }), args: ["status"] };
}

test("the environment is built from nothing", () => {
	const env = gitEnvironment({
		PATH: "/bin",
		HOME: "/h",
		GIT_DIR: "/x",
		EDITOR: "x",
		PAGER: "x",
		SSH_ASKPASS: "x",
		LD_PRELOAD: "x",
	});
	expect(
		Object.keys(env)
			.filter((name) => !name.startsWith("GIT_"))
			.toSorted(),
	).toEqual(["HOME", "LANG", "LC_ALL", "PATH"]);
	expect(
		Object.keys(env)
			.filter((name) => name.startsWith("GIT_"))
			.toSorted(),
	).toEqual([...gitVariables].toSorted());
	expect(hardenedSettings).toContain("core.fsmonitor=false");
});

test("failures have git's own words", async () => {
	const call = await fake("echo 'fatal: not today' >&2; exit 3");
	await expect(runGit(call)).rejects.toMatchObject({ code: "git_failed", message: "git status: not today" });
	expect(await runGit({ ...call, accept: [3] })).toMatchObject({ exitCode: 3, truncated: false });
	const silent = await fake("exit 4");
	await expect(runGit(silent)).rejects.toMatchObject({ message: "git status: exit code 4" });
	await expect(runGit({ ...call, binary: "/nowhere/git" })).rejects.toMatchObject({ code: "git_missing" });
	const door = { ...call, timeoutMs: 1000 };
	expect(await askGit(door, ["status"])).toEqual({ kind: "refused", message: "not today" });
	await expect(askGit({ ...door, binary: "/nowhere/git" }, ["status"])).rejects.toMatchObject({ code: "git_missing" });
	expect(() => expectText({ kind: "refused", message: "no" }, "asked")).toThrow("asked: no");
	expect(expectText({ kind: "text", text: "yes\n" }, "asked")).toBe("yes");
});

test("time, abort and too much output end git", async () => {
	const call = await fake("exec sleep 30");
	await expect(runGit({ ...call, timeoutMs: 100 })).rejects.toMatchObject({ code: "timeout" });
	const abort = new AbortController();
	const running = runGit({ ...call, signal: abort.signal });
	setTimeout(() => abort.abort(), 50);
	await expect(running).rejects.toMatchObject({ code: "aborted" });
	await expect(runGit({ ...call, signal: abort.signal })).rejects.toMatchObject({ code: "aborted" });
	await expect(askGit({ ...call, timeoutMs: 100 }, ["status"])).rejects.toMatchObject({ code: "timeout" });
	await expect(askGit({ ...call, signal: abort.signal }, ["status"])).rejects.toMatchObject({ code: "aborted" });
	const endless = await fake("yes");
	const cut = await runGit({ ...endless, maxBytes: 1000 });
	expect(cut).toMatchObject({ truncated: true });
	expect(cut.stdout).toHaveLength(1000);
});

test("input is streamed; a git that does not read it, and an input that fails, end the call", async () => {
	const echo = await fake("exec cat");
	async function* chunks() {
		for (let index = 0; index < 100; index += 1) yield Buffer.alloc(10_000, 97);
	}
	expect((await runGit({ ...echo, input: chunks() })).stdout).toHaveLength(1_000_000);
	const deaf = await fake("exit 0");
	expect(await runGit({ ...deaf, input: chunks() })).toMatchObject({ exitCode: 0 });
	async function* failing() {
		yield Buffer.from("x");
		throw new Error("no more");
	}
	await expect(runGit({ ...echo, input: failing() })).rejects.toThrow("no more");
});
