// A run as a process among processes: signals, readers that go away or are slow, a death in mid-run, output without end.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { ExecEvent } from "@codex/protocol";
import { type AnswerStep, requirePrerequisite } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import {
	atEnd,
	type CodeProcess,
	codeBin,
	execBodies,
	execEvents,
	isRunning,
	type Signal,
	sleepersFor,
	threadId,
	until,
} from "./run-code.ts";
import { allowCommands, createScene, type Scene } from "./scene.ts";

const hasBash = await requirePrerequisite("bash", () => spawnSync("bash", ["-c", "true"]).status === 0);
const hasProc = await requirePrerequisite("/proc", () => existsSync("/proc/self/status"));

const shell = (command: string): AnswerStep => ({ calls: [{ name: "shell", arguments: { command } }] });

/** A command with a child of its own. Inside the sandbox numbers of processes are its own: they are told by how long they sleep. */
const sleeperOf = (marker: string): string => `sleep ${marker}1 & sleep ${marker}2`;

const isStarted = (event: ExecEvent): boolean =>
	event.type === "item.started" && event.item.type === "command_execution";

let markers = 0;
const newMarker = (): string => {
	markers += 1;
	return `1000.${process.pid}${markers}`;
};

/** The numbers of the two sleeping processes, once they are there; they are killed at the end of the test, whatever happens. */
async function sleepersOf(marker: string): Promise<readonly number[]> {
	const pids = await until("the sleeping commands", () => {
		const found = [`${marker}1`, `${marker}2`].flatMap(sleepersFor);
		return found.length === 2 && found;
	});
	atEnd(() => {
		for (const pid of pids) if (isRunning(pid)) process.kill(pid, "SIGKILL");
	});
	return pids;
}

/** All that is saved of sessions. */
function savedText(scene: Scene): string {
	const dir = path.join(scene.home.codeHome, "sessions");
	if (!existsSync(dir)) return "";
	const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jsonl"));
	return files.map((name) => readFileSync(path.join(dir, name), "utf8")).join("");
}

interface SleepingRun {
	readonly scene: Scene;
	readonly running: CodeProcess;
	readonly pids: readonly number[];
}

/** A run in the middle of a long command. */
async function startSleeping(...steps: readonly AnswerStep[]): Promise<SleepingRun> {
	const marker = newMarker();
	const scene = await createScene([shell(sleeperOf(marker)), ...steps]);
	const running = scene.start(["exec", "--json", ...allowCommands, "sleep"]);
	await running.line(isStarted);
	const pids = await sleepersOf(marker);
	expect(pids.every(isRunning)).toBe(true);
	return { scene, running, pids };
}

