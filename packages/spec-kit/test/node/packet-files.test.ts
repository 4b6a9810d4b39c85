import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPacketFiles } from "../../src/node/packet-files.ts";
import { temporaryFolder, writeFiles } from "../real-host.ts";
import { faultyFileSystem, systemError } from "./faulty-file-system.ts";

let root = "";
let outside = "";
let disposeAll = (): void => undefined;
beforeEach(() => {
	const inner = temporaryFolder();
	const outer = temporaryFolder();
	root = inner.root;
	outside = outer.root;
	disposeAll = () => {
		inner.dispose();
		outer.dispose();
	};
});
afterEach(() => disposeAll());

describe.each([true, false])("createPacketFiles with handle paths: %s", (onLinux) => {
	const files = () => createPacketFiles({ root, handlePaths: onLinux && process.platform === "linux" });

	it("reads, writes and lists", async () => {
		await files().write("docs/SPEC-A-1/plan.md", "# Plän\n");
		await files().write("docs/SPEC-A-1/plan.md", "# Neu\n");
		expect(await files().read("docs/SPEC-A-1/plan.md")).toBe("# Neu\n");
		expect(await files().read("docs/SPEC-A-1/none.md")).toBeUndefined();
		expect(await files().read("none/none.md")).toBeUndefined();
		await writeFiles(root, { "docs/b.md": "", "docs/node_modules/x.js": "", "docs/.git/config": "" });
		symlinkSync("/etc", join(root, "docs/link"));
		expect(await files().list("docs")).toEqual(["docs/SPEC-A-1/plan.md", "docs/b.md"]);
		expect(await files().list("none")).toEqual([]);
		expect(await files().list(".")).toEqual(["docs/SPEC-A-1/plan.md", "docs/b.md"]);
	});

	it.each([
		"../x",
		"/etc/passwd",
		"a/../../x",
		"a/../b",
		".git/config",
		"a/.git/hooks/x",
		"a\\b",
		"C:/x",
		"a\0b",
		"",
		".",
	])("refuses %j", async (path) => {
		await expect(files().read(path)).rejects.toMatchObject({ code: "unsafe_path" });
		await expect(files().write(path, "x")).rejects.toMatchObject({ code: "unsafe_path" });
	});

	it("follows no link out, neither of a folder nor of a file, for reading or writing", async () => {
		writeFileSync(join(outside, "secret"), "secret");
		symlinkSync(outside, join(root, "folder"));
		symlinkSync(join(outside, "secret"), join(root, "file"));
		symlinkSync(join(outside, "new"), join(root, "dangling"));
		for (const path of ["folder/secret", "file", "dangling", "folder/new/deep"]) {
			await expect(files().write(path, "x"), path).rejects.toMatchObject({ code: "unsafe_path" });
		}
		for (const path of ["folder/secret", "file", "dangling"]) {
			await expect(files().read(path), path).rejects.toMatchObject({ code: "unsafe_path" });
		}
		expect(readdirSync(outside)).toEqual(["secret"]);
		expect(readFileSync(join(outside, "secret"), "utf8")).toBe("secret");
	});

	it("follows a link that stays inside, and not into `.git`", async () => {
		await writeFiles(root, { "real/a.md": "old", ".git/config": "x" });
		symlinkSync("real", join(root, "folder"));
		symlinkSync("real/a.md", join(root, "file"));
		symlinkSync(".git", join(root, "hidden"));
		await files().write("file", "new");
		expect(readFileSync(join(root, "real/a.md"), "utf8")).toBe("new");
		expect(await files().read("folder/a.md")).toBe("new");
		await expect(files().read("hidden/config")).rejects.toMatchObject({ code: "unsafe_path" });
	});
});

describe("createPacketFiles", () => {
	it("keeps the mode of a file", async () => {
		await writeFiles(root, { a: "x" });
		chmodSync(join(root, "a"), 0o755);
		await createPacketFiles({ root }).write("a", "y");
		expect(statSync(join(root, "a")).mode & 0o777).toBe(0o755);
	});

	it.each(["write", "sync", "rename", "open"])("leaves the old file when the disk refuses to %s", async (operation) => {
		await writeFiles(root, { "docs/a.md": "old" });
		const fileSystem = faultyFileSystem((done, path) =>
			done === operation && path.includes("a.md") ? systemError("ENOSPC") : undefined,
		);
		await expect(createPacketFiles({ root, fileSystem }).write("docs/a.md", "new")).rejects.toMatchObject({
			code: "file_write",
		});
		expect(readdirSync(join(root, "docs"))).toEqual(["a.md"]);
		expect(readFileSync(join(root, "docs/a.md"), "utf8")).toBe("old");
	});

	it("says what is no file, no folder, or no repository", async () => {
		mkdirSync(join(root, "folder"));
		await writeFiles(root, { file: "x" });
		await expect(createPacketFiles({ root }).read("folder")).rejects.toMatchObject({ code: "file_read" });
		await expect(createPacketFiles({ root }).write("file/x", "y")).rejects.toMatchObject({ code: "directory_read" });
		await expect(createPacketFiles({ root: join(root, "none") }).read("x")).rejects.toMatchObject({
			code: "directory_read",
		});
		const fileSystem = faultyFileSystem((done) => (done === "mkdir" ? systemError("ENOSPC") : undefined));
		await expect(createPacketFiles({ root, fileSystem }).write("a/b", "x")).rejects.toMatchObject({
			code: "directory_create",
		});
	});
});
