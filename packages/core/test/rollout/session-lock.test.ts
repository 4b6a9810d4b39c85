import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createFakeClock, createTempDir, type TempDir } from "@codex/test-support";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeHolder, findHolder, lockSession } from "../../src/rollout/session-lock.ts";

let dir: TempDir;
let file: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
	dir = await createTempDir();
	file = join(dir.path, "2026", "rollout.jsonl");
});

afterEach(async () => {
	for (const child of children.splice(0)) child.kill("SIGKILL");
	await dir.dispose();
});

const lockModule = new URL("../../src/rollout/session-lock.ts", import.meta.url).href;

/** A process that locks the file, says how that went, and stays. */
async function otherProcess(): Promise<{ readonly said: string; readonly child: ChildProcess }> {
	const script = `
		const { lockSession } = await import(${JSON.stringify(lockModule)});
		const result = await lockSession(${JSON.stringify(file)}, { nowMs: Date.now, timer: () => () => {} });
		console.log(JSON.stringify(result));
		setInterval(() => {}, 1000);
	`;
	const args = ["--conditions=@codex/source", "--input-type=module", "-e", script];
	const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
	children.push(child);
	const said = await new Promise<string>((resolve) => child.stdout?.once("data", (data) => resolve(String(data))));
	return { said, child };
}

const ended = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once("close", resolve));

async function locked(): Promise<() => Promise<void>> {
	const result = await lockSession(file, clock());
	if (result.kind !== "locked") throw new Error(JSON.stringify(result));
	return result.release;
}

/** The machine's time, `ahead` ms later; what waits on it is left waiting. */
const clock = (ahead = 0) => ({ nowMs: () => Date.now() + ahead, timer: () => () => undefined });

const note = () => JSON.parse(readFileSync(`${file}.holder`, "utf8"));

test("is had by one at a time, says by whom, and leaves nothing behind", async () => {
	const release = await locked();
	const result = await lockSession(file, clock());
	expect(result).toEqual({
		kind: "held",
		holder: { pid: process.pid, host: hostname(), since: expect.stringMatching(/^\d{4}-.*Z$/) },
	});
	expect(await findHolder(file, Date.now())).toEqual({ holder: result.kind === "held" ? result.holder : undefined });
	await release();
	await release();
	expect(existsSync(`${file}.lock`)).toBe(false);
	expect(existsSync(`${file}.holder`)).toBe(false);
	expect(await findHolder(file, Date.now())).toBeUndefined();
	await (await locked())();
});

test("of a live process is refused, of a killed one taken over at once", async () => {
	const { said, child } = await otherProcess();
	expect(said).toContain('"locked"');
	const refused = await lockSession(file, clock());
	expect(refused).toMatchObject({ kind: "held", holder: { pid: child.pid } });
	child.kill("SIGKILL");
	await ended(child);
	expect(existsSync(`${file}.lock`)).toBe(true);
	const release = await locked();
	expect(note().pid).toBe(process.pid);
	await release();
});

test("of a stopped process is not taken over, however long it sleeps", async () => {
	const { child } = await otherProcess();
	child.kill("SIGSTOP");
	expect(await lockSession(file, clock(86_400_000))).toMatchObject({ kind: "held", holder: { pid: child.pid } });
});

test("of a process whose number another one has now is taken over", async () => {
	await locked();
	writeFileSync(`${file}.holder`, JSON.stringify({ ...note(), started: "1" }));
	const result = await lockSession(file, clock());
	expect(result.kind).toBe("locked");
});

test("of another host is taken over when it has not been renewed for a minute", async () => {
	await locked();
	writeFileSync(`${file}.holder`, JSON.stringify({ ...note(), host: "elsewhere" }));
	expect(await lockSession(file, clock())).toMatchObject({ kind: "held", holder: { host: "elsewhere" } });
	expect((await lockSession(file, clock(61_000))).kind).toBe("locked");
});

test.each([
	["no note", undefined],
	["a note that is cut off", '{"pid":1'],
	["a note of an earlier lock", JSON.stringify({ pid: process.pid, host: "h", since: "", started: "", lockMadeMs: 1 })],
	["a note that makes no sense", JSON.stringify({ pid: -1, host: 5 })],
])("with %s is that of a process that is just starting, for two seconds", async (_name, text) => {
	await mkdir(`${file}.lock`, { recursive: true });
	if (text !== undefined) writeFileSync(`${file}.holder`, text);
	expect(await lockSession(file, clock())).toEqual({ kind: "held", holder: undefined });
	const old = Date.now() / 1000 - 3;
	utimesSync(`${file}.lock`, old, old);
	await (await locked())();
});

test("of a dead process is taken over by exactly one of many", async () => {
	const { child } = await otherProcess();
	child.kill("SIGKILL");
	await ended(child);
	const results = await Promise.all(Array.from({ length: 6 }, () => otherProcess()));
	expect(results.filter(({ said }) => said.includes('"locked"'))).toHaveLength(1);
});

test("is renewed every five seconds, until it is released or another's", async () => {
	const fake = createFakeClock(Date.UTC(2031, 0, 1));
	const result = await lockSession(file, fake);
	const renewed = () => statSync(`${file}.lock`).mtimeMs;
	const wait = async (): Promise<void> => {
		await fake.advance(5000);
		await vi.waitFor(() => expect(renewed()).toBe(fake.nowMs()));
	};
	await wait();
	// The next one is only asked for when this one is done.
	await vi.waitFor(() => expect(fake.pending).toBe(1));
	await wait();
	await vi.waitFor(() => expect(fake.pending).toBe(1));
	writeFileSync(`${file}.holder`, JSON.stringify({ ...note(), pid: 1 }));
	const before = renewed();
	await fake.advance(5000);
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(renewed()).toBe(before);
	if (result.kind === "locked") await result.release();
	expect(existsSync(`${file}.lock`)).toBe(true);
});

test("where no file can be made is an error in a sentence", async () => {
	writeFileSync(join(dir.path, "2026"), "");
	const result = await lockSession(file, clock());
	expect(result).toEqual({ kind: "error", message: expect.stringMatching(/^the session cannot be locked: E/) });
});

test("the sentence names the holder", () => {
	const holder = { pid: 7, host: "h", since: "2026-01-01T00:00:00.000Z" };
	expect(describeHolder("x", holder)).toContain("process 7 on h since 2026-01-01T00:00:00.000Z");
	expect(describeHolder("x", undefined)).toContain("try again");
});
