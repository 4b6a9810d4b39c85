// What comes first: queries as people type them, on paths as projects have them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMatcher } from "../../src/rank/matcher.ts";
import { parseQuery } from "../../src/rank/query.ts";
import { find, namesFound, storeOf } from "../places.ts";

const project = [
	"README.md",
	"package.json",
	"tsconfig.json",
	".github/workflows/ci.yml",
	"apps/cli/package.json",
	"apps/cli/src/main.ts",
	"apps/cli/src/run-cli.ts",
	"apps/cli/src/terminal/printable.ts",
	"apps/cli/test/run-cli.test.ts",
	"apps/tui/src/app/RunClient.tsx",
	"apps/tui/src/composer/file-picker.ts",
	"docs/architecture.md",
	"docs/domain.md",
	"docs/maintenance/migration.md",
	"packages/core/src/index.ts",
	"packages/core/src/session/session.ts",
	"packages/core/src/session/session-state.ts",
	"packages/core/src/tools/registry.ts",
	"packages/core/test/session/session.test.ts",
	"packages/file-search/README.md",
	"packages/file-search/src/index.ts",
	"packages/file-search/src/rank/matcher.ts",
	"packages/providers/src/openai/adapter.ts",
	"packages/providers/src/anthropic/adapter.ts",
	"packages/runtime/src/index.ts",
	"src/HTTPServer.java",
	"src/http_server_test.py",
	"src/userAccountController.ts",
	"src/useAccount.ts",
	"my notes/reading list.txt",
	"überblick/Straße-Größe.md",
	"文档/设计方案.md",
];

describe("the first result", () => {
	it.each([
		["main", "apps/cli/src/main.ts"],
		["main.ts", "apps/cli/src/main.ts"],
		["readme", "README.md"],
		["package.json", "package.json"],
		["cli package", "apps/cli/package.json"],
		["package cli", "apps/cli/package.json"],
		["rcli", "apps/cli/src/run-cli.ts"],
		["runcli", "apps/cli/src/run-cli.ts"],
		["RunC", "apps/tui/src/app/RunClient.tsx"],
		["rctt", "apps/cli/test/run-cli.test.ts"],
		["uacon", "src/userAccountController.ts"],
		["useacc", "src/useAccount.ts"],
		["hs", "src/HTTPServer.java"],
		["session", "packages/core/src/session/session.ts"],
		["sessta", "packages/core/src/session/session-state.ts"],
		["session.test", "packages/core/test/session/session.test.ts"],
		["core/index", "packages/core/src/index.ts"],
		["runtime index", "packages/runtime/src/index.ts"],
		["f-s/index", "packages/file-search/src/index.ts"],
		["anthropic adapter", "packages/providers/src/anthropic/adapter.ts"],
		["openai/ad", "packages/providers/src/openai/adapter.ts"],
		["arch", "docs/architecture.md"],
		["domain", "docs/domain.md"],
		["picker", "apps/tui/src/composer/file-picker.ts"],
		["./src/use", "src/useAccount.ts"],
		["ci.yml", ".github/workflows/ci.yml"],
		["reading list", "my notes/reading list.txt"],
		["uberblick", "überblick/Straße-Größe.md"],
		["ÜBERBLICK", "überblick/Straße-Größe.md"],
		["größe", "überblick/Straße-Größe.md"],
		["设计", "文档/设计方案.md"],
		["文档", "文档/设计方案.md"],
		["qqqqq", undefined],
	])("of %s is %s", async (query, expected) => {
		expect((await namesFound(project, query))[0]).toBe(expected);
	});

	it("is what the letters were meant to be, where nothing contains them", async () => {
		const store = storeOf(project);
		for (const [typed, meant] of [
			["pritnable", "apps/cli/src/terminal/printable.ts"],
			["regsitry", "packages/core/src/tools/registry.ts"],
			["architekture", "docs/architecture.md"],
		] as const) {
			const [first] = (await find(store, typed)).matches;
			expect(first, typed).toMatchObject({ path: meant, near: true });
			expect(first?.ranges.length, typed).toBeGreaterThan(0);
		}
		expect((await find(store, "zzq")).matches).toEqual([]);
	});

	it("prefers what was worked on lately, but not over what fits better", async () => {
		const store = storeOf(["a/config.ts", "b/config.ts", "c/my-config.ts"]);
		store.boostIn(
			0,
			new Map([
				["b/config.ts", 20],
				["c/my-config.ts", 20],
			]),
		);
		expect((await find(store, "config.ts")).matches.map(({ path }) => path)).toEqual([
			"b/config.ts",
			"a/config.ts",
			"c/my-config.ts",
		]);
		expect((await find(store, "")).matches[0]?.path).toBe("b/config.ts");
	});
});

describe("an empty query", () => {
	it("gives what is near the root, and all of it when it is asked for", async () => {
		const store = storeOf(project);
		const few = await find(store, "  ", 3);
		expect(few.total).toBe(project.length);
		expect(few.matches.map(({ path }) => path)).toEqual(["README.md", "package.json", "tsconfig.json"]);
		expect((await find(store, "", 100)).matches).toHaveLength(project.length);
	});
});

