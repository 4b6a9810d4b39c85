import {
	chmodSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Restored } from "../../src/index.ts";
import { inRepository, outsideRepository } from "./places.ts";

const places = [
	["in a repository", inRepository],
	["outside a repository", outsideRepository],
] as const;

function restored(result: { readonly kind: string }): Restored {
	if (result.kind !== "restored") throw new Error(JSON.stringify(result));
	return result as Restored;
}

describe.each(places)("%s", (_, makePlace) => {
	test("an undone turn is as if it had not been; redo brings it back", async () => {
		const { root, snapshots } = await makePlace();
		writeFileSync(join(root, "kept"), "kept");
		writeFileSync(join(root, "edited"), "before");
		writeFileSync(join(root, "removed"), "before");
		const before = await snapshots.take("before turn 1");
		writeFileSync(join(root, "edited"), "after");
		rmSync(join(root, "removed"));
		mkdirSync(join(root, "new/deep"), { recursive: true });
		writeFileSync(join(root, "new/deep/file"), "new");
		await snapshots.take("after turn 1", { changedBy: "us" });
		expect(await snapshots.changesSince(before.id)).toEqual([
			{ path: "edited", change: "modified", what: "file", by: "us" },
			{ path: "new", change: "added", what: "folder", by: "us" },
			{ path: "new/deep", change: "added", what: "folder", by: "us" },
			{ path: "new/deep/file", change: "added", what: "file", by: "us" },
			{ path: "removed", change: "removed", what: "file", by: "us" },
		]);
		const undone = restored(await snapshots.restore(before.id));
		expect(undone).toMatchObject({ conflicts: [], uncaptured: [] });
		expect(
			readdirSync(root)
				.filter((name) => name !== ".git")
				.toSorted(),
		).toEqual(["edited", "kept", "removed"]);
		expect(readFileSync(join(root, "edited"), "utf8")).toBe("before");
		restored(await snapshots.redo());
		expect(readFileSync(join(root, "new/deep/file"), "utf8")).toBe("new");
		expect(existsSync(join(root, "removed"))).toBe(false);
		expect(await snapshots.redo()).toMatchObject({ kind: "refused", reason: "nothing_to_redo" });
	});

	test("what the user changed since is a conflict, and is overwritten only when named; the undo of that brings it back", async () => {
		const { root, snapshots } = await makePlace();
		for (const name of ["a", "b", "c"]) writeFileSync(join(root, name), "before");
		const before = await snapshots.take("before");
		for (const name of ["a", "b", "c"]) writeFileSync(join(root, name), "ours");
		await snapshots.take("after", { changedBy: "us" });
		writeFileSync(join(root, "b"), "the user's");
		rmSync(join(root, "c"));
		const preview = await snapshots.preview(before.id);
		expect(preview).toMatchObject({
			kind: "preview",
			changes: [{ path: "a", change: "modified", what: "file" }],
			conflicts: [
				{ path: "b", reason: "user_changed", message: expect.stringContaining("changed since by the user") },
				{ path: "c", reason: "user_changed" },
			],
		});
		expect(readFileSync(join(root, "a"), "utf8")).toBe("ours");
		const first = restored(await snapshots.restore(before.id));
		expect(first.changed).toEqual(["a"]);
		expect(readFileSync(join(root, "b"), "utf8")).toBe("the user's");
		const second = restored(await snapshots.restore(before.id, { onUserChange: { overwrite: ["b"] } }));
		expect(second).toMatchObject({ changed: ["b"], conflicts: [{ path: "c" }] });
		restored(await snapshots.redo());
		expect(readFileSync(join(root, "b"), "utf8")).toBe("the user's");
		const all = restored(await snapshots.restore(before.id, { onUserChange: "overwrite" }));
		expect(all.changed).toEqual(["b", "c"]);
	});

	test("a change of the user that was overwritten with leave does not count against a later turn", async () => {
		const { root, snapshots } = await makePlace();
		const file = join(root, "a");
		writeFileSync(file, "before");
		const before = await snapshots.take("before");
		writeFileSync(file, "the user's");
		restored(await snapshots.restore(before.id, { onUserChange: "overwrite" }));
		writeFileSync(file, "ours");
		await snapshots.take("after", { changedBy: "us" });
		expect(restored(await snapshots.restore(before.id))).toMatchObject({ changed: ["a"], conflicts: [] });
	});

	test("edits by the user between two turns survive going back before both", async () => {
		const { root, snapshots } = await makePlace();
		writeFileSync(join(root, "a"), "1");
		const first = await snapshots.take("before turn 1");
		writeFileSync(join(root, "a"), "2");
		await snapshots.take("after turn 1", { changedBy: "us" });
		writeFileSync(join(root, "a"), "the user's");
		await snapshots.take("before turn 2");
		writeFileSync(join(root, "b"), "turn 2");
		await snapshots.take("after turn 2", { changedBy: "us" });
		expect(restored(await snapshots.restore(first.id))).toMatchObject({ changed: ["b"], conflicts: [{ path: "a" }] });
		expect(readFileSync(join(root, "a"), "utf8")).toBe("the user's");
	});

	test("modes, links, empty folders, odd names, line endings and kinds come back to the byte", async () => {
		const { root, snapshots } = await makePlace();
		const odd = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x63, 0xe9, 0xff, 0x0a])]);
		writeFileSync(odd, "odd");
		writeFileSync(join(root, "crlf.txt"), "a\r\nb\n\r\n");
		writeFileSync(join(root, ".gitattributes"), "* text=auto eol=crlf ident\n");
		writeFileSync(join(root, "id"), "$Id$\n");
		writeFileSync(join(root, "run"), "#!/bin/sh\n");
		chmodSync(join(root, "run"), 0o751);
		symlinkSync("/nowhere/at all", join(root, "link"));
		mkdirSync(join(root, "empty/inner"), { recursive: true });
		writeFileSync(join(root, "Case"), "upper");
		mkdirSync(join(root, "folder"));
		writeFileSync(join(root, "folder/x"), "x");
		const before = await snapshots.take("before");
		for (const name of ["crlf.txt", "id", "run", "link"]) rmSync(join(root, name));
		writeFileSync(join(root, "link"), "a file now");
		rmSync(odd);
		rmSync(join(root, "empty"), { recursive: true });
		renameSync(join(root, "Case"), join(root, "case"));
		rmSync(join(root, "folder"), { recursive: true });
		symlinkSync(root, join(root, "folder"));
		await snapshots.take("after", { changedBy: "us" });
		const result = restored(await snapshots.restore(before.id));
		expect(result.conflicts).toEqual([]);
		expect(result.changed).toContain('"c\\351\\377\\012"');
		expect(readFileSync(odd, "utf8")).toBe("odd");
		expect(readFileSync(join(root, "crlf.txt"), "utf8")).toBe("a\r\nb\n\r\n");
		expect(readFileSync(join(root, "id"), "utf8")).toBe("$Id$\n");
		expect(lstatSync(join(root, "run")).mode & 0o777).toBe(0o751);
		expect(readlinkSync(join(root, "link"))).toBe("/nowhere/at all");
		expect(readdirSync(join(root, "empty"))).toEqual(["inner"]);
		expect(readdirSync(root)).toContain("Case");
		expect(readdirSync(root)).not.toContain("case");
		expect(readFileSync(join(root, "folder/x"), "utf8")).toBe("x");
	});

	test("no link is followed out of the folder, neither by the walk nor by a restore", async () => {
		const { root, top, snapshots } = await makePlace();
		mkdirSync(join(root, "d"));
		writeFileSync(join(root, "d/f"), "inside");
		const before = await snapshots.take("before");
		writeFileSync(join(root, "d/f"), "changed");
		await snapshots.take("after", { changedBy: "us" });
		const victim = join(top, "victim");
		mkdirSync(victim);
		writeFileSync(join(victim, "f"), "changed");
		rmSync(join(root, "d"), { recursive: true });
		symlinkSync(victim, join(root, "d"));
		const result = restored(await snapshots.restore(before.id));
		expect(result.changed).toEqual([]);
		expect(result.conflicts.map(({ path }) => path)).toEqual(["d", "d/f"]);
		expect(readFileSync(join(victim, "f"), "utf8")).toBe("changed");
		const forced = restored(await snapshots.restore(before.id, { onUserChange: "overwrite" }));
		expect(forced.conflicts).toEqual([]);
		expect(lstatSync(join(root, "d")).isDirectory()).toBe(true);
		expect(readFileSync(join(victim, "f"), "utf8")).toBe("changed");
	});

	test("limits make a snapshot partial, in words, and what is not in it is never touched", async () => {
		const { root, snapshots } = await makePlace({}, { fileBytes: 100, totalBytes: 1000 });
		writeFileSync(join(root, "big"), "x".repeat(101));
		writeFileSync(join(root, "small"), "x");
		const before = await snapshots.take("before");
		expect(before).toMatchObject({ files: 1, bytes: 1 });
		expect(before.partial).toEqual(["Not in the snapshot, because larger than 100 bytes: big."]);
		writeFileSync(join(root, "big"), "y".repeat(50));
		writeFileSync(join(root, "huge"), "z".repeat(500));
		await snapshots.take("after", { changedBy: "us" });
		expect(restored(await snapshots.restore(before.id))).toMatchObject({ changed: [], uncaptured: ["big", "huge"] });
		expect(readFileSync(join(root, "big"), "utf8")).toBe("y".repeat(50));
	});

	test("a folder of more files than the limit is cut, and nothing beyond is removed", async () => {
		const { root, snapshots } = await makePlace({}, { files: 3 });
		for (const name of ["a", "b", "c", "d"]) writeFileSync(join(root, name), "1");
		const before = await snapshots.take("before");
		expect(before.partial).toEqual(["Only the first 3 files are in the snapshot."]);
		writeFileSync(join(root, "a"), "2");
		writeFileSync(join(root, "e"), "2");
		await snapshots.take("after", { changedBy: "us" });
		expect(restored(await snapshots.restore(before.id))).toMatchObject({ changed: ["a"] });
		expect(readdirSync(root).filter((name) => name !== ".git")).toEqual(["a", "b", "c", "d", "e"]);
	});

	test("a repository inside is captured without its .git, by its own ignore rules", async () => {
		const { root, snapshots } = await makePlace();
		const { execFileSync } = await import("node:child_process");
		const inner = join(root, "inner");
		mkdirSync(inner);
		execFileSync("git", ["init", "--quiet"], { cwd: inner });
		writeFileSync(join(inner, ".gitignore"), "out/\n");
		mkdirSync(join(inner, "out"));
		writeFileSync(join(inner, "out/o"), "o");
		writeFileSync(join(inner, "f"), "before");
		const before = await snapshots.take("before");
		writeFileSync(join(inner, "f"), "ours");
		writeFileSync(join(inner, "out/o"), "built again");
		const head = readFileSync(join(inner, ".git/HEAD"), "utf8");
		await snapshots.take("after", { changedBy: "us" });
		expect(restored(await snapshots.restore(before.id)).changed).toEqual(["inner/f"]);
		expect(readFileSync(join(inner, "out/o"), "utf8")).toBe("built again");
		expect(readFileSync(join(inner, ".git/HEAD"), "utf8")).toBe(head);
	});

	test("dropping keeps what others need, and what is gone is refused before anything is written", async () => {
		const { root, store, snapshots, reopen } = await makePlace();
		writeFileSync(join(root, "a"), "one ".repeat(1000));
		const first = await snapshots.take("1");
		writeFileSync(join(root, "a"), "two ".repeat(1000));
		const second = await snapshots.take("2", { changedBy: "us" });
		writeFileSync(join(root, "a"), "three ".repeat(1000));
		await snapshots.take("3", { changedBy: "us" });
		await snapshots.drop([second.id]);
		expect((await snapshots.list()).map(({ label }) => label)).toEqual(["1", "3"]);
		expect(await snapshots.restore(second.id)).toMatchObject({ kind: "refused", reason: "unknown_snapshot" });
		expect(await snapshots.preview("77")).toMatchObject({ kind: "refused", reason: "unknown_snapshot" });
		expect(await snapshots.changesSince("77")).toBeUndefined();
		expect(restored(await snapshots.restore(first.id)).changed).toEqual(["a"]);
		expect(readFileSync(join(root, "a"), "utf8")).toBe("one ".repeat(1000));
		restored(await snapshots.redo());
		expect(await snapshots.sizeBytes()).toBeGreaterThan(0);
		const again = await reopen();
		const ids = (await again.list()).map(({ id }) => id);
		const left = await again.drop(ids);
		expect(await again.list()).toEqual([]);
		expect(left).toBeLessThan(1000);
		const fresh = await again.take("fresh");
		expect(ids).not.toContain(fresh.id);
		writeFileSync(join(root, "a"), "four");
		await again.take("4", { changedBy: "us" });
		for (const part of ["objects", "git/objects"]) {
			const folder = join(store, part);
			if (existsSync(folder)) rmSync(folder, { recursive: true });
			if (part.startsWith("git") && existsSync(join(store, "git")))
				mkdirSync(join(folder, "info"), { recursive: true });
		}
		const broken = again.restore(fresh.id).catch((error: unknown) => error);
		expect(JSON.stringify(await broken)).toMatch(/content_missing|store_broken/);
		expect(readFileSync(join(root, "a"), "utf8")).toBe("four");
	});

	test("two at once: one after the other in a process, refused between processes, free after a death", async () => {
		const { root, store, snapshots } = await makePlace();
		writeFileSync(join(root, "a"), "1");
		const both = await Promise.all([snapshots.take("x"), snapshots.take("y")]);
		expect(new Set(both.map(({ id }) => id)).size).toBe(2);
		writeFileSync(join(store, "lock"), `${process.ppid}\n`);
		await expect(snapshots.take("z")).rejects.toMatchObject({
			code: "store_busy",
			message: expect.stringContaining(String(process.ppid)),
		});
		writeFileSync(join(store, "lock"), "2147483646\n");
		await snapshots.take("z");
		writeFileSync(join(store, "lock"), `${process.pid}\n`);
		await snapshots.take("after a death of the same process id");
		expect(existsSync(join(store, "lock"))).toBe(false);
	});

	test("an abort records nothing", async () => {
		const { root, snapshots } = await makePlace();
		for (let index = 0; index < 1200; index += 1) writeFileSync(join(root, `f${index}`), String(index));
		const aborted = new AbortController();
		aborted.abort();
		await expect(snapshots.take("x", { signal: aborted.signal })).rejects.toMatchObject({ code: "aborted" });
		expect(await snapshots.list()).toEqual([]);
	});

	test("a damaged store says so", async () => {
		const { store, snapshots, reopen } = await makePlace();
		await snapshots.take("x");
		writeFileSync(join(store, "snapshots/00000001.json"), "{}");
		await expect((await reopen()).list()).rejects.toMatchObject({ code: "store_broken" });
		writeFileSync(join(store, "state.json"), '{"version":9}');
		await expect((await reopen()).list()).rejects.toMatchObject({ code: "store_broken" });
	});
});

test("a second snapshot of an unchanged folder stores nothing more", async () => {
	const { root, snapshots } = await outsideRepository();
	for (let index = 0; index < 50; index += 1) writeFileSync(join(root, `f${index}`), String(index));
	await snapshots.take("1");
	const size = await snapshots.sizeBytes();
	await snapshots.take("2");
	expect(await snapshots.sizeBytes()).toBe(size);
});

test("outside a repository folders that tools make are left out", async () => {
	const { root, snapshots } = await outsideRepository();
	mkdirSync(join(root, "node_modules/p"), { recursive: true });
	writeFileSync(join(root, "node_modules/p/i.js"), "1");
	writeFileSync(join(root, "a"), "1");
	const before = await snapshots.take("before");
	expect(before.files).toBe(1);
	rmSync(join(root, "node_modules"), { recursive: true });
	expect(await snapshots.preview(before.id)).toMatchObject({ changes: [], uncaptured: ["node_modules"] });
});
