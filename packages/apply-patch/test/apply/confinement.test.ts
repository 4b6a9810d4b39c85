// A confined patch writes below its roots and nowhere else, whatever links and names it finds there.
import { execFileSync } from "node:child_process";
import { promises as fs } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type ApplyResult, applyPatch, type Patch, parsePatch, planPatch } from "@codex/apply-patch";
import { describe, expect, it, onTestFinished } from "vitest";
import { applyPatchOn } from "../../src/apply/apply-patch.ts";
import { snapshot, temporaryFolder, writeTree } from "../tree.ts";
import { hookedDisk } from "./hooked-disk.ts";

interface Place {
	/** The workspace: cwd and only root. */
	readonly work: string;
	/** Must never change. */
	readonly outside: string;
}

async function place(): Promise<Place> {
	const root = await temporaryFolder();
	const [work, outside] = [join(root, "work"), join(root, "work-evil")];
	await writeTree(work, { "in.txt": "one\n", "sub/in.txt": "one\n" });
	await writeTree(outside, { "out.txt": "one\n", "dir/deep.txt": "one\n" });
	return { work, outside };
}

function patchOf(...hunks: readonly string[]): Patch {
	const parsed = parsePatch(["*** Begin Patch", ...hunks, "*** End Patch"].join("\n"));
	if (parsed.kind === "error") throw new Error(parsed.error.message);
	return parsed.patch;
}

const update = (path: string): string => `*** Update File: ${path}\n@@\n-one\n+two`;
const add = (path: string): string => `*** Add File: ${path}\n+two`;
const remove = (path: string): string => `*** Delete File: ${path}`;
const move = (path: string, to: string): string => `*** Update File: ${path}\n*** Move to: ${to}\n@@\n-one\n+two`;

/** Applies a patch that must be refused, together with a harmless hunk that must then not happen either. */
async function refused(
	{ work, outside }: Place,
	...hunks: readonly string[]
): Promise<{ code: string; message: string }> {
	const before = [await snapshot(work), await snapshot(outside)];
	const patch = patchOf(update("in.txt"), ...hunks);
	const result = await applyPatch(patch, { cwd: work, confine: [work] });
	expect([await snapshot(work), await snapshot(outside)]).toEqual(before);
	expect(await planPatch(patch, { cwd: work, confine: [work] })).toEqual(result);
	if (result.kind === "ok") throw new Error("the patch was not refused");
	return result;
}

describe("paths that lead out", () => {
	it.each([
		["..", "../work-evil/out.txt"],
		["folder and ..", "sub/../../work-evil/out.txt"],
		["a missing folder and ..", "nowhere/../../work-evil/out.txt"],
		["a link to a folder", "folder-link/out.txt"],
		["a link to a folder below", "folder-link/dir/deep.txt"],
		["a chain of links", "chain/out.txt"],
		["a relative link upwards", "up/work-evil/out.txt"],
		["a link to a file", "file-link"],
		["/proc/self/root", "root-link"],
	])("%s", async (_, path) => {
		const at = await place();
		await fs.symlink(at.outside, join(at.work, "folder-link"));
		await fs.symlink("folder-link", join(at.work, "chain"));
		await fs.symlink("..", join(at.work, "up"));
		await fs.symlink(join(at.outside, "out.txt"), join(at.work, "file-link"));
		await fs.symlink(`/proc/self/root${at.outside}/out.txt`, join(at.work, "root-link"));
		for (const hunk of [update(path), add(path), move(path, "moved.txt"), move("sub/in.txt", path)]) {
			expect(await refused(at, hunk)).toEqual({
				kind: "error",
				code: "outside",
				message: `${path} is outside of the folders that may be written: ${at.work}`,
			});
		}
		if (!path.endsWith("-link")) expect((await refused(at, remove(path))).message).toContain(path);
	});

	it("absolute paths, with and without /proc/self/root", async () => {
		const at = await place();
		const path = join(at.outside, "out.txt");
		for (const absolute of [
			path,
			`/proc/self/root${path}`,
			`/proc/${process.pid}/root${path}`,
			`/proc/self/cwd/../x`,
		]) {
			expect((await refused(at, update(absolute), remove(absolute))).code).toBe("outside");
			expect((await refused(at, add(absolute))).code).toBe("outside");
		}
		expect((await refused(at, add(join(at.outside, "new", "file.txt")))).code).toBe("outside");
		expect((await refused(at, add(at.work))).code).toBe("outside");
	});

	it("links to nothing", async () => {
		const at = await place();
		await fs.symlink(join(at.outside, "not-yet.txt"), join(at.work, "dangling"));
		await fs.symlink(join(at.outside, "not-yet"), join(at.work, "dangling-folder"));
		await fs.symlink("loop", join(at.work, "loop"));
		expect((await refused(at, add("dangling"))).message).toBe("dangling is a symbolic link to nothing");
		expect((await refused(at, update("dangling"))).code).toBe("not_found");
		expect((await refused(at, add("dangling-folder/x"))).message).toContain("is a symbolic link to nothing");
		expect((await refused(at, move("sub/in.txt", "dangling"))).code).toBe("not_found");
		expect((await refused(at, add("loop"))).code).toBe("io");
		expect((await refused(at, add("loop/x"))).code).toBe("io");
	});

	it("a link that the same patch would have to follow after removing the file in its place", async () => {
		const at = await place();
		await fs.symlink(at.outside, join(at.work, "folder-link"));
		expect((await refused(at, remove("folder-link/out.txt"), add("folder-link/out.txt"))).code).toBe("outside");
	});
});

