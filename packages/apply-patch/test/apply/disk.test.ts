import { promises as fs } from "node:fs";
import { join } from "node:path";
import { parsePatch } from "@codex/apply-patch";
import { describe, expect, it, onTestFinished } from "vitest";
import { applyPatchOn } from "../../src/apply/apply-patch.ts";
import { realDisk, systemErrorCode } from "../../src/apply/disk.ts";
import { snapshot, temporaryFolder, writeTree } from "../tree.ts";
import { hookedDisk } from "./hooked-disk.ts";

/** Makes this system look like one whose descriptors are no paths. */
function withoutDescriptorPaths(): void {
	const original = Object.getOwnPropertyDescriptor(process, "platform");
	Object.defineProperty(process, "platform", { value: "darwin", configurable: true });
	onTestFinished(() => void Object.defineProperty(process, "platform", original ?? {}));
}

describe("realDisk", () => {
	it("reads regular files only, and waits for nothing", async () => {
		const folder = await temporaryFolder();
		await writeTree(folder, { file: "x" });
		await fs.symlink("file", join(folder, "link"));
		expect(Buffer.from(await realDisk.readFile(join(folder, "file"))).toString()).toBe("x");
		await expect(realDisk.readFile(join(folder, "link"))).rejects.toMatchObject({ code: "ELOOP" });
		await expect(realDisk.readFile(folder)).rejects.toMatchObject({ code: "not_a_file" });
	});

	it("tells entries apart", async () => {
		const folder = await temporaryFolder();
		await writeTree(folder, { file: "x" });
		await fs.link(join(folder, "file"), join(folder, "same"));
		await fs.symlink("nowhere", join(folder, "link"));
		const [file, same] = [await realDisk.lstat(join(folder, "file")), await realDisk.lstat(join(folder, "same"))];
		expect(file).toMatchObject({ kind: "file", sizeBytes: 1 });
		expect(same?.fileId).toBe(file?.fileId);
		expect(await realDisk.lstat(join(folder, "link"))).toMatchObject({ kind: "link" });
		expect(await realDisk.lstat("/dev/null")).toMatchObject({ kind: "other" });
		expect(await realDisk.lstat(join(folder, "nothing"))).toBeUndefined();
		expect(await realDisk.lstat(join(folder, "file/below"))).toBeUndefined();
		await expect(realDisk.lstat(join(folder, "x".repeat(300)))).rejects.toMatchObject({ code: "ENAMETOOLONG" });
	});

	it("creates files that do not exist, with the permissions asked for", async () => {
		const folder = await temporaryFolder();
		const [path, bytes] = [join(folder, "new"), Buffer.from("x")];
		await realDisk.createFile(path, { bytes, like: { mode: 0o100751 } });
		expect(await snapshot(folder)).toEqual({ new: "751 x" });
		await expect(realDisk.createFile(path, { bytes })).rejects.toMatchObject({ code: "EEXIST" });
		await fs.symlink("elsewhere", join(folder, "link"));
		await expect(realDisk.createFile(join(folder, "link"), { bytes })).rejects.toMatchObject({ code: "EEXIST" });
	});

	it("says whether a file may be written", async () => {
		const folder = await temporaryFolder();
		await writeTree(folder, { file: "x" });
		expect(await realDisk.canWrite(join(folder, "file"))).toBe(true);
		expect(await realDisk.canWrite("/proc/version")).toBe(process.getuid?.() === 0);
		await expect(realDisk.canWrite(join(folder, "nothing"))).rejects.toMatchObject({ code: "ENOENT" });
	});

	it("opens no folder through a link", async () => {
		const folder = await temporaryFolder();
		await fs.mkdir(join(folder, "real/below"), { recursive: true });
		await fs.symlink("real", join(folder, "link"));
		await expect(realDisk.openDirectory(join(folder, "link"))).rejects.toThrow();
		await expect(realDisk.openDirectory(join(folder, "link/below"))).rejects.toMatchObject({ code: "changed" });
	});

	it("stays in the folder that it opened", async () => {
		const folder = await temporaryFolder();
		await fs.mkdir(join(folder, "real"));
		const opened = await realDisk.openDirectory(join(folder, "real"));
		await fs.rename(join(folder, "real"), join(folder, "moved"));
		await fs.mkdir(join(folder, "real"));
		await fs.writeFile(await opened.at("file"), "x");
		await opened.close();
		expect(Object.keys(await snapshot(folder))).toEqual(["moved/", "moved/file", "real/"]);
	});

	it("knows system errors by their code", () => {
		expect(systemErrorCode(Object.assign(new Error("x"), { code: "EIO" }))).toBe("EIO");
		expect(systemErrorCode(new Error("x"))).toBeUndefined();
		expect(systemErrorCode("EIO")).toBeUndefined();
	});
});

describe("without descriptors as paths", () => {
	const parsed = parsePatch(
		"*** Begin Patch\n*** Update File: d/a\n@@\n-one\n+two\n*** Add File: d/n/b\n+b\n*** End Patch",
	);

	it("patches are applied all the same", async () => {
		withoutDescriptorPaths();
		const cwd = await temporaryFolder();
		await writeTree(cwd, { "d/a": "one\n" });
		if (parsed.kind === "error") throw new Error("unreachable");
		expect(await applyPatchOn(realDisk, parsed.patch, { cwd, confine: [cwd] })).toMatchObject({ kind: "ok" });
		expect(await snapshot(cwd)).toMatchObject({ "d/a": "644 two\n", "d/n/b": "644 b\n" });
	});

	it("a folder that became a link is noticed before it is used", async () => {
		withoutDescriptorPaths();
		const root = await temporaryFolder();
		const [cwd, outside] = [join(root, "work"), join(root, "outside")];
		await writeTree(cwd, { "d/a": "one\n" });
		await writeTree(outside, { a: "one\n" });
		const disk = hookedDisk({
			async before(operation) {
				if (operation !== "canWrite") return;
				await fs.rename(join(cwd, "d"), join(cwd, "aside"));
				await fs.symlink(outside, join(cwd, "d"));
			},
		});
		if (parsed.kind === "error") throw new Error("unreachable");
		const result = await applyPatchOn(disk, parsed.patch, { cwd, confine: [cwd] });
		expect(result).toMatchObject({
			kind: "error",
			code: "changed",
			message: "Failed to write file d/a: a folder above it was moved or replaced by a link",
		});
		expect(await snapshot(outside)).toEqual({ a: "644 one\n" });
	});
});
