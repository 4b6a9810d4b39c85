// Disks that are full, broken or out of descriptors: one clear sentence, an exit code, and what was written before stays.

import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createModelServer, type ModelServer, requirePrerequisite } from "@codex/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFaultWorld, type FaultRun, type FaultWorld } from "./fault-world.ts";
import { answerStateless, expectedFiles } from "./stateless-model.ts";

const allow = ["-s", "workspace-write", "-a", "never"];
const firstRun = ["exec", ...allow, "do the rounds"];
const resumeRun = ["exec", "resume", ...allow, "--last", "go on"];

let server: ModelServer;
let cache: string;

beforeAll(async () => {
	server = await createModelServer({ script: answerStateless });
	cache = await mkdtemp(path.join(os.tmpdir(), "code-fault-cache-"));
});

afterAll(async () => {
	await server.close();
	await rm(cache, { recursive: true, force: true });
});

async function inWorld<T>(work: (world: FaultWorld) => Promise<T>): Promise<T> {
	const world = await createFaultWorld(server.baseUrl, cache);
	try {
		return await work(world);
	} finally {
		await world.dispose();
	}
}

/** Each line that stands in the session's file is whole; how many there are. */
async function wholeLines(world: FaultWorld): Promise<number> {
	const [file] = await world.sessions();
	if (file === undefined) return 0;
	const text = readFileSync(file, "utf8");
	expect(text === "" || text.endsWith("\n")).toBe(true);
	const lines = text.split("\n").filter((line) => line !== "");
	for (const line of lines) expect(JSON.parse(line)).toMatchObject({ type: expect.any(String) });
	return lines.length;
}

/** Every step was done, and once. */
function expectDone(world: FaultWorld): void {
	expect(Object.keys(expectedFiles).map((name) => world.read(name))).toEqual(Object.values(expectedFiles));
}

function expectOneSentence({ exitCode, stderr }: FaultRun, code: string): void {
	expect(exitCode, stderr).toBe(1);
	expect(stderr.match(/no longer saved/g), stderr).toHaveLength(1);
	expect(stderr).toMatch(new RegExp(`the session is no longer saved to .*\\.jsonl: ${code}`));
	expect(stderr).toContain("error: the session was not saved to its end");
	expect(stderr).not.toMatch(/internal error|\n {4}at /);
}

describe("an operation on the session's file fails, and all after it", () => {
	test.each(["EIO", "EMFILE", "ENOSPC"])("%s, at each of them", { timeout: 200_000 }, async (code) => {
		// The first seven, then a spread over the run; a crash of each kind is in the crash matrix.
		const sample = [1, 2, 3, 4, 5, 6, 7, 12, 19, 27, 36, 46];
		// In the full run at every one; the run has fewer than 100 and the loop ends with them.
		const places =
			process.env["CODE_TEST_FULL"] === undefined ? sample : Array.from({ length: 100 }, (_, at) => at + 1);
		let injected = 0;
		let resumed = 0;
		for (const place of places) {
			await inWorld(async (world) => {
				const run = await world.run(firstRun, { fail: `${code}@${place}` });
				if (run.exitCode === 0 && place > 46) return;
				injected += 1;
				expectOneSentence(run, code);
				const lines = await wholeLines(world);
				// Nothing was saved, so nothing can be done twice: the run went on to its end.
				if (lines === 0) return expectDone(world);
				resumed += 1;
				const again = await world.run(resumeRun);
				expect(again.exitCode, again.stderr).toBe(0);
				expectDone(world);
			});
		}
		console.log(`${code}: injected at ${injected} places, ${resumed} sessions resumed to the end, nothing ran twice`);
		expect(resumed).toBeGreaterThan(8);
	});
});

const canMount = await requirePrerequisite("mounting a tmpfs (root)", async () => {
	const dir = await mkdtemp(path.join(os.tmpdir(), "code-mount-"));
	try {
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", dir], { stdio: "pipe" });
		execFileSync("umount", [dir]);
		return true;
	} finally {
		await rm(dir, { recursive: true, force: true });
	}
});

test.skipIf(!canMount)("a disk that is really full, and then is not", { timeout: 60_000 }, async () => {
	await inWorld(async (world) => {
		const sessions = path.join(world.codeHome, "sessions");
		await mkdir(sessions, { mode: 0o700 });
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", sessions]);
		try {
			// Leaves three pages for folders and lines.
			await writeFile(path.join(sessions, "ballast"), Buffer.alloc(40 * 1024));
			const run = await world.run(firstRun);
			expectOneSentence(run, "ENOSPC");
			expect(await wholeLines(world)).toBeGreaterThan(0);
			await rm(path.join(sessions, "ballast"));
			const again = await world.run(resumeRun);
			expect(again.exitCode, again.stderr).toBe(0);
			expectDone(world);
		} finally {
			spawnSync("umount", [sessions]);
		}
	});
});

const canTrace = await requirePrerequisite("strace", () => {
	execFileSync("strace", ["-V"], { stdio: "pipe" });
	return true;
});

test.skipIf(!canTrace)(
	"a call is written and synced before its command starts, its result after",
	{ timeout: 60_000 },
	async () => {
		await inWorld(async (world) => {
			const trace = path.join(world.codeHome, "trace");
			const calls = "trace=write,pwrite64,writev,fdatasync,fsync,execve";
			const run = await world.run(firstRun, undefined, ["strace", "-f", "-y", "-s", "65536", "-e", calls, "-o", trace]);
			expect(run.exitCode, run.stderr).toBe(0);
			const lines = readFileSync(trace, "utf8").split("\n");
			const at = (fits: (line: string) => boolean): number => lines.findIndex(fits);
			const log = (line: string): boolean => /rollout-[^>]*\.jsonl>/.test(line);
			for (let round = 0; round < 2; round += 1) {
				const intent = at((line) => log(line) && line.includes("write") && line.includes(`count_${round}_0`));
				const synced = lines.findIndex((line, index) => index > intent && log(line) && /f(data)?sync\(/.test(line));
				const command = at((line) => line.includes("execve(") && line.includes(`counter-${round}.txt`));
				const ended = lines.findIndex((line, index) => index > command && log(line) && line.includes("write"));
				expect([intent, synced, command, ended].every((index) => index >= 0)).toBe(true);
				expect(intent).toBeLessThan(synced);
				expect(synced).toBeLessThan(command);
				expect(command).toBeLessThan(ended);
			}
			// The last word on the file is a sync.
			const onLog = lines.filter((line) => log(line) && /(write|sync)\(/.test(line));
			expect(onLog.at(-1)).toMatch(/sync\(/);
		});
	},
);
