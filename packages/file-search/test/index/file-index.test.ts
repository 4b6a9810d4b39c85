// The index as a picker uses it: while the list grows, while the user types, when files change.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTempDir, writeTree } from "@codex/test-support";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FileIndex, PathSource, SearchAnswer } from "../../src/index.ts";
import { indexOf, listedSource, pathsOf } from "../places.ts";

async function folder(files: Readonly<Record<string, string>> = {}): Promise<string> {
	const dir = await createTempDir("code-index-");
	onTestFinished(() => dir.dispose());
	await writeTree(dir.path, files);
	return dir.path;
}

function kept(index: FileIndex): FileIndex {
	onTestFinished(() => index.close());
	return index;
}

/** Waits until `check` holds; the test's own time is the limit. */
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("an index", () => {
	it("is filled by a walk where no source knows the folder", async () => {
		const root = await folder({ "a.ts": "", "b/c.ts": "", ".hidden": "", ".gitignore": "d\n", d: "" });
		const source: PathSource = { list: () => Promise.resolve({ kind: "unknown" }), recent: () => Promise.resolve([]) };
		const index = kept(indexOf(root, { source }));
		expect(await pathsOf(index)).toEqual(["a.ts", "b/c.ts"]);
		expect(index.state()).toEqual({
			phase: "ready",
			count: 2,
			from: "walk",
			unreadable: 0,
			truncated: false,
			watch: "off",
		});
		expect(await pathsOf(kept(indexOf(root, { hidden: true })))).toEqual([".gitignore", ".hidden", "a.ts", "b/c.ts"]);
	});

	it("takes a source's list as it is: folders in it are walked, what is gone goes, conflicts count once", async () => {
		const root = await folder({ "module/in/side.ts": "", "module/.gitignore": "x\n", "module/x": "" });
		const source = listedSource([], {
			list: async (_root, take) => {
				await take({ kind: "files", paths: Buffer.from(".env\0a\0a\0gone\0module/\0") });
				await take({ kind: "gone", paths: Buffer.from("gone\0never-there\0") });
				return { kind: "listed" };
			},
			recent: () => Promise.resolve(["module/in/side.ts", "not-there"]),
		});
		const index = kept(indexOf(root, { source }));
		expect(await pathsOf(index)).toEqual([".env", "a", "module/.gitignore", "module/in/side.ts"]);
		expect((await index.search("", { limit: 1 }))?.matches[0]?.path).toBe("module/in/side.ts");
		expect(index.state()).toMatchObject({ from: "source", count: 4 });
	});

	it("applies .ignore files to a source's list, and walks where one takes files back in", async () => {
		const root = await folder({
			".ignore": "*.min.js\n",
			"sub/.ignore": "data\n",
			"a.min.js": "",
			"b.js": "",
			"sub/data/x": "",
		});
		const listed = [".ignore", "a.min.js", "b.js", "data/x", "sub/.ignore", "sub/data/x"];
		expect(await pathsOf(kept(indexOf(root, { source: listedSource(listed) })))).toEqual([
			".ignore",
			"b.js",
			"data/x",
			"sub/.ignore",
		]);
		await writeFile(join(root, ".ignore"), "!a.min.js\n");
		const walked = kept(indexOf(root, { source: listedSource(["from-list", ".ignore"]) }));
		expect(await pathsOf(walked)).toEqual(["a.min.js", "b.js"]);
	});

	it("walks when the source fails half way, and says so", async () => {
		const root = await folder({ "real.ts": "" });
		const source = listedSource([], {
			list: async (_root, take) => {
				await take({ kind: "files", paths: Buffer.from("half\0") });
				return { kind: "failed", message: "the list broke off" };
			},
		});
		const index = kept(indexOf(root, { source }));
		expect(await pathsOf(index)).toEqual(["real.ts"]);
		expect(index.state()).toMatchObject({ from: "walk", problem: "the list broke off" });
	});

	it("holds so many paths and says that there are more; a missing folder is a problem", async () => {
		const paths = Array.from({ length: 50 }, (_, at) => `f${at}`);
		const index = kept(indexOf("/nowhere", { source: listedSource(paths), maxPaths: 20 }));
		expect((await index.search("f"))?.total).toBe(20);
		expect(index.state().truncated).toBe(true);
		const none = kept(indexOf("/nowhere"));
		expect((await none.search("x"))?.matches).toEqual([]);
		expect(none.state().problem).toContain("ENOENT");
	});

	it("gives nothing after it was closed or the question was aborted", async () => {
		const index = indexOf("/nowhere", { source: listedSource(["a"]) });
		expect(await index.search("a", { signal: AbortSignal.abort() })).toBeUndefined();
		index.close();
		expect(await index.search("a")).toBeUndefined();
		expect(index.state().phase).toBe("closed");
		const session = index.openSession({ onAnswer: () => expect.unreachable() });
		session.update("a");
		await session.settled();
	});
});