describe("paths that stay inside", () => {
	it("absolute, with .. and through links", async () => {
		const { work } = await place();
		await fs.symlink("sub", join(work, "folder-link"));
		await fs.symlink("sub/in.txt", join(work, "file-link"));
		const options = { cwd: join(work, "sub"), confine: [work] };
		const patch = patchOf(update("../in.txt"), update("../file-link"), add(join(work, "folder-link", "new.txt")));
		expect(await applyPatch(patch, options)).toMatchObject({ kind: "ok", leftovers: [] });
		expect(await snapshot(work)).toMatchObject({
			"in.txt": "644 two\n",
			"sub/in.txt": "644 two\n",
			"sub/new.txt": "644 two\n",
			"file-link": "-> sub/in.txt",
			"folder-link": "-> sub",
		});
	});

	it("below a root that is reached through a link", async () => {
		const { work, outside } = await place();
		const alias = join(outside, "..", "alias");
		await fs.symlink(work, alias);
		expect(await applyPatch(patchOf(update("in.txt")), { cwd: alias, confine: [alias] })).toMatchObject({ kind: "ok" });
		expect(await fs.readFile(join(work, "in.txt"), "utf8")).toBe("two\n");
	});

	it("below any of several roots", async () => {
		const { work, outside } = await place();
		const confine = [join(work, "not-there"), work, join(outside, "dir")];
		const both = patchOf(update("in.txt"), update("../work-evil/dir/deep.txt"));
		expect(await applyPatch(both, { cwd: work, confine })).toMatchObject({ kind: "ok" });
		const third = patchOf(update("../work-evil/out.txt"));
		expect(await applyPatch(third, { cwd: work, confine })).toMatchObject({ kind: "error", code: "outside" });
		expect(await applyPatch(both, { cwd: work, confine: [] })).toMatchObject({
			code: "outside",
			message: "in.txt is outside of the folders that may be written: (none)",
		});
	});

	it("removing or moving a link to a file outside touches only the link", async () => {
		const { work, outside } = await place();
		await fs.symlink(join(outside, "out.txt"), join(work, "file-link"));
		const before = await snapshot(outside);
		const result = await applyPatch(patchOf(remove("file-link")), { cwd: work, confine: [work] });
		expect(result).toMatchObject({ kind: "ok" });
		expect(JSON.stringify(result)).not.toContain("one");
		expect(await snapshot(outside)).toEqual(before);
		expect(await snapshot(work)).not.toHaveProperty("file-link");
	});

	it("a hard link to a file outside: that file keeps its content", async () => {
		const { work, outside } = await place();
		await fs.link(join(outside, "out.txt"), join(work, "hard.txt"));
		const patch = patchOf(update("hard.txt"));
		expect(await applyPatch(patch, { cwd: work, confine: [work] })).toMatchObject({ kind: "ok" });
		expect(await fs.readFile(join(outside, "out.txt"), "utf8")).toBe("one\n");
		expect(await fs.readFile(join(work, "hard.txt"), "utf8")).toBe("two\n");
	});

	it("without a limit nothing is refused", async () => {
		const { work, outside } = await place();
		const patch = patchOf(update("../work-evil/out.txt"), add(".git/hooks/x"));
		expect(await applyPatch(patch, { cwd: work })).toMatchObject({ kind: "ok" });
		expect(await fs.readFile(join(outside, "out.txt"), "utf8")).toBe("two\n");
	});
});

