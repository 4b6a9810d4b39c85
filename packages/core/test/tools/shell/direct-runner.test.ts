import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CommandRequest, CommandResult } from "../../../src/ports/command-runner.ts";
import { createDirectRunner } from "../../../src/tools/shell/direct-runner.ts";
import { killAllGroups } from "../../../src/tools/shell/process-groups.ts";
import { eventually, isAlive, realClock, searchPath, temporaryFolder } from "../tool-context.ts";

const runner = createDirectRunner(realClock);
const never = new AbortController().signal;
const listeners = (): number => process.listenerCount("exit");

function request(argv: readonly string[], overrides: Partial<CommandRequest> = {}): CommandRequest {
	const base = { cwd: "/", env: { PATH: searchPath }, timeoutMs: 20_000, maxOutputBytes: 1_048_576 };
	return { argv, ...base, ...overrides };
}

const bash = (script: string, overrides: Partial<CommandRequest> = {}): CommandRequest =>
	request(["bash", "-c", script], overrides);

const run = (wanted: CommandRequest, signal: AbortSignal = never): Promise<CommandResult> =>
	runner.run(wanted, signal, () => {});

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; elapsedMs: number }> {
	const startedMs = performance.now();
	const result = await work();
	return { result, elapsedMs: performance.now() - startedMs };
}

describe("a command that ends by itself", () => {
	it("tells its exit code, its output in order and its time", async () => {
		const result = await run(bash("echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three; exit 3"));
		expect(result.outcome).toEqual({ status: "exited", exitCode: 3 });
		expect(result.output).toBe("one\ntwo\nthree\n");
		expect(result.totalBytes).toBe(14);
		expect(result.durationMs).toBeGreaterThanOrEqual(90);
	});

	it("tells streams apart as the output comes", async () => {
		const seen: string[] = [];
		await runner.run(bash("echo out; echo err >&2"), never, (stream, chunk) => void seen.push(`${stream}:${chunk}`));
		expect(seen.toSorted()).toEqual(["stderr:err\n", "stdout:out\n"]);
	});

	it("runs in its folder with exactly its environment and nothing on stdin", async () => {
		const cwd = temporaryFolder();
		const env = { PATH: searchPath, ONE: "a b", EMPTY: "", UNICODE: "ä" };
		const { output } = await run(request(["env", "-0"], { cwd, env }));
		expect(output.split("\0").filter(Boolean).toSorted()).toEqual(
			[`PATH=${searchPath}`, "ONE=a b", "EMPTY=", "UNICODE=ä"].toSorted(),
		);
		expect((await run(request(["pwd"], { cwd }))).output).toBe(`${cwd}\n`);
		expect((await run(request(["cat"]))).output).toBe("");
	});

	it("starts programs without a shell", async () => {
		expect((await run(request(["printf", "%s|", "$HOME", "a b", "*", ""]))).output).toBe("$HOME|a b|*||");
	});

	it("tells a signal that was not ours", async () => {
		expect((await run(bash("kill -TERM $$"))).outcome).toEqual({
			status: "signalled",
			signal: "SIGTERM",
			exitCode: 143,
		});
	});

	it("joins characters that arrive in pieces, and replaces what is no UTF-8", async () => {
		const chunks: string[] = [];
		const script = String.raw`printf '\xe2\x82'; sleep 0.05; printf '\xac-\xff-\xc3'`;
		const result = await runner.run(bash(script), never, (_, chunk) => void chunks.push(chunk));
		expect(chunks.join("")).toBe("€-\ufffd-\ufffd");
		expect(result.output).toBe("€-\ufffd-\ufffd");
	});

	it("takes 50 MB in bounded memory and keeps both ends", async () => {
		let characters = 0;
		const script = "echo begin; yes 'a line of output' | head -c 50000000; echo; echo end";
		const beforeBytes = process.memoryUsage().arrayBuffers;
		const result = await runner.run(bash(script), never, (_, chunk) => {
			characters += chunk.length;
		});
		expect(characters).toBe(50_000_011);
		expect(result.totalBytes).toBe(50_000_011);
		expect(result.output.length).toBeLessThan(1_048_576 + 100);
		expect(result.output.startsWith("begin\na line")).toBe(true);
		expect(result.output.endsWith("\nend\n")).toBe(true);
		expect(result.output).toMatch(/\n\[489514\d\d bytes of output left out\]\n/);
		expect(process.memoryUsage().arrayBuffers - beforeBytes).toBeLessThan(64_000_000);
	});

	it("may open its output by name", async () => {
		const script =
			"echo one > /dev/stdout; sleep 0.05; echo two > /dev/stderr; echo three | tee /dev/fd/2 > /dev/null; exit 5";
		const streams: Record<string, string> = { stdout: "", stderr: "" };
		const { outcome } = await runner.run(bash(script), never, (stream, chunk) => {
			streams[stream] += chunk;
		});
		expect(outcome).toEqual({ status: "exited", exitCode: 5 });
		expect(streams).toEqual({ stdout: "one\n", stderr: "two\nthree\n" });
		expect((await run(request(["tee", "/dev/stderr"]))).outcome).toEqual({ status: "exited", exitCode: 0 });
		const signalled = await run(bash("echo x > /dev/stderr; kill -TERM $$"));
		expect(signalled).toMatchObject({ output: "x\n", outcome: { status: "signalled", signal: "SIGTERM" } });
	});

	it("leaves no process behind, not even in the background", async () => {
		const { output } = await run(bash("sleep 60 >/dev/null 2>&1 & echo $!"));
		await eventually(() => !isAlive(Number(output)));
	});

	it("does not wait for a background process that holds its output", async () => {
		const { result, elapsedMs } = await timed(() => run(bash("sleep 60 & echo $!")));
		expect(result.outcome).toEqual({ status: "exited", exitCode: 0 });
		expect(elapsedMs).toBeLessThan(2000);
		await eventually(() => !isAlive(Number(result.output)));
	});

	it("hears a helper out that still writes, for two seconds at most", async () => {
		expect((await run(bash("(sleep 0.1; echo late) & echo now"))).output).toBe("now\nlate\n");
		const chatty = "(while true; do echo x; sleep 0.05; done) & echo now";
		const { result, elapsedMs } = await timed(() => run(bash(chatty)));
		expect(result.output).toContain("now\n");
		expect(elapsedMs).toBeLessThan(2300);
	});

	it("does not wait for one that has left the group either", async () => {
		const { result, elapsedMs } = await timed(() => run(bash("setsid sleep 3 & echo now")));
		expect(result.output).toBe("now\n");
		expect(elapsedMs).toBeLessThan(2000);
	});
});