describe("a signal", () => {
	// 200 ms is the promise; a machine that does much else at the time gets a second and a third chance to keep it.
	test.each<Signal>(["SIGINT", "SIGTERM", "SIGHUP"])(
		"%s stops the command and all that it started within 200 ms, and the run says so",
		{ retry: 2 },
		async (signal) => {
			const { scene, running, pids } = await startSleeping({ text: "went on" });
			const sentAt = performance.now();
			running.kill(signal);
			await until("the command to be gone", () => !pids.some(isRunning));
			expect(performance.now() - sentAt).toBeLessThan(200);
			const result = await running.ended;
			expect(result).toMatchObject({ exitCode: 130, signal: null });
			expect(execBodies(result.stdout).slice(-2)).toEqual([
				{ type: "item.completed", item: expect.objectContaining({ type: "command_execution", status: "failed" }) },
				{ type: "turn.failed", error: { message: expect.stringMatching(/^interrupted/) } },
			]);
			expect(scene.server.requests).toHaveLength(1);
			const again = await scene.run(["exec", "resume", threadId(result.stdout), "go on"]);
			expect(again).toMatchObject({ exitCode: 0, stdout: "went on\n" });
			const { input } = scene.server.requests[1]?.body ?? {};
			expect(input.filter(({ type }: { type: string }) => type === "function_call_output")).toHaveLength(1);
		},
	);

	test("ends the wait for a model, and for stdin", async () => {
		const scene = await createScene(() => ({ text: "x", idle: true }));
		const waiting = scene.start(["exec", "hi"]);
		const request = await scene.server.request(1);
		waiting.kill("SIGINT");
		expect(await waiting.ended).toMatchObject({ exitCode: 130, stdout: "" });
		await until("the request to be given up", () => request.abandoned());
		const reading = scene.start(["exec"], { stdin: "idle" });
		await reading.said("Reading prompt from stdin");
		reading.kill("SIGINT");
		expect(await reading.ended).toMatchObject({ exitCode: 130, stdout: "" });
	});

	test("the second one ends at once a run whose reader takes nothing", async () => {
		const scene = await createScene([{ text: "x".repeat(3_000_000), deltaSize: 1_000_000 }]);
		const running = scene.start(["exec", "--json", "hi"]);
		await running.line(({ type }) => type === "turn.started");
		running.child.stdout.pause();
		await scene.server.request(1);
		// The pipe is full now, and the run cannot get rid of the rest.
		await new Promise((resolve) => setTimeout(resolve, 500));
		expect(running.child.exitCode).toBeNull();
		running.kill("SIGTERM");
		running.kill("SIGINT");
		const exited = new Promise((resolve) => running.child.once("exit", resolve));
		running.kill("SIGINT");
		expect(await exited).toBe(130);
		running.child.stdout.destroy();
	});
});

describe("a death without a warning", () => {
	test("leaves a session that can be taken up", async () => {
		const { scene, running, pids } = await startSleeping({ text: "went on" });
		const { thread_id: id } = (await running.line(({ type }) => type === "thread.started")) as { thread_id: string };
		// The run does not wait for its file: what it did in the last milliseconds may not be in there yet.
		await until("the call to be saved", () => savedText(scene).includes('"function_call"'));
		running.kill("SIGKILL");
		await running.ended;
		for (const pid of pids) if (isRunning(pid)) process.kill(pid, "SIGKILL");
		const again = await scene.run(["exec", "--json", ...allowCommands, "resume", id, "go on"]);
		expect(again).toMatchObject({ exitCode: 0 });
		expect(threadId(again.stdout)).toBe(id);
		const { input } = scene.server.requests[1]?.body ?? {};
		expect(input.slice(-3)).toEqual([
			expect.objectContaining({ type: "function_call", call_id: "call_1_0" }),
			expect.objectContaining({
				type: "function_call_output",
				call_id: "call_1_0",
				output: expect.stringMatching(/^interrupted: .* may have run/),
			}),
			expect.objectContaining({ type: "message", role: "user" }),
		]);
	});
});

