import { existsSync, statSync } from "node:fs";
import { readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTempDir, createTempHome, createTempRepo } from "../src/index.ts";

test("a folder is a real path, is removed with what is in it, and may be disposed of twice", async () => {
	const dir = await createTempDir("mine-");
	expect(dir.path).toContain("mine-");
	expect(await realpath(dir.path)).toBe(dir.path);
	await writeFile(join(dir.path, "a.txt"), "x");
	await dir.dispose();
	await dir[Symbol.asyncDispose]();
	expect(existsSync(dir.path)).toBe(false);
});

test("a home has a private .code folder and an environment without keys", async () => {
	const home = await createTempHome();
	onTestFinished(home.dispose);
	expect(statSync(home.codeHome).mode & 0o777).toBe(0o700);
	expect(home.env).toMatchObject({ HOME: home.path, CODE_HOME: home.codeHome });
	expect(Object.keys(home.env).filter((name) => name.includes("KEY"))).toEqual([]);
});

test("a repository has its files in one commit that depends on nothing of the user", async () => {
	const seconds = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
	const repo = await createTempRepo({ "src/a.ts": "export {};\n", "bytes.bin": new Uint8Array([0, 255]) });
	onTestFinished(repo.dispose);
	expect((await repo.git("status", "--porcelain")).trim()).toBe("");
	expect((await repo.git("branch", "--show-current")).trim()).toBe("main");
	expect((await repo.git("log", "--format=%an <%ae> %at %ct %s")).trim()).toBe(
		`Test <test@example.test> ${seconds} ${seconds} first`,
	);
	expect((await repo.git("ls-files")).trim().split("\n")).toEqual(["bytes.bin", "src/a.ts"]);
	expect(await readFile(join(repo.path, "bytes.bin"))).toEqual(Buffer.from([0, 255]));
	const twin = await createTempRepo({ "src/a.ts": "export {};\n", "bytes.bin": new Uint8Array([0, 255]) });
	onTestFinished(twin.dispose);
	expect(await twin.git("rev-parse", "HEAD")).toBe(await repo.git("rev-parse", "HEAD"));
});

test("a repository that cannot be made leaves no folder behind and says why", async () => {
	await expect(createTempRepo({ ".git/HEAD": "not a ref" })).rejects.toThrow();
});
