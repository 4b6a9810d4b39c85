// Runs the built program as a user does: as a process with its own environment, which holds nothing of the caller's but
// the way to Node. Knows nothing of models; whatever it started is gone when the tests of a file are over.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecEvent, ExecEventBody } from "@codex/protocol";
import { execEventSchema } from "@codex/protocol/schema";
import { afterAll } from "vitest";

/** The program. The bundle must have been built. */
export const codeBin: string = fileURLToPath(new URL("../../bin/code.js", import.meta.url));

/** The search path of children: this Node first, so that `#!/usr/bin/env node` finds one that is new enough. */
export const searchPath: string = [path.dirname(process.execPath), process.env.PATH ?? "/usr/bin:/bin"].join(
	path.delimiter,
);

/**
 * What standard input is: `closed` is /dev/null, `idle` an open pipe that nobody writes to, else bytes and an end, or an
 * open file of the test's.
 */
export type Stdin = "closed" | "idle" | { readonly bytes: string | Uint8Array } | { readonly fd: number };

const endings: (() => unknown)[] = [];

afterAll(async () => {
	for (const end of endings.toReversed()) await end();
});

/** Has `end` called when all tests of the file are over, the latest first: tests that run side by side know no other end. */
export function atEnd(end: () => unknown): void {
	endings.push(end);
}

/** How the program is started. */
export interface CodeOptions {
	readonly cwd: string;
	/** The whole environment. */
	readonly env: Readonly<Record<string, string>>;
	/** Default `closed`. */
	readonly stdin?: Stdin;
}

/** Signals that tests send. */
export type Signal = "SIGHUP" | "SIGINT" | "SIGKILL" | "SIGTERM";

/** What came of it. */
export interface CodeResult {
	/** `null` when a signal ended it. */
	readonly exitCode: number | null;
	readonly signal: string | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A running program. */
export interface CodeProcess {
	readonly pid: number;
	readonly child: ChildProcessWithoutNullStreams;
	/** Resolves when it is gone and its output was read. */
	readonly ended: Promise<CodeResult>;
	/** Resolves with the first line of stdout that fits; rejects when the program ends without one. */
	line(fits: (event: ExecEvent) => boolean): Promise<ExecEvent>;
	/** Resolves when stderr holds `text`; rejects after 10 s without it. */
	said(text: string): Promise<void>;
	/** Sends a signal to the program alone. */
	kill(signal: Signal): void;
}

/** Tells of whole lines as they come in. They are looked at only when somebody waits for one. */
class LineWatch {
	readonly #lines: string[] = [];
	#rest = "";
	#failure: Error | undefined;
	#wake: () => void = () => undefined;
	#news: Promise<void> = Promise.resolve();

	constructor() {
		this.#renew();
	}

	push(text: string): void {
		const lines = `${this.#rest}${text}`.split("\n");
		this.#rest = lines.pop() ?? "";
		this.#lines.push(...lines);
		if (lines.length > 0) this.#renew();
	}

	end(result: CodeResult): void {
		this.#failure = new Error(`the program ended (${result.exitCode ?? result.signal}) first:\n${result.stderr}`);
		this.#renew();
	}

	async wait(fits: (event: ExecEvent) => boolean): Promise<ExecEvent> {
		for (let at = 0; ; at += 1) {
			while (at >= this.#lines.length) {
				if (this.#failure !== undefined) throw this.#failure;
				await this.#news;
			}
			const event = execEventSchema.parse(JSON.parse(this.#lines[at] ?? ""));
			if (fits(event)) return event;
		}
	}

	#renew(): void {
		this.#wake();
		this.#news = new Promise((resolve) => {
			this.#wake = resolve;
		});
	}
}

function feed(child: ChildProcessWithoutNullStreams, stdin: Stdin): void {
	if (stdin === "closed" || (stdin !== "idle" && "fd" in stdin)) return;
	// A program that does not read its input closes the pipe; that is not the test's failure.
	child.stdin.on("error", () => undefined);
	if (stdin !== "idle") child.stdin.end(stdin.bytes);
}

function stdinHandle(stdin: Stdin): "ignore" | "pipe" | number {
	if (stdin === "closed") return "ignore";
	return stdin !== "idle" && "fd" in stdin ? stdin.fd : "pipe";
}

/** Starts the program; it is killed at the end when it still runs. */
export function startCode(args: readonly string[], options: CodeOptions): CodeProcess {
	const stdin = options.stdin ?? "closed";
	const child = spawn(process.execPath, [codeBin, ...args], {
		cwd: options.cwd,
		env: { ...options.env },
		stdio: [stdinHandle(stdin), "pipe", "pipe"],
	}) as ChildProcessWithoutNullStreams;
	const { pid } = child;
	if (pid === undefined) throw new Error("the program did not start");
	feed(child, stdin);
	const watch = new LineWatch();
	const stdout: string[] = [];
	const stderr: string[] = [];
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout.push(text);
		watch.push(text);
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => stderr.push(text));
	const ended = new Promise<CodeResult>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", (exitCode, signal) => {
			const result: CodeResult = { exitCode, signal, stdout: stdout.join(""), stderr: stderr.join("") };
			watch.end(result);
			resolve(result);
		});
	});
	atEnd(async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		// A failed test: asked first, it takes the commands that it runs with it.
		child.kill("SIGTERM");
		await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))]);
		child.kill("SIGKILL");
	});
	return {
		pid,
		child,
		ended,
		line: (fits) => watch.wait(fits),
		said: async (text) => void (await until(JSON.stringify(text), () => stderr.join("").includes(text))),
		kill: (signal) => void child.kill(signal),
	};
}

/** Runs the program to its end. */
export function runCode(args: readonly string[], options: CodeOptions): Promise<CodeResult> {
	return startCode(args, options).ended;
}

/** The events of a JSONL output: each line is checked, and so is that there is nothing else and that `seq` has no gaps. */
export function execEvents(stdout: string): readonly ExecEvent[] {
	const lines = stdout.split("\n");
	const rest = lines.pop();
	if (rest !== "") throw new Error(`stdout does not end in a whole line: ${JSON.stringify(rest)}`);
	const events = lines.map((line) => execEventSchema.parse(JSON.parse(line)));
	for (const [at, { seq }] of events.entries()) if (seq !== at) throw new Error(`line ${at} has seq ${seq}`);
	return events;
}

/** The events without the envelope. */
export function execBodies(stdout: string): readonly ExecEventBody[] {
	return execEvents(stdout).map(({ v: _v, seq: _seq, ...body }) => body);
}

/** The id of the thread of a JSONL output. */
export function threadId(stdout: string): string {
	const first = execEvents(stdout)[0];
	if (first?.type !== "thread.started") throw new Error(`the first line is ${JSON.stringify(first)}`);
	return first.thread_id;
}

/** Numbers of the processes that run `sleep DURATION`, confined or not. */
export function sleepersFor(duration: string): readonly number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
				return words[0] === "sleep" && words[1] === duration ? [Number(name)] : [];
			} catch {
				return []; // It ended meanwhile.
			}
		});
}

/** Whether a process runs; one that is dead and only not yet collected by its parent does not. */
export function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		// No such process.
		return false;
	}
	try {
		return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		// No /proc on this system, or it has gone this very moment.
		return process.platform !== "linux";
	}
}

/** Waits until `probe` answers something else than `undefined` or `false`, for 10 s at most; polls, for processes that tell nothing. */
export async function until<T>(what: string, probe: () => T | undefined | false): Promise<T> {
	const deadline = Date.now() + 10_000;
	for (;;) {
		const found = probe();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > deadline) throw new Error(`waited 10 s for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
