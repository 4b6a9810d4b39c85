import { promises as fs } from "node:fs";
import { join } from "node:path";
import { type ApplyResult, applyPatch, type Patch, parsePatch, planPatch } from "@codex/apply-patch";
import { describe, expect, it } from "vitest";
import { applyPatchOn } from "../../src/apply/apply-patch.ts";
import { realDisk } from "../../src/apply/disk.ts";
import { snapshot, temporaryFolder, writeTree } from "../tree.ts";
import { hookedDisk, systemError } from "./hooked-disk.ts";

function patchOf(...hunks: readonly string[]): Patch {
	const parsed = parsePatch(["*** Begin Patch", ...hunks, "*** End Patch"].join("\n"));
	if (parsed.kind === "error") throw new Error(parsed.error.message);
	return parsed.patch;
}

const update = (path: string): string => `*** Update File: ${path}\n@@\n-one\n+two`;

describe("applyPatch", () => {
	it("describes each change", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { "a.txt": "one\n", "b.txt": "\tone\n", "c.txt": "x\n" });
		const patch = patchOf(
			update("a.txt"),
			"*** Delete File: c.txt",
			"*** Add File: sub/d.txt\n+d",
			["*** Update File: ./b.txt", "*** Move to: sub/e.txt", "@@", "-one", "+two"].join("\n"),
		);
		expect(await applyPatch(patch, { cwd })).toEqual({
			kind: "ok",
			stdout: "Success. Updated the following files:\nA sub/d.txt\nM a.txt\nM sub/e.txt\nD c.txt\n",
			leftovers: [],
			changes: [
				{
					path: "a.txt",
					absolutePath: join(cwd, "a.txt"),
					kind: "update",
					content: "two\n",
					fuzz: 0,
					unifiedDiff: "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n",
				},
				{
					path: "c.txt",
					absolutePath: join(cwd, "c.txt"),
					kind: "delete",
					unifiedDiff:
						"diff --git a/c.txt b/c.txt\ndeleted file mode 100644\n--- a/c.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
				},
				{
					path: "sub/d.txt",
					absolutePath: join(cwd, "sub/d.txt"),
					kind: "add",
					content: "d\n",
					unifiedDiff:
						"diff --git a/sub/d.txt b/sub/d.txt\nnew file mode 100644\n--- /dev/null\n+++ b/sub/d.txt\n@@ -0,0 +1 @@\n+d\n",
				},
				{
					path: "./b.txt",
					absolutePath: join(cwd, "b.txt"),
					movePath: "sub/e.txt",
					absoluteMovePath: join(cwd, "sub/e.txt"),
					kind: "update",
					content: "two\n",
					fuzz: 2,
					unifiedDiff:
						"diff --git a/b.txt b/sub/e.txt\nrename from b.txt\nrename to sub/e.txt\n--- a/b.txt\n+++ b/sub/e.txt\n@@ -1 +1 @@\n-\tone\n+two\n",
				},
			],
		});
	});

	it("keeps permissions, and takes them along in a move", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n", b: "one\n", c: "one\n", to: "old\n" });
		for (const [path, mode] of [
			["a", 0o751],
			["b", 0o600],
			["c", 0o700],
			["to", 0o644],
		] as const) {
			await fs.chmod(join(cwd, path), mode);
		}
		const old = process.umask(0o022);
		try {
			const move = `${update("c").replace("\n", "\n*** Move to: to\n")}`;
			const patch = patchOf(update("a"), "*** Add File: b\n+two", move, "*** Add File: n/new\n+two");
			expect(await applyPatch(patch, { cwd })).toMatchObject({ kind: "ok" });
		} finally {
			process.umask(old);
		}
		expect(await snapshot(cwd)).toEqual({
			a: "751 two\n",
			b: "600 two\n",
			to: "700 two\n",
			"n/": "755",
			"n/new": "644 two\n",
		});
	});

	it("never lets more people read a file, not even while it is written", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { secret: "one\n" });
		await fs.chmod(join(cwd, "secret"), 0o600);
		const modes: number[] = [];
		const disk = hookedDisk({
			async after() {
				for (const name of await fs.readdir(cwd)) modes.push((await fs.lstat(join(cwd, name))).mode & 0o7777);
			},
		});
		const old = process.umask(0);
		try {
			expect(await applyPatchOn(disk, patchOf(update("secret")), { cwd })).toMatchObject({ kind: "ok" });
		} finally {
			process.umask(old);
		}
		expect(new Set(modes)).toEqual(new Set([0o600]));
	});

	it.skipIf(process.getuid?.() !== 0)("keeps the owner when it may", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n" });
		await fs.chown(join(cwd, "a"), 12345, 23456);
		await fs.chmod(join(cwd, "a"), 0o4755);
		expect(await applyPatch(patchOf(update("a")), { cwd })).toMatchObject({ kind: "ok" });
		const stats = await fs.stat(join(cwd, "a"));
		expect([stats.uid, stats.gid, stats.mode & 0o7777]).toEqual([12345, 23456, 0o4755]);
	});

	it("does not write a file that is read-only", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n" });
		const disk = { ...realDisk, canWrite: () => Promise.resolve(false) };
		expect(await applyPatchOn(disk, patchOf(update("a")), { cwd })).toEqual({
			kind: "error",
			code: "io",
			message: "Failed to write file a: it is read-only",
		});
	});

	it("does not write what stays the same", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n" });
		const { ino, mtimeMs } = await fs.stat(join(cwd, "a"));
		const result = await applyPatch(patchOf("*** Update File: a\n@@\n one"), { cwd });
		expect(result).toMatchObject({
			kind: "ok",
			changes: [{ unifiedDiff: "" }],
			stdout: expect.stringContaining("M a\n") as string,
		});
		const after = await fs.stat(join(cwd, "a"));
		expect([after.ino, after.mtimeMs]).toEqual([ino, mtimeMs]);
	});

	it("does not overwrite what another program has changed meanwhile", async () => {
		for (const change of [
			(path: string) => fs.appendFile(path, "three\n"),
			(path: string) => fs.rm(path),
			async (path: string) => {
				await fs.rm(path);
				await fs.writeFile(path, "one\n");
			},
		]) {
			const cwd = await temporaryFolder();
			await writeTree(cwd, { a: "one\n", b: "one\n" });
			let isChanged = false;
			const disk = hookedDisk({
				async before(operation) {
					if (operation !== "createFile" || isChanged) return;
					isChanged = true;
					await change(join(cwd, "b"));
				},
			});
			const result: ApplyResult = await applyPatchOn(disk, patchOf("*** Add File: n\n+n", update("b")), { cwd });
			expect(result).toEqual({
				kind: "error",
				code: "changed",
				message: "Failed to write file b: it was changed by another program while the patch was applied",
			});
			expect(await snapshot(cwd)).not.toHaveProperty("n");
		}
	});

	it("does not overwrite or delete what another program has put there meanwhile", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { gone: "one\n" });
		const disk = hookedDisk({
			async before(operation) {
				if (operation === "createFile") await writeTree(cwd, { n: "theirs\n", gone: "theirs\n" });
			},
		});
		const patch = patchOf("*** Add File: n\n+n", "*** Delete File: gone");
		expect(await applyPatchOn(disk, patch, { cwd })).toMatchObject({ kind: "error", code: "changed" });
		expect(await snapshot(cwd)).toEqual({ gone: "644 theirs\n", n: "644 theirs\n" });
	});

	it("stops before anything when the signal is raised", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n" });
		expect(await applyPatch(patchOf(update("a")), { cwd, signal: AbortSignal.abort() })).toEqual({
			kind: "error",
			code: "aborted",
			message: "The patch was interrupted; no files were modified.",
		});
		expect(await snapshot(cwd)).toEqual({ a: "644 one\n" });
	});

	it.each([
		["*** Add File: a\0b\n+x", "invalid_path"],
		["*** Add File: dir/\n+x", "invalid_path"],
		["*** Add File: /\n+x", "invalid_path"],
		["*** Update File: a\n*** Move to: \n@@\n-one\n+two", "invalid_path"],
		[`*** Add File: ${"x".repeat(300)}\n+x`, "io"],
		["*** Update File: a/b/c\n@@\n-one\n+two", "not_a_file"],
		["*** Update File: nowhere/b\n@@\n-one\n+two", "not_found"],
	] as const)("refuses %j", async (hunk, code) => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n" });
		expect(await applyPatch(patchOf(hunk), { cwd })).toMatchObject({ kind: "error", code });
		expect(await snapshot(cwd)).toEqual({ a: "644 one\n" });
	});

	it("refuses folders that are not absolute", async () => {
		const patch = patchOf("*** Add File: a\n+x");
		expect(await applyPatch(patch, { cwd: "here" })).toMatchObject({ code: "invalid_path" });
		expect(await applyPatch(patch, { cwd: "/", confine: ["there"] })).toMatchObject({ code: "invalid_path" });
	});

	it("says what the system says, without its paths", async () => {
		const cwd = await temporaryFolder();
		const disk = hookedDisk({
			before(operation) {
				if (operation === "createFile") throw systemError("ENOSPC");
			},
		});
		expect(await applyPatchOn(disk, patchOf("*** Add File: d/a\n+x"), { cwd })).toEqual({
			kind: "error",
			code: "io",
			message: "Failed to write file d/a: ENOSPC: injected",
		});
		expect(await snapshot(cwd)).toEqual({});
	});

	it("patches large files and shows large deletions only by name", async () => {
		const cwd = await temporaryFolder();
		const line = `${"x".repeat(99)}\n`;
		await writeTree(cwd, {
			big: `first\n${line.repeat(90_000)}one\n`,
			gone: line.repeat(90_000),
			over: line.repeat(90_000),
		});
		const patch = patchOf(update("big"), "*** Delete File: gone", "*** Add File: over\n+small");
		const result = await applyPatch(patch, { cwd });
		expect(result).toMatchObject({
			kind: "ok",
			changes: [
				{
					unifiedDiff: expect.stringMatching(
						/^diff[^@]*@@ -89999,4 \+89999,4 @@\n( x{99}\n){3}-one\n\+two\n$/,
					) as string,
				},
				{
					unifiedDiff: "diff --git a/gone b/gone\ndeleted file mode 100644\nBinary files a/gone and /dev/null differ\n",
				},
				{ unifiedDiff: "diff --git a/over b/over\nBinary files a/over and b/over differ\n" },
			],
		});
		expect((await fs.readFile(join(cwd, "big"), "utf8")).endsWith("x\ntwo\n")).toBe(true);
	});

	it("refuses a file that is too large for a string", async () => {
		const cwd = await temporaryFolder();
		await (await fs.open(join(cwd, "huge"), "w")).close();
		await fs.truncate(join(cwd, "huge"), 256 * 1024 * 1024 + 1);
		expect(await applyPatch(patchOf(update("huge")), { cwd })).toMatchObject({ kind: "error", code: "too_large" });
	});

	it("closes every folder that it opens", async () => {
		const cwd = await temporaryFolder();
		const open = async (): Promise<number> => (await fs.readdir("/proc/self/fd")).length;
		await writeTree(cwd, { a: "one\n" });
		const before = await open();
		for (let index = 0; index < 20; index += 1) {
			await applyPatch(patchOf(`*** Add File: d${index}/e/f\n+x`), { cwd });
			await applyPatch(patchOf("*** Add File: a/b\n+x"), { cwd });
		}
		expect(await open()).toBeLessThanOrEqual(before + 2);
	});

	it("applies patches to different files at the same time", async () => {
		const cwd = await temporaryFolder();
		const names = Array.from({ length: 30 }, (_, index) => `f${index}`);
		await writeTree(cwd, Object.fromEntries(names.map((name) => [name, "one\n"])));
		const results = await Promise.all(names.map((name) => applyPatch(patchOf(update(name)), { cwd })));
		expect(results.every(({ kind }) => kind === "ok")).toBe(true);
		expect(new Set(Object.values(await snapshot(cwd)))).toEqual(new Set(["644 two\n"]));
	});
});

describe("planPatch", () => {
	it("changes nothing and needs no right to write", async () => {
		const cwd = await temporaryFolder();
		await writeTree(cwd, { a: "one\n" });
		const before = await snapshot(cwd);
		const patch = patchOf(update("a"), "*** Add File: n/b\n+x", "*** Update File: n/b\n@@\n-x\n+y");
		expect(await planPatch(patch, { cwd })).toMatchObject({
			kind: "ok",
			changes: [{ content: "two\n" }, { content: "x\n" }, { content: "y\n" }],
		});
		expect(await snapshot(cwd)).toEqual(before);
	});
});
