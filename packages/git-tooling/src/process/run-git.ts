// Starts git where simple-git cannot serve: output as bytes, output that is cut at a limit, input that is streamed, an
// exit code that means something, and a private index or object folder. No shell; the same environment and settings as
// every other call. It must not be handed text of a user before a `--`.

import { spawn } from "node:child_process";
import { GitToolingError, messageOf } from "../git-tooling-error.ts";
import { hardenedSettings } from "./hardening.ts";

/** One call of git. */
export interface GitCall {
	/** The git program: a name that is looked for in `PATH`, or an absolute path. */
	readonly binary: string;
	readonly args: readonly string[];
	readonly cwd: string;
	/** The whole environment; see `gitEnvironment`. */
	readonly env: Readonly<Record<string, string>>;
	/** Bytes for its input; absent: an empty input. */
	readonly input?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
	/** Output beyond this is not kept and git is stopped. Default 256 MiB. */
	readonly maxBytes?: number;
	/** Exit codes that are an answer and not a failure. Default only 0. */
	readonly accept?: readonly number[];
	/** Milliseconds after which git is killed and the call rejects with `timeout`. Default 120,000. */
	readonly timeoutMs?: number;
	/** Kills git (SIGKILL); the call then rejects with `aborted`. */
	readonly signal?: AbortSignal | undefined;
}

/** What git said. */
export interface GitAnswer {
	readonly stdout: Buffer;
	readonly stderr: string;
	readonly exitCode: number;
	/** True when the output was cut at `maxBytes`; `exitCode` then says nothing. */
	readonly truncated: boolean;
}

const defaultMaxBytes = 256 * 1024 * 1024;
const killedBySignal = -1;
const stderrMaxBytes = 64 * 1024;
/** Long enough for a first look at a huge tree on a cold disk, short enough that a FIFO called .gitignore ends. */
const defaultTimeoutMs = 120_000;

/** Runs git to its end. @throws GitToolingError `git_missing`, `git_failed`, `timeout`, `aborted` */
export async function runGit(call: GitCall): Promise<GitAnswer> {
	const { signal } = call;
	if (signal?.aborted === true) throw new GitToolingError("aborted", "aborted before git was started");
	const settings = hardenedSettings.flatMap((setting) => ["-c", setting]);
	const args = ["--no-pager", "--literal-pathspecs", ...settings, ...call.args];
	const child = spawn(call.binary, args, {
		cwd: call.cwd,
		env: call.env,
		stdio: "pipe",
		windowsHide: true,
		timeout: call.timeoutMs ?? defaultTimeoutMs,
		killSignal: "SIGKILL",
	});
	const kill = (): void => {
		child.kill("SIGKILL");
	};
	// A program that git had started may live on and hold the output open; after a kill nobody waits for it.
	child.on("exit", (_, killedBy) => {
		if (killedBy === null) return;
		child.stdout.destroy();
		child.stderr.destroy();
	});
	const output = collect(call.maxBytes ?? defaultMaxBytes, kill);
	const complaint = collect(stderrMaxBytes, () => {});
	child.stdout.on("data", output.take);
	child.stderr.on("data", complaint.take);
	signal?.addEventListener("abort", kill, { once: true });
	try {
		const ended = new Promise<number>((resolve, reject) => {
			child.on("error", (error) =>
				reject(new GitToolingError("git_missing", `git could not be started: ${messageOf(error)}`, error)),
			);
			child.on("close", (code) => resolve(code ?? killedBySignal));
		});
		const [exitCode] = await Promise.all([ended, feed(child.stdin, call.input, kill)]);
		if (signal !== undefined && aborted(signal)) throw new GitToolingError("aborted", "git was stopped: aborted");
		if (exitCode === killedBySignal && !output.full())
			throw new GitToolingError("timeout", "git did not end in its time");
		const stderr = complaint.bytes().toString("utf8");
		if (!output.full() && !(call.accept ?? [0]).includes(exitCode)) throw gitFailed(call.args, stderr, exitCode);
		return { stdout: output.bytes(), stderr, exitCode, truncated: output.full() };
	} finally {
		signal?.removeEventListener("abort", kill);
	}
}

// A function, because the value changes while this module waits and the compiler would think it known.
function aborted(signal: AbortSignal): boolean {
	return signal.aborted;
}

/** The error of a git that refused; its message is git's first lines without `fatal:`. */
function gitFailed(args: readonly string[], stderr: string, exitCode: number): GitToolingError {
	const said = stderr
		.split("\n")
		.filter((line) => line.trim() !== "")
		.slice(0, 3)
		.map((line) => line.replace(/^(?:fatal|error): /, ""))
		.join(" ");
	const command = args.find((arg) => !arg.startsWith("-")) ?? "git";
	return new GitToolingError("git_failed", `git ${command}: ${said === "" ? `exit code ${exitCode}` : said}`);
}

interface Collector {
	readonly take: (chunk: Buffer) => void;
	readonly bytes: () => Buffer;
	readonly full: () => boolean;
}

function collect(maxBytes: number, whenFull: () => void): Collector {
	const chunks: Buffer[] = [];
	let size = 0;
	let isFull = false;
	return {
		take(chunk) {
			if (isFull) return;
			const kept = chunk.subarray(0, maxBytes - size);
			chunks.push(kept);
			size += kept.length;
			if (kept.length < chunk.length) {
				isFull = true;
				whenFull();
			}
		},
		bytes: () => Buffer.concat(chunks),
		full: () => isFull,
	};
}

async function feed(
	stdin: NodeJS.WritableStream & { readonly destroyed?: boolean },
	input: GitCall["input"],
	kill: () => void,
): Promise<void> {
	// A git that ends early closes its input; its exit code tells the story.
	stdin.on("error", () => {});
	if (input === undefined) {
		stdin.end();
		return;
	}
	try {
		for await (const chunk of input) {
			if (stdin.destroyed === true) return;
			if (!stdin.write(chunk)) await drained(stdin);
		}
		stdin.end();
	} catch (error) {
		kill();
		throw error;
	}
}

function drained(stdin: NodeJS.WritableStream): Promise<void> {
	return new Promise((resolve) => {
		const done = (): void => {
			stdin.off("drain", done);
			stdin.off("close", done);
			resolve();
		};
		stdin.on("drain", done);
		stdin.on("close", done);
	});
}
