// What only a repository has: ignored files, submodules, sparse checkouts, filters, and everything of git that a snapshot
// must leave alone.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTempDir } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { createSnapshots, openRepository } from "../../src/index.ts";
import { gitOptions } from "../places.ts";
import { inRepository } from "./places.ts";

test("ignored: small files are captured, folders are not, and a named one is from then on", async () => {
	const { root, snapshots } = await inRepository(
		{ ".gitignore": "node_modules/\n.env\n*.bin\n" },
		{ ignoredFileBytes: 100 },
	);
	mkdirSync(join(root, "node_modules/p"), { recursive: true });
	writeFileSync(join(root, "node_modules/p/index.js"), "theirs");
	writeFileSync(join(root, "node_modules/other.js"), "theirs");
	writeFileSync(join(root, ".env"), "KEY=1\n");
	writeFileSync(join(root, "x.bin"), "b".repeat(101));
	const paths = ["node_modules/p/index.js", "node_modules/p/new.js"];
	const before = await snapshots.take("before", { alsoPaths: [...paths, "../outside", ".git/config", "/etc/passwd"] });
	expect(before).toMatchObject({ files: 3, partial: [] });
	writeFileSync(join(root, "node_modules/p/index.js"), "ours");
	writeFileSync(join(root, "node_modules/p/new.js"), "ours");
	writeFileSync(join(root, "node_modules/other.js"), "changed by a tool");
	writeFileSync(join(root, ".env"), "KEY=2\n");
	await snapshots.take("after", { changedBy: "us" });
	const result = await snapshots.restore(before.id);
	expect(result).toMatchObject({ kind: "restored", changed: [".env", ...paths], conflicts: [] });
	expect(readFileSync(join(root, "node_modules/p/index.js"), "utf8")).toBe("theirs");
	expect(existsSync(join(root, "node_modules/p/new.js"))).toBe(false);
	expect(readFileSync(join(root, "node_modules/other.js"), "utf8")).toBe("changed by a tool");
});

test("a folder that stops being ignored is not taken for new", async () => {
	const { root, snapshots } = await inRepository({ ".gitignore": "build/\n" });
	mkdirSync(join(root, "build"));
	writeFileSync(join(root, "build/precious"), "precious");
	const before = await snapshots.take("before");
	writeFileSync(join(root, ".gitignore"), "");
	await snapshots.take("after", { changedBy: "us" });
	expect(await snapshots.restore(before.id)).toMatchObject({ kind: "restored", changed: [".gitignore"] });
	expect(readFileSync(join(root, "build/precious"), "utf8")).toBe("precious");
});

test("a file that becomes ignored stays captured", async () => {
	const { root, snapshots } = await inRepository({ "dist/a": "1" });
	writeFileSync(join(root, "dist/b"), "1");
	const before = await snapshots.take("before");
	writeFileSync(join(root, ".gitignore"), "dist/\n");
	writeFileSync(join(root, "dist/b"), "2");
	await snapshots.take("after", { changedBy: "us" });
	expect(await snapshots.restore(before.id)).toMatchObject({ changed: [".gitignore", "dist/b"], conflicts: [] });
});

test("git sees nothing of it: index, stash, logs, refs, objects, status, fsck", async () => {
	const { root, snapshots, git } = await inRepository({ a: "1\n", "d/b": "2\n" });
	writeFileSync(join(root, "a"), "stashed\n");
	await git("stash", "push", "--quiet");
	writeFileSync(join(root, "d/b"), "staged\n");
	await git("add", "d/b");
	writeFileSync(join(root, "d/b"), "unstaged\n");
	writeFileSync(join(root, "untracked"), "untracked\n");
	const look = async () => [
		await git("status", "--porcelain=v2", "--branch", "--ignored"),
		await git("stash", "list"),
		await git("reflog", "--all"),
		await git("for-each-ref"),
		await git("count-objects", "-v"),
		await git("fsck", "--full", "--no-progress"),
	];
	const said = await look();
	const digest = gitFolderDigest(join(root, ".git"));
	const before = await snapshots.take("before");
	writeFileSync(join(root, "a"), "ours\n");
	rmSync(join(root, "untracked"));
	await snapshots.take("after", { changedBy: "us" });
	await snapshots.changesSince(before.id);
	await snapshots.restore(before.id);
	await snapshots.redo();
	await snapshots.restore(before.id);
	await snapshots.drop(["2"]);
	expect(gitFolderDigest(join(root, ".git"))).toBe(digest);
	expect(await look()).toEqual(said);
});

function gitFolderDigest(folder: string): string {
	const hash = createHash("sha256");
	for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
		const stats = statSync(join(folder, name), { bigint: true });
		hash.update(`${name} ${stats.mtimeNs} ${stats.mode}`);
		if (stats.isFile()) hash.update(readFileSync(join(folder, name)));
	}
	return hash.digest("hex");
}

test("what the repository has is not stored again", async () => {
	const { root, snapshots } = await inRepository({ big: createHash("sha512").update("x").digest("hex").repeat(2000) });
	await snapshots.take("1");
	expect(await snapshots.sizeBytes()).toBeLessThan(3000);
	expect(statSync(join(root, "big")).size).toBe(256_000);
});