describe("a command that is ended", () => {
	const stubborn = "trap '' TERM INT HUP; sleep 60 & echo $!; echo $$; wait";

	it("is killed with all of its group when its time is over", async () => {
		const { result, elapsedMs } = await timed(() => run(bash(stubborn, { timeoutMs: 200 })));
		expect(result.outcome).toEqual({ status: "timed_out", exitCode: 124 });
		expect(elapsedMs).toBeLessThan(1000);
		for (const pid of result.output.trim().split("\n")) await eventually(() => !isAlive(Number(pid)));
	});

	it("is killed within 200 ms of an abort", async () => {
		const controller = new AbortController();
		let abortedMs = 0;
		const result = await runner.run(bash(stubborn), controller.signal, (_, chunk) => {
			if (!chunk.includes("\n")) return;
			abortedMs = performance.now();
			controller.abort();
		});
		expect(performance.now() - abortedMs).toBeLessThan(200);
		expect(result.outcome).toEqual({ status: "aborted" });
		for (const pid of result.output.trim().split("\n")) await eventually(() => !isAlive(Number(pid)));
	});

	it("is given up within 200 ms of an abort when somebody outside its group holds its output", async () => {
		const controller = new AbortController();
		let abortedMs = 0;
		const result = await runner.run(bash("setsid sleep 2 & sleep 0.1; echo up; wait"), controller.signal, () => {
			abortedMs = performance.now();
			controller.abort();
		});
		expect(performance.now() - abortedMs).toBeLessThan(200);
		expect(result.outcome).toEqual({ status: "aborted" });
	});

	it("is not even started after an abort", async () => {
		const marker = join(temporaryFolder(), "marker");
		const result = await run(request(["touch", marker]), AbortSignal.abort());
		expect(result).toMatchObject({ outcome: { status: "aborted" }, output: "", totalBytes: 0 });
		expect(existsSync(marker)).toBe(false);
	});

	it("dies with this process", async () => {
		const pidFile = join(temporaryFolder(), "pid");
		const module = join(import.meta.dirname, "../../../src/tools/shell/direct-runner.ts");
		const script = `
			import { createDirectRunner } from ${JSON.stringify(module)};
			const clock = { nowMs: Date.now, monotonicMs: () => performance.now(), sleep: async () => {},
				timer: (ms, fire) => { const timer = setTimeout(fire, ms); return () => clearTimeout(timer); } };
			const request = { argv: ["sh", "-c", "echo $$; exec sleep 60"], cwd: "/", env: process.env, timeoutMs: 60000,
				maxOutputBytes: 1000 };
			createDirectRunner(clock).run(request, new AbortController().signal, (_, chunk) => {
				process.stdout.write(chunk);
				process.exit(0);
			});`;
		writeFileSync(pidFile, "");
		const args = ["--conditions=@codex/source", "--input-type=module", "-e", script];
		const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
		expect(stderr).toBe("");
		expect(Number(stdout)).toBeGreaterThan(1);
		await eventually(() => !isAlive(Number(stdout)));
	});

	it("leaves no listener on the process, and can be ended from outside", async () => {
		const before = listeners();
		const running = run(bash("sleep 60"));
		await eventually(() => listeners() === before + 1);
		killAllGroups();
		expect((await running).outcome).toEqual({ status: "signalled", signal: "SIGKILL", exitCode: 137 });
		expect(listeners()).toBe(before);
	});
});