describe("what matched", () => {
	const ranges = async (path: string, query: string): Promise<string[] | undefined> =>
		(await find(storeOf([path]), query)).matches[0]?.ranges.map(([from, to]) => path.slice(from, to));

	it.each([
		["src/run-cli.ts", "rcli", ["r", "cli"]],
		["src/run-cli.ts", "src cli", ["src", "cli"]],
		["a/überall.ts", "uber", ["über"]],
		["a/u\u0308berall.ts", "uber", ["u\u0308ber"]],
		["a/e\u0301te\u0301.txt", "ete", ["e\u0301te\u0301"]],
		["fotos/👩‍👩‍👧.png", "👧", ["👩‍👩‍👧"]],
		["文档/设计.md", "档计", ["档", "计"]],
		["a\nb\u001bc", "abc", ["a", "b", "c"]],
	])("in %s for %s", async (path, query, expected) => {
		expect(await ranges(path, query)).toEqual(expected);
	});

	it("holds for any path and query: every match contains the query, ranges are in order and inside", async () => {
		const text = fc.string({ unit: fc.constantFrom(..."abcAB/.-_ 1é文\u0301😀\n\u001b".split("")), maxLength: 40 });
		await fc.assert(
			fc.asyncProperty(fc.array(text, { maxLength: 30 }), text, async (paths, query) => {
				const store = storeOf(paths);
				const found = await find(store, query, 50);
				for (const { path, ranges: of, near } of found.matches) {
					expect(paths).toContain(path);
					let last = -1;
					for (const [from, to] of of) {
						expect(from).toBeGreaterThan(last);
						expect(to).toBeGreaterThan(from);
						expect(to).toBeLessThanOrEqual(path.length);
						last = to - 1;
					}
					if (near !== undefined || parseQuery(query).words.length === 0) continue;
					expect(of.length).toBeGreaterThan(0);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it("is found by typing on as by asking at once", async () => {
		const letters = fc.constantFrom(..."abcd/-".split(""));
		const path = fc.string({ unit: letters, minLength: 1, maxLength: 20 });
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 80 }), path, async (paths, query) => {
				const store = storeOf(paths.slice(0, 40));
				const typing = createMatcher(store);
				const { signal } = new AbortController();
				for (let end = 1; end <= query.length; end += 1) {
					if (end === 2) for (const late of paths.slice(40)) store.add(late);
					const typed = await typing.run(query.slice(0, end), { limit: 200, signal });
					const fresh = await find(store, query.slice(0, end), 200);
					expect(typed?.matches.map(({ path: name }) => name)).toEqual(fresh.matches.map(({ path: name }) => name));
					expect(typed?.total).toBe(fresh.total);
				}
			}),
			{ numRuns: 150 },
		);
	});

	it("agrees with a plain search for subsequences", async () => {
		const letters = fc.constantFrom(..."abc/.".split(""));
		const path = fc.string({ unit: letters, minLength: 1, maxLength: 15 });
		const contains = (name: string, query: string): boolean => {
			let at = 0;
			for (const letter of name) if (letter === query[at]) at += 1;
			return at === query.length;
		};
		await fc.assert(
			fc.asyncProperty(
				fc.uniqueArray(path, { maxLength: 60 }),
				fc.string({ unit: fc.constantFrom("a", "b", "c", "/"), minLength: 1, maxLength: 5 }),
				async (paths, query) => {
					const found = await find(storeOf(paths), query, 100);
					const strict = found.matches.filter(({ near }) => near === undefined).map(({ path: name }) => name);
					expect(strict.sort()).toEqual(paths.filter((name) => contains(name, query)).sort());
				},
			),
			{ numRuns: 300 },
		);
	});
});

describe("odd queries", () => {
	it("long paths, long queries and many words are answered", async () => {
		const long = `${"deep/".repeat(400)}end-of-it.ts`;
		const store = storeOf([long, "a".repeat(700), "x.ts"]);
		expect((await find(store, "end-of")).matches[0]?.path).toBe(long);
		expect((await find(store, "deepend")).matches[0]?.path).toBe(long);
		expect((await find(store, "a".repeat(300))).matches[0]?.ranges).toEqual([[400, 700]]);
		expect((await find(store, "a".repeat(100_000))).matches).toEqual([]);
		expect((await find(store, "d e ".repeat(30))).total).toBe(1);
		expect((await find(store, "\ud800")).matches).toEqual([]);
		expect((await find(store, "\u0301")).total).toBe(3);
	});

	it("an abort ends a search, and the next one is right", async () => {
		const store = storeOf(Array.from({ length: 30_000 }, (_, at) => `src/part-${at}/file-${at}.ts`));
		const matcher = createMatcher(store);
		const stop = new AbortController();
		const aborted = matcher.run("file", { limit: 5, signal: stop.signal });
		stop.abort();
		expect(await aborted).toBeUndefined();
		const { signal } = new AbortController();
		expect(await matcher.run("file-29999", { limit: 1, signal })).toMatchObject({
			matches: [{ path: "src/part-29999/file-29999.ts" }],
			total: 1,
		});
	});

	it("names come first, before folders are looked at", async () => {
		const store = storeOf([
			...Array.from({ length: 1500 }, (_, at) => `lib/config-${at}.ts`),
			...Array.from({ length: 500 }, (_, at) => `config/part-${at}.ts`),
		]);
		const early: unknown[] = [];
		const { signal } = new AbortController();
		const found = await createMatcher(store).run("config", { limit: 3, signal, onFirst: (first) => early.push(first) });
		expect(early).toMatchObject([{ provisional: true, total: 2000 }]);
		expect(found).toMatchObject({ total: 2000 });
		expect(found).not.toHaveProperty("provisional");
	});
});
