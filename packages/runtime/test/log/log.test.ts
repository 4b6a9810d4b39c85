import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRedactor } from "@codex/redact";
import { createTempDir } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { createLog, type Log } from "../../src/log/log.ts";
import { readLogFilter } from "../../src/log/log-levels.ts";
import { openRotatingFile } from "../../src/log/rotating-file.ts";
import { RuntimeError } from "../../src/runtime-error.ts";

async function tempFile(): Promise<string> {
	const dir = await createTempDir();
	onTestFinished(dir.dispose);
	return path.join(dir.path, "logs", "code.log");
}

const makeLog = (file: string, levels?: string): Log =>
	createLog({ file, levels, redactor: createRedactor({ secrets: ["hunter2-hunter2"] }) });

const records = (file: string): readonly Record<string, unknown>[] =>
	readFileSync(file, "utf8")
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));

describe("CODE_LOG", () => {
	test("is a level and exceptions", () => {
		const filter = readLogFilter("error,core=debug, providers = silent");
		expect(filter.isEnabled("runtime", "error")).toBe(true);
		expect(filter.isEnabled("runtime", "warn")).toBe(false);
		expect(filter.isEnabled("core", "debug")).toBe(true);
		expect(filter.isEnabled("core", "trace")).toBe(false);
		expect(filter.isEnabled("providers", "error")).toBe(false);
		expect(filter.problems).toEqual([]);
	});

	test("is `warn` by default, and parts that mean nothing are listed", () => {
		expect(readLogFilter(undefined).isEnabled("x", "warn")).toBe(true);
		expect(readLogFilter(undefined).isEnabled("x", "info")).toBe(false);
		expect(readLogFilter("loud,core=x").problems).toEqual([
			"CODE_LOG: `loud` is not `level` or `package=level`",
			"CODE_LOG: `core=x` is not `level` or `package=level`",
		]);
	});
});

describe("the log", () => {
	test("makes no file while nothing is worth writing", async () => {
		const file = await tempFile();
		const log = makeLog(file);
		log.write("info", "core", "quiet");
		await log.close();
		expect(statSync(path.dirname(file), { throwIfNoEntry: false })).toBeUndefined();
	});

	test("writes records, masked, in files that only their owner reads", async () => {
		const file = await tempFile();
		const log = makeLog(file, "info");
		log.write("info", "core", "key is hunter2-hunter2", { api_key: "sk-proj-abcdefghijklmnopqrstuvwx", turn: 3 });
		log.write("error", "runtime", "second");
		await log.close();
		log.write("warn", "runtime", "after close");
		await log.close();
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
		const [first, second, third] = records(file);
		expect(first).toMatchObject({ level: 30, scope: "core", turn: 3, time: expect.stringMatching(/Z$/) });
		expect(JSON.stringify(first)).not.toMatch(/hunter2|abcdefghij/);
		expect([second?.["msg"], third?.["msg"]]).toEqual(["second", "after close"]);
	});

	test("stops nothing when its place cannot be written", async () => {
		const file = await tempFile();
		mkdirSync(file, { recursive: true });
		const log = makeLog(file);
		log.write("error", "core", "lost");
		await log.close();
		log.write("error", "core", "lost too");
		await expect(log.close()).resolves.toBeUndefined();
	});
});

describe("the rotating file", () => {
	const limits = { maxBytes: 10, maxFiles: 3 };

	test("keeps the newest files, the oldest goes", async () => {
		const file = await tempFile();
		const log = openRotatingFile(file, limits);
		for (const line of ["aaaaaa\n", "bbbbbb\n", "cccccc\n", "dddddd\n"]) log.write(line);
		log.close();
		const read = (suffix: string): string => readFileSync(`${file}${suffix}`, "utf8");
		expect([read(""), read(".1"), read(".2")]).toEqual(["dddddd\n", "cccccc\n", "bbbbbb\n"]);
		expect(statSync(`${file}.3`, { throwIfNoEntry: false })).toBeUndefined();
		expect(statSync(`${file}.1`).mode & 0o777).toBe(0o600);
	});

	test("goes on with a file that is there, and narrows who may read it", async () => {
		const file = await tempFile();
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, "old\n");
		chmodSync(file, 0o644);
		const log = openRotatingFile(file, limits);
		log.write("new\n");
		log.write("a line longer than a whole file\n");
		log.close();
		expect(readFileSync(`${file}.1`, "utf8")).toBe("old\nnew\n");
		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	test("throws its own error", async () => {
		const file = await tempFile();
		mkdirSync(file, { recursive: true });
		expect(() => openRotatingFile(file)).toThrow(RuntimeError);
	});
});
