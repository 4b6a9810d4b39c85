import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJournalStore, type JournalStoreOptions } from "../../src/node/journal-store.ts";
import { journalLine, parseJournal } from "../../src/schema/journal-schema.ts";
import { temporaryFolder } from "../real-host.ts";
import { faultyFileSystem, systemError } from "./faulty-file-system.ts";

const specId = "SPEC-KIT-001";
let root = "";
let dispose = (): void => undefined;
beforeEach(() => {
	({ root, dispose } = temporaryFolder());
});
afterEach(() => dispose());

const store = (options: Partial<JournalStoreOptions> = {}) =>
	createJournalStore({ root, evidenceDir: "evidence", ...options });
const file = (run = "run-1"): string => join(root, "evidence/runs", specId, run, "journal.jsonl");

describe("createJournalStore", () => {
	it("keeps lines in the order of the calls", async () => {
		const journal = store();
		await Promise.all(Array.from({ length: 50 }, (_, index) => journal.append(specId, "run-1", `{"n":${index}}`)));
		expect(await store().read(specId, "run-1")).toEqual(Array.from({ length: 50 }, (_, index) => `{"n":${index}}`));
	});

	it("has no lines and no runs where nothing was written", async () => {
		expect(await store().read(specId, "run-1")).toEqual([]);
		expect(await store().runs(specId)).toEqual([]);
	});

	it("tells the runs, sorted, and nothing else that lies there", async () => {
		const journal = store();
		for (const run of ["run-2", "run-1"]) await journal.append(specId, run, "{}");
		mkdirSync(join(root, "evidence/runs", specId, "not a run"));
		expect(await journal.runs(specId)).toEqual(["run-1", "run-2"]);
	});

	it.each([
		["half a line", '{"n":1}\n{"n":', ['{"n":1}']],
		["a first line without an end", '{"n":', []],
		["half a line longer than what is read at once", `{"n":1}\n${"x".repeat(200_000)}`, ['{"n":1}']],
		["nothing", "", []],
	])("leaves %s out and writes behind what is whole", async (_name, torn, whole) => {
		mkdirSync(join(file(), ".."), { recursive: true });
		writeFileSync(file(), torn);
		expect(await store().read(specId, "run-1")).toEqual(whole);
		await store().append(specId, "run-1", '{"n":2}');
		expect(await store().read(specId, "run-1")).toEqual([...whole, '{"n":2}']);
	});

	it("is as it was after a refusal of the disk, and goes on", async () => {
		for (const operation of ["write", "sync", "open"]) {
			rmSync(file(), { force: true });
			let refusing = false;
			const journal = store({
				fileSystem: faultyFileSystem((done, path) =>
					refusing && done === operation && path.endsWith("journal.jsonl") ? systemError("ENOSPC") : undefined,
				),
			});
			await journal.append(specId, "run-1", '{"n":1}');
			refusing = true;
			await expect(journal.append(specId, "run-1", '{"n":2}')).rejects.toMatchObject({ code: "file_write" });
			expect(readFileSync(file(), "utf8")).toBe('{"n":1}\n');
			refusing = false;
			await journal.append(specId, "run-1", '{"n":3}');
			expect(await journal.read(specId, "run-1")).toEqual(['{"n":1}', '{"n":3}']);
		}
	});

	it("masks secrets and stays JSON", async () => {
		const key = `sk-${"a1B2c3D4".repeat(6)}`;
		await store({ secrets: ["the-key-in-use"] }).append(
			specId,
			"run-1",
			JSON.stringify({ text: `OPENAI_API_KEY=${key} the-key-in-use` }),
		);
		const [line = ""] = await store().read(specId, "run-1");
		expect(line).not.toContain(key);
		expect(line).not.toContain("the-key-in-use");
		expect(JSON.parse(line)).toHaveProperty("text");
	});

	it("refuses lines with a break, hostile ids, links and second names", async () => {
		const journal = store();
		await expect(journal.append(specId, "run-1", "a\nb")).rejects.toMatchObject({ code: "invalid_field_value" });
		await expect(journal.append(specId, "../run", "{}")).rejects.toMatchObject({ code: "invalid_run_id" });
		const outside = temporaryFolder();
		try {
			const target = join(outside.root, "target");
			writeFileSync(target, "");
			mkdirSync(join(file(), ".."), { recursive: true });
			symlinkSync(target, file());
			await expect(journal.append(specId, "run-1", "{}")).rejects.toMatchObject({ name: "SpecKitError" });
			await expect(journal.read(specId, "run-1")).rejects.toMatchObject({ code: "unsafe_path" });
			rmSync(file());
			linkSync(target, file());
			await expect(journal.append(specId, "run-1", "{}")).rejects.toMatchObject({ code: "file_write" });
			expect(readFileSync(target, "utf8")).toBe("");
		} finally {
			outside.dispose();
		}
	});
});

describe("parseJournal", () => {
	const line = (seq: number): string =>
		journalLine({ v: 1, seq, atMs: 5, event: { type: "stage_started", more: { a: [1] } } });

	it("reads back what was written", () => {
		expect(parseJournal([line(1), line(2)])).toMatchObject({
			ok: true,
			records: [{ seq: 1, event: { type: "stage_started", more: { a: [1] } } }, { seq: 2 }],
		});
	});

	it.each([
		["no JSON", ["{"], 1],
		["no record", [line(1), "{}"], 2],
		["a hole", [line(1), line(3)], 2],
		["a doubled line", [line(1), line(1)], 2],
		["an event without a type", ['{"v":1,"seq":1,"atMs":0,"event":{}}'], 1],
	])("names the line of %s", (_name, lines, at) => {
		expect(parseJournal(lines)).toMatchObject({ ok: false, line: at });
	});
});