describe("a reader", () => {
	test.skipIf(!hasBash)("that takes one line and goes away gets no stack trace after it", async () => {
		const scene = await createScene(() => shell("echo line; sleep 0.05"));
		const script = `"$0" "$1" exec --json -s workspace-write -a never go | head -n 1; echo "exit \${PIPESTATUS[0]}"`;
		const child = spawn("bash", ["-c", script, process.execPath, codeBin], {
			cwd: scene.repo,
			env: { ...scene.env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		const output = { stdout: "", stderr: "" };
		child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
		child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
		await new Promise((resolve) => child.once("close", resolve));
		const lines = output.stdout.trimEnd().split("\n");
		expect(lines).toEqual([expect.stringContaining('"type":"thread.started"'), "exit 1"]);
		expect(output.stderr).not.toMatch(/EPIPE|\n\s+at /);
	});

	test("that goes away in mid-run stops what runs", async () => {
		const wait = "until [ -e go ]; do sleep 0.02; done";
		const marker = newMarker();
		const scene = await createScene([
			{
				calls: [
					{ name: "shell", arguments: { command: sleeperOf(marker) } },
					{ name: "shell", arguments: { command: wait } },
				],
			},
		]);
		const running = scene.start(["exec", "--json", ...allowCommands, "sleep"]);
		const pids = await sleepersOf(marker);
		running.child.stdout.destroy();
		// The next line that the run wants to write shows it that nobody reads.
		await writeFile(path.join(scene.repo, "go"), "");
		expect(await running.ended).toMatchObject({ exitCode: 1, signal: null });
		await until("the command to be gone", () => !pids.some(isRunning));
		expect(scene.server.requests).toHaveLength(1);
	});

	test("that is slow holds the run up, and gets every line", async () => {
		const bigLines = 8;
		const scene = await createScene((request) =>
			request.number <= bigLines ? shell("head -c 900000 /dev/zero | tr '\\0' x") : { text: "all" },
		);
		const running = scene.start(["exec", "--json", ...allowCommands, "write"]);
		await running.line(({ type }) => type === "turn.started");
		running.child.stdout.pause();
		await scene.server.request(2);
		// Long enough for a run that is not held up to be through.
		await new Promise((resolve) => setTimeout(resolve, 1500));
		expect(scene.server.requests.length).toBeLessThan(bigLines);
		running.child.stdout.resume();
		const result = await running.ended;
		expect(result.exitCode).toBe(0);
		const outputs = execEvents(result.stdout).flatMap((event) =>
			event.type === "item.completed" && event.item.type === "command_execution" ? [event.item.aggregated_output] : [],
		);
		expect(outputs.map(({ length }) => length)).toEqual(Array.from({ length: bigLines }, () => 900_000));
	});

	test("that is slow gets the whole final message", async () => {
		const text = "0123456789".repeat(200_000);
		const scene = await createScene([{ text, deltaSize: 100_000 }]);
		const running = scene.start(["exec", "write"]);
		running.child.stdout.pause();
		await scene.server.request(1);
		await new Promise((resolve) => setTimeout(resolve, 600));
		running.child.stdout.resume();
		const result = await running.ended;
		expect(result.exitCode).toBe(0);
		expect(result.stdout.length).toBe(text.length + 1);
	});
});

describe("output", () => {
	/** The most memory that a process ever had, in bytes. */
	const peakBytes = (pid: number): number => {
		const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
		return Number(kilobytes) * 1024;
	};

	test.skipIf(!hasProc).each([
		["one line of 50 MB", "head -c 52428800 /dev/zero | tr '\\0' x"],
		["many lines, 50 MB", "yes 'a line of output' | head -c 52428800"],
	])("of %s costs neither memory nor the beginning and the end", async (_, command) => {
		const peaks: number[] = [];
		const pids: number[] = [];
		const scene = await createScene([
			shell(`echo first; ${command}; echo; echo last`),
			() => {
				peaks.push(...pids.map(peakBytes));
				return { text: "seen" };
			},
		]);
		const running = scene.start(["exec", "--json", ...allowCommands, "write"]);
		pids.push(running.pid);
		const { exitCode, stdout } = await running.ended;
		expect(exitCode).toBe(0);
		// Node alone is at 60 MB, and the output that is kept for events at 1.
		expect(peaks[0]).toBeLessThan(300 * 1024 * 1024);
		const { output } = scene.server.requests[1]?.body.input.at(-1) ?? {};
		expect(output.length).toBeLessThan(50_000);
		expect(output).toContain("Output:\nfirst\n");
		expect(output).toMatch(/truncated/);
		expect(output).toMatch(/last\n$/);
		expect(stdout.length).toBeLessThan(2_000_000);
	});

	test("that is no text is named and not shown", async () => {
		const scene = await createScene([shell("head -c 100000 /dev/urandom"), { text: "seen" }]);
		const { exitCode, stdout } = await scene.run(["exec", "--json", ...allowCommands, "write"]);
		expect(exitCode).toBe(0);
		const { output } = scene.server.requests[1]?.body.input.at(-1) ?? {};
		expect(output).toContain("binary output of 100000 bytes");
		expect(output.length).toBeLessThan(2000);
		expect(execBodies(stdout)).toContainEqual({
			type: "item.completed",
			item: expect.objectContaining({ aggregated_output: expect.stringContaining("binary output of 100000 bytes") }),
		});
	});
});