describe(".git folders", () => {
	it.each([
		".git/hooks/pre-commit",
		".GIT/hooks/pre-commit",
		".Git/config",
		"sub/.git/config",
		".git",
		"sub/../.git/config",
		".g\u200Cit/config",
		".git./config",
		".git /config",
		".git::$INDEX_ALLOCATION/config",
		"git~1/config",
		"GIT~1/config",
		"alias/config",
		".git/../in.txt",
	])("%j is protected", async (path) => {
		const at = await place();
		await writeTree(at.work, { ".git/config": "one\n", ".git/hooks/pre-commit": "one\n" });
		await fs.symlink(".git", join(at.work, "alias"));
		const error = await refused(at, add(path));
		expect(error.code).toBe("protected");
		expect(error.message).toContain(path);
		expect((await refused(at, move("sub/in.txt", path))).code).toBe("protected");
	});

	it("names that only look alike are free", async () => {
		const { work } = await place();
		const patch = patchOf(add(".gitignore"), add(".github/x.yml"), add("git/x"), add("a.git/x"), add(".git-x/y"));
		expect(await applyPatch(patch, { cwd: work, confine: [work] })).toMatchObject({ kind: "ok" });
	});

	it("a root inside of one is the caller's decision", async () => {
		const { work } = await place();
		const confine = [work, join(work, ".git", "worktrees")];
		await fs.mkdir(join(work, ".git", "worktrees"), { recursive: true });
		const patch = patchOf(add(join(work, ".git/worktrees/x")));
		expect(await applyPatch(patch, { cwd: work, confine })).toMatchObject({ kind: "ok" });
	});
});

describe("what is not a file", () => {
	it("is refused without being opened", async () => {
		const at = await place();
		execFileSync("mkfifo", [join(at.work, "fifo")]);
		const server = createServer().listen(join(at.work, "socket"));
		onTestFinished(() => void server.close());
		await new Promise((resolve) => server.once("listening", resolve));
		await fs.symlink("fifo", join(at.work, "fifo-link"));
		for (const path of ["fifo", "socket", "sub", "fifo-link"]) {
			for (const hunk of [update(path), add(path), move("sub/in.txt", path), move(path, "x")]) {
				expect(await refused(at, hunk)).toMatchObject({ code: "not_a_file" });
			}
			if (path !== "fifo-link") {
				const error = await refused(at, remove(path));
				expect(error).toMatchObject({ code: "not_a_file" });
				expect(error.message).toContain(`Failed to delete file ${path}`);
			}
		}
		expect((await refused(at, add("fifo/x"))).code).toBe("not_a_file");
	});

	it("devices too, when nothing confines the patch", async () => {
		const { work } = await place();
		await fs.symlink("/dev/zero", join(work, "zero"));
		for (const hunk of [update("zero"), add("zero"), add("/dev/null"), remove("/dev/null")]) {
			expect(await applyPatch(patchOf(hunk), { cwd: work })).toMatchObject({ kind: "error", code: "not_a_file" });
		}
	});
});

async function countSteps(patch: Patch): Promise<number> {
	const { work } = await place();
	const disk = hookedDisk({});
	expect(await applyPatchOn(disk, patch, { cwd: work, confine: [work] })).toMatchObject({ kind: "ok" });
	return disk.steps();
}

describe("a folder swapped for a link while the patch is applied", () => {
	it("never lets a byte out, at whatever step it happens", { timeout: 60_000 }, async () => {
		const patch = patchOf(
			update("sub/in.txt"),
			add("sub/new.txt"),
			add("sub/made/deep.txt"),
			"*** Update File: in.txt\n*** Move to: sub/moved.txt\n@@\n-one\n+two",
		);
		const results = new Map<string, number>();
		const steps = await countSteps(patch);
		for (let step = 0; step < steps; step += 1) {
			const { work, outside } = await place();
			await writeTree(outside, { "in.txt": "one\n", "moved.txt": "old\n" });
			const before = await snapshot(outside);
			const disk = hookedDisk({
				async before(_, current) {
					if (current !== step) return;
					await fs.rename(join(work, "sub"), join(work, "aside"));
					await fs.symlink(outside, join(work, "sub"));
				},
			});
			const result: ApplyResult = await applyPatchOn(disk, patch, { cwd: work, confine: [work] });
			const key = result.kind === "ok" ? "ok" : result.code;
			results.set(key, (results.get(key) ?? 0) + 1);
			expect(await snapshot(outside), `step ${step}`).toEqual(before);
			if (result.kind === "error") {
				expect(await fs.readFile(join(work, "in.txt"), "utf8")).toBe("one\n");
				expect(Object.keys(await snapshot(join(work, "aside")))).toEqual(["in.txt"]);
			}
		}
		expect(results.get("ok")).toBeGreaterThan(20);
		expect(results.get("outside")).toBeGreaterThan(0);
	});

	it("nor does a file swapped for a link", { timeout: 60_000 }, async () => {
		const steps = await countSteps(patchOf(update("sub/in.txt")));
		for (let step = 0; step < steps; step += 1) {
			const { work, outside } = await place();
			const before = await snapshot(outside);
			const disk = hookedDisk({
				async before(_, current) {
					if (current !== step) return;
					await fs.rm(join(work, "sub/in.txt"));
					await fs.symlink(join(outside, "out.txt"), join(work, "sub/in.txt"));
				},
			});
			await applyPatchOn(disk, patchOf(update("sub/in.txt")), { cwd: work, confine: [work] });
			expect(await snapshot(outside), `step ${step}`).toEqual(before);
		}
	});
});
