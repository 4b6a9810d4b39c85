import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createTempDir } from "@codex/test-support";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { exportLines, importText } from "../src/jsonl.ts";
import { MemoryError } from "../src/memory-error.ts";
import { createMemoryStore, type MemoryStore, type MemoryStoreOptions } from "../src/memory-store.ts";

const open: MemoryStore[] = [];
afterEach(() => {
	for (const store of open.splice(0)) store.close();
});

async function tempFile(): Promise<string> {
	const folder = await createTempDir();
	onTestFinished(() => folder.dispose());
	return path.join(folder.path, "memory.db");
}

function storeAt(file: string, options: Partial<MemoryStoreOptions> = {}): MemoryStore {
	const store = createMemoryStore({ file, ...options });
	open.push(store);
	return store;
}

function codeOf(work: () => unknown): string {
	try {
		work();
	} catch (thrown) {
		if (thrown instanceof MemoryError) return thrown.code;
		throw thrown;
	}
	return "no error";
}

const contents = (store: MemoryStore, request: Parameters<MemoryStore["search"]>[0]): readonly string[] =>
	store.search(request).map(({ memory }) => memory.content);

describe("storing", () => {
	test("what is stored comes back, from another store on the same file too", async () => {
		const file = await tempFile();
		const stored = storeAt(file).add({
			content: "a\0b\n\u{1f600}",
			tags: ["x", "x", " y "],
			domain: "d",
			importance: 9,
		});
		expect(stored.tags).toEqual(["x", "y"]);
		expect(storeAt(file).get(stored.id)).toEqual(stored);
		expect(stored.content).toBe("a\0b\n\u{1f600}");
	});

	test("the file and its log are for the owner alone, also when it was made otherwise", async () => {
		const file = await tempFile();
		const store = storeAt(file);
		store.add({ content: "x" });
		for (const name of [file, `${file}-wal`]) expect(statSync(name).mode & 0o777).toBe(0o600);
		store.close();
		chmodSync(file, 0o644);
		store.stats();
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	test("an update changes what is given, its words and its tags", async () => {
		const store = storeAt(await tempFile());
		const { id } = store.add({ content: "old words", tags: ["a"], domain: "d" });
		expect(store.update(id, { content: "new phrase", tags: ["b"] })).toMatchObject({
			content: "new phrase",
			tags: ["b"],
			domain: "d",
			importance: 5,
		});
		expect(contents(store, { query: "old" })).toEqual([]);
		expect(contents(store, { query: "phrase" })).toEqual(["new phrase"]);
		expect(contents(store, { tags: ["a"] })).toEqual([]);
		expect(contents(store, { tags: ["b"] })).toEqual(["new phrase"]);
		expect(store.update(id, { importance: 2 })?.tags).toEqual(["b"]);
		expect(store.update("nobody", { content: "x" })).toBeUndefined();
	});

	test("a removed memory is gone from words, tags and counts", async () => {
		const store = storeAt(await tempFile());
		const { id } = store.add({ content: "short lived", tags: ["a"], domain: "d" });
		store.add({ content: "stays" });
		expect(store.remove(id)).toBe(true);
		expect(store.remove(id)).toBe(false);
		expect(contents(store, { query: "lived" })).toEqual([]);
		expect(store.stats()).toMatchObject({ total: 1, tags: 0, domains: { "": 1 }, schema_version: 1 });
	});
});

describe("search", () => {
	test("tags select and words rank; memories without the words follow", async () => {
		const store = storeAt(await tempFile());
		store.add({ content: '{"agent":"gemini"}', tags: ["spec:A-1", "stage:plan"] });
		store.add({ content: "about A-1 plan", tags: ["spec:A-1", "stage:plan"] });
		store.add({ content: "about A-1 plan", tags: ["spec:A-1", "stage:tasks"] });
		const tags = ["spec:A-1", "stage:plan"];
		expect(contents(store, { query: "A-1 plan", tags, search_type: "hybrid" })).toEqual([
			"about A-1 plan",
			'{"agent":"gemini"}',
		]);
		expect(contents(store, { query: "A-1 plan", tags, search_type: "keyword" })).toEqual(["about A-1 plan"]);
		expect(contents(store, { query: "none of it", tags, search_type: "tags" })).toHaveLength(2);
	});

	test("all words before some, accents and case aside; domain, importance and limit narrow down", async () => {
		const store = storeAt(await tempFile());
		store.add({ content: "Käse only", domain: "food", importance: 2 });
		store.add({ content: "KASE and bread", domain: "food", importance: 8 });
		expect(contents(store, { query: "kase bread" })).toEqual(["KASE and bread", "Käse only"]);
		expect(contents(store, { query: "kase", domain: "none" })).toEqual([]);
		expect(contents(store, { query: "kase", min_importance: 3 })).toEqual(["KASE and bread"]);
		expect(contents(store, { limit: 1 })).toEqual(["KASE and bread"]);
	});

	test("many candidates are ranked over the index, with tags and without, each memory once", async () => {
		const store = storeAt(await tempFile());
		for (let index = 0; index < 300; index += 1) store.add({ content: `common filler ${index}`, tags: ["many"] });
		store.add({ content: "common needle", tags: ["many"] });
		store.add({ content: "common needle", tags: ["other"] });
		expect(contents(store, { query: "common needle", tags: ["many"], limit: 3 })[0]).toBe("common needle");
		const found = store.search({ query: "common needle", limit: 100 });
		expect(found.slice(0, 2).map(({ memory }) => memory.content)).toEqual(["common needle", "common needle"]);
		expect(new Set(found.map(({ memory }) => memory.id)).size).toBe(100);
		expect(contents(store, { query: "***", tags: ["other"] })).toEqual(["common needle"]);
	});

	test.each([
		'"',
		'""',
		"*",
		"NEAR(a b)",
		"-x",
		"content:x",
		"^a",
		"(",
		"a AND",
		"OR OR",
		"{a}:b",
		"\0",
		"a\0b",
		"'; --",
	])("%j is words and does no harm", async (query) => {
		const store = storeAt(await tempFile());
		store.add({ content: "near a b and or x content" });
		expect(() => store.search({ query })).not.toThrow();
		expect(store.stats().total).toBe(1);
	});
});

describe("a file that is not as it should be", () => {
	test("a damaged one is kept under another name and said", async () => {
		const file = await tempFile();
		writeFileSync(file, "this is no database ".repeat(500));
		const kept: string[] = [];
		const store = storeAt(file, { onSetAside: (name) => kept.push(name) });
		store.add({ content: "fresh" });
		expect(kept).toHaveLength(1);
		expect(readFileSync(kept[0] ?? "", "utf8")).toContain("this is no database");
		expect(store.stats().total).toBe(1);
	});

	test("one found damaged while it is used is an error that names where it is kept, then a new one is made", async () => {
		const file = await tempFile();
		const first = storeAt(file);
		for (let index = 0; index < 300; index += 1) first.add({ content: `memory ${index} ${"text ".repeat(200)}` });
		first.close();
		const bytes = readFileSync(file);
		// Pages after the schema; the first page stays, so that the file still opens.
		bytes.fill(0xa5, 4096 * 2);
		writeFileSync(file, bytes);
		const store = storeAt(file);
		expect(codeOf(() => store.page(1000))).toBe("corrupt");
		expect(store.add({ content: "goes on" }).content).toBe("goes on");
		expect(readdirSync(path.dirname(file)).some((name) => name.includes(".corrupt-"))).toBe(true);
	});

	test("a newer one and another program's are refused and left as they are", async () => {
		const newer = await tempFile();
		storeAt(newer).add({ content: "x" });
		for (const store of open.splice(0)) store.close();
		const database = new DatabaseSync(newer);
		database.exec("PRAGMA user_version = 99");
		database.close();
		expect(codeOf(() => storeAt(newer).stats())).toBe("newer_schema");
		const foreign = await tempFile();
		const other = new DatabaseSync(foreign);
		other.exec("CREATE TABLE theirs (x)");
		other.close();
		const before = readFileSync(foreign);
		expect(codeOf(() => storeAt(foreign).stats())).toBe("foreign");
		expect(readFileSync(foreign).equals(before)).toBe(true);
	});

	test("an empty file becomes a database; one deleted while it is open is made again", async () => {
		const file = await tempFile();
		writeFileSync(file, "");
		const store = storeAt(file);
		store.add({ content: "x" });
		expect(storeAt(file).stats().total).toBe(1);
		for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
		expect(store.stats().total).toBe(0);
		expect(store.add({ content: "y" }).content).toBe("y");
	});

	test("no space is an error, and nothing that was there is lost", async () => {
		const store = storeAt(await tempFile(), { maxBytes: 512 * 1024 });
		store.add({ content: "kept" });
		const big = "different words ".repeat(60_000);
		expect(codeOf(() => store.add({ content: big }))).toBe("storage_full");
		expect(contents(store, { query: "kept" })).toEqual(["kept"]);
	});

	test("a folder that cannot be is an error", async () => {
		const file = await tempFile();
		writeFileSync(file, "");
		expect(codeOf(() => storeAt(path.join(file, "below", "memory.db")).stats())).toBe("io");
	});
});

describe("export and import", () => {
	test("everything comes back the same, more than a page of it, and twice is once", async () => {
		const from = storeAt(await tempFile());
		for (let index = 0; index < 1100; index += 1) from.add({ content: `m ${index}\n"`, tags: [`t${index % 7}`] });
		const text = [...exportLines(from)].join("");
		const to = storeAt(await tempFile());
		expect(importText(to, text)).toEqual({ kind: "ok", added: 1100, skipped: 0 });
		expect([...exportLines(to)].join("")).toBe(text);
		expect(importText(to, text)).toEqual({ kind: "ok", added: 0, skipped: 1100 });
		expect(to.search({ query: "m", tags: ["t3"], limit: 100 })).toHaveLength(100);
	});

	test("one bad line keeps all of them out", async () => {
		const store = storeAt(await tempFile());
		const line =
			'{"id":"a","content":"x","tags":[],"importance":5,"created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"}';
		const outcome = importText(store, `${line}\nnot json\n{"id":"b"}\n`);
		expect(outcome.kind).toBe("error");
		expect(outcome.kind === "error" && outcome.lines[0]).toBe("line 2: not JSON");
		expect(store.stats().total).toBe(0);
	});
});
