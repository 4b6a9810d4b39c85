import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeFileAtomic } from "../../src/index.ts";
import { makeTempFolder } from "../temp-home.ts";

describe("writeFileAtomic", () => {
	it("makes a private file in private folders whatever the umask", async () => {
		const root = makeTempFolder();
		const path = join(root, "new", "config.toml");
		const before = process.umask(0o000);
		try {
			await writeFileAtomic(path, "a = 1\n");
		} finally {
			process.umask(before);
		}
		expect(readFileSync(path, "utf8")).toBe("a = 1\n");
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(join(root, "new")).mode & 0o777).toBe(0o700);
	});

	it("replaces a file, tightens its mode and leaves nothing else behind", async () => {
		const root = makeTempFolder();
		const path = join(root, "file");
		writeFileSync(path, "old", { mode: 0o644 });
		await writeFileAtomic(path, "new");
		expect(readFileSync(path, "utf8")).toBe("new");
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(readdirSync(root)).toEqual(["file"]);
	});

	it("refuses a link and leaves its target alone", async () => {
		const root = makeTempFolder();
		const target = join(root, "target");
		writeFileSync(target, "precious");
		symlinkSync(target, join(root, "link"));
		await expect(writeFileAtomic(join(root, "link"), "new")).rejects.toMatchObject({
			name: "ConfigError",
			code: "not_a_plain_file",
		});
		symlinkSync(join(root, "none"), join(root, "dead"));
		await expect(writeFileAtomic(join(root, "dead"), "new")).rejects.toMatchObject({ code: "not_a_plain_file" });
		expect(readFileSync(target, "utf8")).toBe("precious");
		expect(readdirSync(root).toSorted()).toEqual(["dead", "link", "target"]);
	});

	it("refuses a folder, and wraps what the system says", async () => {
		const root = makeTempFolder();
		mkdirSync(join(root, "folder"));
		writeFileSync(join(root, "file"), "");
		await expect(writeFileAtomic(join(root, "folder"), "")).rejects.toMatchObject({ code: "not_a_plain_file" });
		await expect(writeFileAtomic(join(root, "file", "below"), "")).rejects.toMatchObject({
			code: "write_failed",
			cause: expect.any(Error),
		});
		expect(readdirSync(root).toSorted()).toEqual(["file", "folder"]);
	});

	it("shows readers the old text or the new one", async () => {
		const path = join(makeTempFolder(), "file");
		const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
		await writeFileAtomic(path, texts[0] ?? "");
		let done = false;
		const reader = (async () => {
			while (!done) {
				expect(texts).toContain(readFileSync(path, "utf8"));
				await new Promise((resolve) => setImmediate(resolve));
			}
		})();
		for (const text of texts) await writeFileAtomic(path, text);
		done = true;
		await reader;
	});
});
