import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTempDir, sessionMetaSample, type TempDir } from "@codex/test-support";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { findRollout } from "../../src/rollout/find-rollout.ts";

let dir: TempDir;

beforeEach(async () => {
	dir = await createTempDir();
});

afterEach(() => dir.dispose());

const idOf = (number: number): string => `0199a213-81c0-7800-8aa1-${String(number).padStart(12, "0")}`;

const metaLine = (number: number, extra: object = {}): string =>
	`${JSON.stringify({ timestamp: "x", type: "session_meta", payload: { ...sessionMetaSample, id: idOf(number), ...extra } })}\n`;

async function plant(day: string, time: string, number: number, text = metaLine(number)): Promise<string> {
	const name = `rollout-${day.replaceAll("/", "-")}T${time}-${idOf(number)}.jsonl`;
	const path = join(dir.path, day, name);
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, text);
	return path;
}

describe("by id", () => {
	test("finds the file wherever it lies, in any spelling of the id", async () => {
		const old = await plant("2024/02/29", "23-59-59", 1);
		const recent = await plant("2026/11/23", "00-00-00", 2);
		expect(await findRollout(dir.path, { id: idOf(1) })).toBe(old);
		expect(await findRollout(dir.path, { id: idOf(2).toUpperCase() })).toBe(recent);
		expect(await findRollout(dir.path, { id: idOf(3) })).toBeUndefined();
	});

	test("does not open the file: one that is damaged is found, and reading it says so", async () => {
		const path = await plant("2026/01/01", "00-00-00", 1, "");
		expect(await findRollout(dir.path, { id: idOf(1) })).toBe(path);
	});

	test.each(["", "..", "../../etc/passwd", "*", "rollout", `../${idOf(1)}`, `${idOf(1)}/..`, `${idOf(1)}.jsonl`])(
		"text that is no UUID finds nothing: %j",
		async (id) => {
			await plant("2026/01/01", "00-00-00", 1);
			expect(await findRollout(dir.path, { id })).toBeUndefined();
		},
	);
});

describe("the last one", () => {
	test("is the newest by name, over days, months and years", async () => {
		await plant("2025/12/31", "23-59-59", 9);
		await plant("2026/01/31", "23-00-00", 8);
		await plant("2026/02/01", "00-00-01", 7);
		const newest = await plant("2026/02/01", "00-00-02", 1);
		expect(await findRollout(dir.path, { last: true })).toBe(newest);
	});

	test("in one second the later id wins", async () => {
		await plant("2026/02/01", "00-00-02", 1);
		const later = await plant("2026/02/01", "00-00-02", 2);
		expect(await findRollout(dir.path, { last: true })).toBe(later);
	});

	test("of a folder is the newest that was started there", async () => {
		const here = await plant("2026/02/01", "00-00-01", 1, metaLine(1, { cwd: "/here" }));
		await plant("2026/02/02", "00-00-01", 2, metaLine(2, { cwd: "/elsewhere" }));
		expect(await findRollout(dir.path, { last: true, cwd: "/here" })).toBe(here);
		expect(await findRollout(dir.path, { last: true, cwd: "/nowhere" })).toBeUndefined();
	});

	test("is not a sub-agent's, nor one that begins as nothing a session begins with", async () => {
		const good = await plant("2026/02/01", "00-00-01", 1);
		await plant("2026/02/02", "00-00-01", 2, metaLine(2, { source: "subagent" }));
		await plant("2026/02/02", "00-00-02", 3, metaLine(3, { source: { subagent: "review" } }));
		await plant("2026/02/02", "00-00-03", 4, "");
		await plant("2026/02/02", "00-00-04", 5, "\0\0\0\0");
		await plant("2026/02/02", "00-00-05", 6, metaLine(6).slice(0, -20));
		await plant("2026/02/02", "00-00-06", 7, '{"type":"response_item","payload":{}}\n');
		await plant("2026/02/02", "00-00-07", 8, metaLine(8, { id: "../../x" }));
		await plant("2026/02/02", "00-00-08", 9, `"${"x".repeat(2_000_000)}"\n`);
		expect(await findRollout(dir.path, { last: true })).toBe(good);
	});

	test("of a file with a first line longer than a chunk is read whole", async () => {
		const path = await plant("2026/02/01", "00-00-01", 1, metaLine(1, { instructions: "i".repeat(600_000) }));
		expect(await findRollout(dir.path, { last: true })).toBe(path);
	});
});

describe("what is no rollout is passed over", () => {
	test("names that do not fit, files where folders should be and folders where files should be", async () => {
		const good = await plant("2024/01/01", "00-00-00", 1);
		const day = join(dir.path, "2026/01/01");
		await mkdir(join(day, `rollout-2026-01-01T00-00-00-${idOf(1)}.jsonl`), { recursive: true });
		for (const name of [
			"rollout.jsonl",
			`rollout-2026-01-01T00-00-00-${idOf(1)}.jsonl.tmp`,
			`rollout-2026-01-01-${idOf(1)}.jsonl`,
			`rollout-2026-01-01T00-00-00-${"-".repeat(36)}.jsonl`,
			`x-rollout-2026-01-01T00-00-00-${idOf(1)}.jsonl`,
		]) {
			await writeFile(join(day, name), metaLine(1));
		}
		await mkdir(join(dir.path, "archive/01/01"), { recursive: true });
		await mkdir(join(dir.path, "20260/01/01"), { recursive: true });
		await writeFile(join(dir.path, "2027"), "");
		await writeFile(join(dir.path, ".DS_Store"), "");
		await mkdir(join(dir.path, "2026/1"), { recursive: true });
		expect(await findRollout(dir.path, { last: true })).toBe(good);
		expect(await findRollout(dir.path, { id: idOf(1) })).toBe(good);
	});

	test("symbolic links to files and to folders outside, and named pipes", async () => {
		const outside = await createTempDir();
		onTestFinished(outside.dispose);
		const name = `rollout-2026-01-01T00-00-00-${idOf(1)}.jsonl`;
		await writeFile(join(outside.path, name), metaLine(1));
		await mkdir(join(dir.path, "2026/01/01"), { recursive: true });
		await symlink(join(outside.path, name), join(dir.path, "2026/01/01", name));
		await symlink(outside.path, join(dir.path, "2026/01/02"));
		execFileSync("mkfifo", [join(dir.path, "2026/01/01", name.replace("T00", "T01"))]);
		expect(await findRollout(dir.path, { id: idOf(1) })).toBeUndefined();
		expect(await findRollout(dir.path, { last: true })).toBeUndefined();
	});

	test("a sessions folder that does not exist, or is a file", async () => {
		expect(await findRollout(join(dir.path, "none"), { last: true })).toBeUndefined();
		await writeFile(join(dir.path, "file"), "");
		expect(await findRollout(join(dir.path, "file"), { id: idOf(1) })).toBeUndefined();
	});
});

test("the newest of 1000 sessions is found without opening the others", async () => {
	const old = Array.from({ length: 1000 }, (_, number) => {
		const day = `2026/01/${String(1 + (number % 28)).padStart(2, "0")}`;
		const minute = String(number % 60).padStart(2, "0");
		return plant(day, `00-${minute}-00`, number, "");
	});
	await Promise.all(old);
	const newest = await plant("2026/01/28", "23-59-59", 9999);
	const startedAt = performance.now();
	expect(await findRollout(dir.path, { last: true })).toBe(newest);
	// 500 ms: one folder a level and one file are read, which takes a few; 1000 opens take longer on a slow disk.
	expect(performance.now() - startedAt).toBeLessThan(500);
});
