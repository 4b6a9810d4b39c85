// The walk on real folders: rules, odd names, what cannot be read.

import { execFileSync } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempDir, writeTree } from "@codex/test-support";
import { describe, expect, it, onTestFinished } from "vitest";
import { readRaw } from "../../src/raw-path.ts";
import { walk } from "../../src/walk/walk.ts";

async function treeOf(files: Readonly<Record<string, string>>): Promise<string> {
	const dir = await createTempDir("code-walk-");
	onTestFinished(() => dir.dispose());
	await writeTree(dir.path, files);
	return dir.path;
}

async function walked(root: string, hidden = true, signal = new AbortController().signal): Promise<string[]> {
	const found: string[] = [];
	await walk(root, { hidden, signal, take: (raw) => found.push(readRaw(raw).text) > 0 });
	return found.sort();
}

describe("walk", () => {
	it("honours .gitignore and .ignore of each folder, .ignore first", async () => {
		const root = await treeOf({
			".gitignore": "*.log\n/build\nsecret-*\n!secret-not\n",
			".ignore": "!keep.log\ndraft/\n",
			"a.log": "",
			"keep.log": "",
			"build/x": "",
			"lib/build/x": "",
			"secret-1": "",
			"secret-not": "",
			"draft/d": "",
			"sub/.gitignore": "local\n!a.log\n",
			"sub/a.log": "",
			"sub/local": "",
			"sub/deep/local/file": "",
			"sub/deep/LOCAL": "",
		});
		expect(await walked(root)).toEqual(
			[
				".gitignore",
				".ignore",
				"keep.log",
				"lib/build/x",
				"secret-not",
				"sub/.gitignore",
				"sub/a.log",
				"sub/deep/LOCAL",
			].sort(),
		);
	});

	it("lists what git lists, for many rules", async () => {
		const rules = [
			"*.o",
			"!keep.o",
			"/only-root",
			"dir/",
			"a/**/z",
			"**/any",
			"foo/*",
			"!foo/bar",
			"x[0-9]",
			"sp\\ ace",
			"tail ",
			"#no",
			"\\#hash",
			"q?r",
		];
		const names =
			"m.o keep.o only-root sub/only-root dir/f sub/dir/f notdir/dir2 a/z a/b/z a/b/c/z any/f sub/any foo/bar foo/baz foo/deep/f x1 xa sp\u0020ace tail #no #hash qar qr".split(
				" ",
			);
		const root = await treeOf({
			".gitignore": `${rules.join("\n")}\n`,
			...Object.fromEntries([...names, "sp ace"].filter((name) => name !== "").map((name) => [name, ""])),
		});
		execFileSync("git", ["init", "-q"], { cwd: root });
		const listed = execFileSync("git", ["ls-files", "-z", "--others", "--exclude-standard"], {
			cwd: root,
			encoding: "utf8",
		});
		expect(await walked(root)).toEqual(
			listed
				.split("\0")
				.filter((path) => path !== "")
				.sort(),
		);
	});

	it("honours the rules of folders above it, of the clone, and not those outside the repository", async () => {
		const root = await treeOf({
			".gitignore": "outer\n",
			".ignore": "everywhere\n",
			"repo/.git/info/exclude": "excluded\n",
			"repo/.gitignore": "inner\n",
			"repo/src/a": "",
			"repo/src/outer": "",
			"repo/src/inner": "",
			"repo/src/excluded": "",
			"repo/src/everywhere": "",
		});
		expect(await walked(join(root, "repo/src"))).toEqual(["a", "everywhere", "outer"]);
		expect(await walked(root)).toEqual([".gitignore", ".ignore", "repo/.gitignore", "repo/src/a", "repo/src/outer"]);
	});

	it("skips hidden names when it is told to, and version control always", async () => {
		const root = await treeOf({ ".env": "", ".config/x": "", ".git/HEAD": "", "a/.hg/x": "", "a/b": "" });
		expect(await walked(root, false)).toEqual(["a/b"]);
		expect(await walked(root)).toEqual([".config/x", ".env", "a/b"]);
	});

	it("follows no link, and takes links as files", async () => {
		const root = await treeOf({ "dir/file": "" });
		await symlink("..", join(root, "dir/loop"));
		await symlink(".", join(root, "self"));
		await symlink("/nowhere", join(root, "broken"));
		expect(await walked(root)).toEqual(["broken", "dir/file", "dir/loop", "self"]);
	});

	it("keeps names that are not UTF-8, of files and folders, and names with control characters", async () => {
		const root = await treeOf({ "line\nend": "", "esc\u001b[31m": "", "täg/x": "" });
		const folder = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x64, 0xff])]);
		await mkdir(folder);
		await writeFile(Buffer.concat([folder, Buffer.from("/inside")]), "");
		const raws: string[] = [];
		const { signal } = new AbortController();
		await walk(root, { hidden: true, signal, take: (raw) => raws.push(raw) > 0 });
		const read = raws.map(readRaw);
		expect(read.map(({ text }) => text).sort()).toEqual(["d\uFFFD/inside", "esc\u001b[31m", "line\nend", "täg/x"]);
		const odd = read.find(({ bytes }) => bytes !== undefined);
		expect(Buffer.from(odd?.bytes ?? []).toString("latin1")).toBe("d\xff/inside");
	});

	it("goes round FIFOs, rules in a FIFO or a link, and rules that would take a machine long", async () => {
		const slow = `${"*a".repeat(40)}\n${"x".repeat(2000)}\n[z-a\n`;
		const root = await treeOf({
			".gitignore": `\uFEFF${slow}gone\r\n`,
			gone: "",
			"sub/kept": "",
			["a".repeat(200)]: "",
		});
		execFileSync("mkfifo", [join(root, "sub/.gitignore"), join(root, "pipe")]);
		await writeTree(root, { "other/kept": "", "rules.txt": "kept\n" });
		await symlink("../rules.txt", join(root, "other/.gitignore"));
		expect(await walked(root)).toEqual(
			[".gitignore", "a".repeat(200), "other/.gitignore", "other/kept", "rules.txt", "sub/kept"].sort(),
		);
	});

	it("says what it could not read, and when the root is gone", async () => {
		const { signal } = new AbortController();
		const missing = await walk("/nowhere/at/all", { hidden: true, signal, take: () => true });
		expect(missing.unreadable).toBe(1);
		expect(missing.rootFailure).toContain("ENOENT");
		// A folder that vanishes while its parent is read.
		const root = await treeOf({ "a/1": "", "b/1": "", "c/1": "" });
		const found: string[] = [];
		const rest = await walk(root, {
			hidden: true,
			signal,
			take: (raw) => {
				found.push(raw);
				return true;
			},
		});
		await rm(root, { recursive: true });
		expect({ found: found.sort(), rest }).toEqual({ found: ["a/1", "b/1", "c/1"], rest: { unreadable: 0 } });
	});

	it("ends when it is told to", async () => {
		const root = await treeOf(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`d${at}/f`, ""])));
		const stop = new AbortController();
		stop.abort();
		expect(await walked(root, true, stop.signal)).toEqual([]);
		let count = 0;
		const take = (): boolean => {
			count += 1;
			return count < 7;
		};
		await walk(root, { hidden: true, signal: new AbortController().signal, take });
		expect(count).toBe(7);
	});
});