test("more than a pack's worth of new files, some empty, is stored and restored", async () => {
	const { root, snapshots, git } = await inRepository();
	for (let index = 0; index < 300; index += 1) writeFileSync(join(root, `f${index}`), "x".repeat(index));
	const before = await snapshots.take("before");
	for (let index = 0; index < 300; index += 1) rmSync(join(root, `f${index}`));
	await snapshots.take("after", { changedBy: "us" });
	await snapshots.drop([]);
	const result = await snapshots.restore(before.id);
	expect(result.kind === "restored" && result.changed.length).toBe(300);
	for (let index = 0; index < 300; index += 1)
		expect(readFileSync(join(root, `f${index}`), "utf8")).toBe("x".repeat(index));
	expect(await git("count-objects")).toContain("2 objects");
});

test("a submodule and a linked work tree are handled as work trees of their own", async () => {
	const place = await inRepository({ a: "1" });
	const inner = await inRepository({ "in.txt": "1" });
	await place.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root, "sub");
	const before = await place.snapshots.take("before");
	const gitDir = gitFolderDigest(join(place.root, ".git"));
	writeFileSync(join(place.root, "sub/in.txt"), "2");
	await place.snapshots.take("after", { changedBy: "us" });
	expect(await place.snapshots.restore(before.id)).toMatchObject({ changed: ["sub/in.txt"] });
	expect(gitFolderDigest(join(place.root, ".git"))).toBe(gitDir);
	const dir = await createTempDir();
	onTestFinished(dir.dispose);
	const sub = await openRepository(join(place.root, "sub"), gitOptions(dir));
	if (sub.kind !== "repository") throw new Error(sub.kind);
	const own = await createSnapshots(sub, { store: join(dir.path, "store") });
	const first = await own.take("1");
	writeFileSync(join(place.root, "sub/in.txt"), "3");
	await own.take("2", { changedBy: "us" });
	expect(await own.restore(first.id)).toMatchObject({ changed: ["in.txt"] });
});

test("files that a sparse checkout leaves out are not taken for removed", async () => {
	const { root, snapshots, git } = await inRepository({ "in/a": "1", "out/b": "1" });
	await git("sparse-checkout", "set", "--cone", "--sparse-index", "in");
	expect(existsSync(join(root, "out"))).toBe(false);
	const before = await snapshots.take("before");
	writeFileSync(join(root, "in/a"), "2");
	await snapshots.take("after", { changedBy: "us" });
	expect(await snapshots.restore(before.id)).toMatchObject({ changed: ["in/a"] });
	expect(existsSync(join(root, "out"))).toBe(false);
	expect(await git("status", "--porcelain")).toBe("");
});

test("filters do not change what is captured", async () => {
	const { root, snapshots, git } = await inRepository({ ".gitattributes": "*.txt filter=up text eol=crlf\n" });
	await git("config", "filter.up.clean", "tr a-z A-Z");
	await git("config", "filter.up.smudge", "tr A-Z a-z");
	await git("config", "core.autocrlf", "true");
	writeFileSync(join(root, "x.txt"), "Mixed\nlines\r\n");
	const before = await snapshots.take("before");
	rmSync(join(root, "x.txt"));
	await snapshots.take("after", { changedBy: "us" });
	await snapshots.restore(before.id);
	expect(readFileSync(join(root, "x.txt"), "utf8")).toBe("Mixed\nlines\r\n");
});

test("pipes and sockets are left alone, and reading does not wait for them", async () => {
	const { root, snapshots } = await inRepository();
	execFileSync("mkfifo", [join(root, "pipe")]);
	writeFileSync(join(root, "a"), "1");
	const before = await snapshots.take("before");
	expect(before).toMatchObject({ files: 1, partial: [] });
	writeFileSync(join(root, "a"), "2");
	chmodSync(join(root, "pipe"), 0o600);
	await snapshots.take("after", { changedBy: "us" });
	expect(await snapshots.restore(before.id)).toMatchObject({ changed: ["a"] });
	expect(statSync(join(root, "pipe")).isFIFO()).toBe(true);
});

test("a store inside the work tree does not capture itself; a bare repository has no snapshots", async () => {
	const { root, top } = await inRepository({ a: "1" });
	const options = { env: { PATH: process.env.PATH, HOME: top }, scratch: join(top, "scratch") };
	const repository = await openRepository(root, options);
	if (repository.kind !== "repository") throw new Error(repository.kind);
	const snapshots = await createSnapshots(repository, { store: join(root, "store"), nowMs: () => 42 });
	await snapshots.take("1");
	expect(await snapshots.take("2")).toMatchObject({ files: 1, takenAtMs: 42, id: "2" });
	expect(await snapshots.changesSince("1")).toEqual([]);
	execFileSync("git", ["init", "--quiet", "--bare", join(top, "bare")]);
	const bare = await openRepository(join(top, "bare"), options);
	if (bare.kind !== "repository") throw new Error(bare.kind);
	await expect(createSnapshots(bare, { store: join(top, "store-2") })).rejects.toMatchObject({ code: "git_failed" });
});