describe("a session", () => {
	it("answers while the list grows, and ends with the whole list", async () => {
		let more: () => void = () => {};
		const source = listedSource([], {
			list: async (_root, take) => {
				await take({ kind: "files", paths: Buffer.from("src/one.ts\0") });
				await new Promise<void>((resolve) => {
					more = resolve;
				});
				await take({ kind: "files", paths: Buffer.from("one.ts\0") });
				return { kind: "listed" };
			},
		});
		const index = kept(indexOf("/nowhere", { source }));
		const answers: SearchAnswer[] = [];
		const session = index.openSession({ onAnswer: (answer) => answers.push(answer) });
		session.update("one");
		await until(() => (answers.at(-1)?.total ?? 0) > 0);
		expect(answers.at(-1)).toMatchObject({ query: "one", complete: false, matches: [{ path: "src/one.ts" }] });
		more();
		await session.settled();
		expect(answers.at(-1)).toMatchObject({
			complete: true,
			total: 2,
			matches: [{ path: "one.ts" }, { path: "src/one.ts" }],
		});
	});

	it("answers the last of many keys, narrowing and widening", async () => {
		const paths = Array.from({ length: 5000 }, (_, at) => `part-${at % 70}/file-${at}.ts`);
		const index = kept(indexOf("/nowhere", { source: listedSource(paths) }));
		await index.ready;
		const answers: SearchAnswer[] = [];
		const session = index.openSession({ limit: 3, onAnswer: (answer) => answers.push(answer) });
		for (const query of ["f", "fi", "file-4", "file-49", "file-499", "file-4999"]) session.update(query);
		await session.settled();
		expect(answers.at(-1)).toMatchObject({ query: "file-4999", total: 1, complete: true });
		expect(new Set(answers.map(({ query }) => query))).toEqual(new Set(["file-4999"]));
		session.update("part-1/");
		await session.settled();
		expect(answers.at(-1)?.query).toBe("part-1/");
		session.close();
		const count = answers.length;
		session.update("file");
		await session.settled();
		expect(answers).toHaveLength(count);
	});

	it("never holds up the event loop for long", async () => {
		const paths = Array.from(
			{ length: 60_000 },
			(_, at) => `packages/part-${at % 700}/src/module-${at % 13}/file-${at}.ts`,
		);
		const index = kept(indexOf("/nowhere", { source: listedSource(paths) }));
		let turns = 0;
		let ended = false;
		const turn = (): void => {
			turns += 1;
			if (!ended) setImmediate(turn);
		};
		turn();
		await index.ready;
		const afterList = turns;
		await index.search("psmf");
		ended = true;
		// Counted, not timed: indexing 60,000 paths and a search take tens of milliseconds, in slices of 4.
		expect(afterList).toBeGreaterThan(5);
		expect(turns).toBeGreaterThan(afterList);
	});
});

describe("a refresh", () => {
	it("makes the list anew while the old one answers; overlapping calls share it", async () => {
		const paths = ["old"];
		const index = kept(
			indexOf("/nowhere", {
				source: listedSource([], {
					list: async (_root, take) => {
						await take({ kind: "files", paths: Buffer.from(`${paths.join("\0")}\0`) });
						return { kind: "listed" };
					},
				}),
			}),
		);
		const answers: SearchAnswer[] = [];
		const session = index.openSession({ onAnswer: (answer) => answers.push(answer) });
		session.update("");
		await index.ready;
		paths.push("new");
		await Promise.all([index.refresh(), index.refresh()]);
		expect(await pathsOf(index)).toEqual(["new", "old"]);
		await session.settled();
		expect(answers.at(-1)?.total).toBe(2);
	});

	it("comes by itself when files come, go and change their rules, also in new folders", async () => {
		const root = await folder({ "src/a.ts": "" });
		const index = kept(indexOf(root, { watch: true }));
		await index.ready;
		expect(index.state().watch).toBe("whole");
		const has =
			(...paths: string[]) =>
			async (): Promise<boolean> =>
				JSON.stringify(await pathsOf(index)) === JSON.stringify(paths);
		await writeFile(join(root, "src/b.ts"), "");
		await until(has("src/a.ts", "src/b.ts"));
		await mkdir(join(root, "empty/deep"), { recursive: true });
		await rm(join(root, "src/a.ts"));
		await until(has("src/b.ts"));
		await writeFile(join(root, "empty/deep/c.ts"), "");
		await until(has("empty/deep/c.ts", "src/b.ts"));
		await writeFile(join(root, ".gitignore"), "b.ts\n");
		await until(has("empty/deep/c.ts"));
		await rm(join(root, "empty"), { recursive: true });
		await until(has());
	});
});