describe("a command that cannot be started", () => {
	const failure = async (wanted: CommandRequest): Promise<string> => {
		const { outcome } = await run(wanted);
		return outcome.status === "spawn_failed" ? outcome.message : `not a failure: ${outcome.status}`;
	};

	it("is one sentence", async () => {
		const folder = temporaryFolder();
		const plain = join(folder, "plain");
		writeFileSync(plain, "x");
		chmodSync(plain, 0o644);
		expect(await failure(request(["no-such-program-1"]))).toBe("`no-such-program-1` was not found on PATH");
		expect(await failure(request(["/no/such/program"]))).toBe("`/no/such/program` does not exist");
		expect(await failure(request([plain]))).toBe(`\`${plain}\` may not be executed: permission denied`);
		expect(await failure(request(["true"], { cwd: join(folder, "gone") }))).toBe(
			`the working directory \`${join(folder, "gone")}\` does not exist`,
		);
		expect(await failure(request(["echo", "x".repeat(3_000_000)]))).toBe(
			"the arguments of `echo` are longer than the system allows",
		);
		expect(await failure(request(["echo", "a\0b"]))).toMatch(/^`echo` could not be started: /);
		expect(await failure(request([]))).toBe("the command is empty");
		expect(await failure(request([""]))).toBe("the command is empty");
	});

	it("finds programs on the PATH of its own environment", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "only-here"), "#!/bin/sh\necho found\n");
		chmodSync(join(folder, "only-here"), 0o755);
		expect((await run(request(["only-here"], { env: { PATH: folder } }))).output).toBe("found\n");
	});
});

it("stays well below the price of a spawn for each call", async () => {
	// Counts what a call does rather than how long it takes: one process, no shell around it, no look at the disk.
	const trace = join(temporaryFolder(), "pid");
	await run(bash(`echo $$ $PPID > ${trace}`));
	expect(readFileSync(trace, "utf8").split(" ")[1]?.trim()).toBe(String(process.pid));
});
