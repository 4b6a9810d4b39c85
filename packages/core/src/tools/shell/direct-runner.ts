// Runs a command with nothing between it and the machine: its own session and process group, no shell, no stdin. When a
// run is over, however it ended, none of its group is left. Must not decide whether a command may run.

import type { ChildProcessByStdio } from "node:child_process";
import { stat } from "node:fs/promises";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { type Clock, toError } from "@codex/protocol";
import type { CommandRequest, CommandResult, CommandRunner } from "../../ports/command-runner.ts";
import { createCharacterJoiner, createOutputBuffer, type OutputBuffer } from "./output-buffer.ts";
import { groupExists, killGroup, trackGroup } from "./process-groups.ts";
import { withRealPipes } from "./real-pipes.ts";

type Outcome = CommandResult["outcome"];
type Child = ChildProcessByStdio<null, Readable, Readable>;
type OnOutput = (stream: "stdout" | "stderr", chunk: string) => void;

// After the command itself is gone, others of its group may still write: they are listened to while they do.
const drainQuietMs = 250;
const drainRounds = 8;
// After a kill, a process that cannot die yet, or one that left the group and holds the pipes, is not waited for longer.
const killGraceMs = 120;

/** Makes a runner; `clock` is used for timeouts and durations. */
export function createDirectRunner(clock: Clock): CommandRunner {
	return {
		run: async (request, signal, onOutput) => {
			const startedMs = clock.monotonicMs();
			const output = createOutputBuffer(request.maxOutputBytes);
			const outcome = await runToEnd({ clock, request, signal, onOutput, output });
			return {
				outcome,
				output: output.text(),
				totalBytes: output.totalBytes,
				durationMs: Math.max(0, Math.round(clock.monotonicMs() - startedMs)),
			};
		},
	};
}

interface Run {
	readonly clock: Clock;
	readonly request: CommandRequest;
	readonly signal: AbortSignal;
	readonly onOutput: OnOutput;
	readonly output: OutputBuffer;
}

async function runToEnd(run: Run): Promise<Outcome> {
	// Loaded with the first command: 4 ms that a turn without one does not pay.
	const { spawn } = await import("node:child_process");
	if (run.signal.aborted) return { status: "aborted" };
	const { cwd, env } = run.request;
	const argv = withRealPipes(run.request.argv, env);
	let child: Child;
	try {
		child = spawn(argv[0] ?? "", argv.slice(1), { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
	} catch (error) {
		return { status: "spawn_failed", message: await explainSpawnError(error, run.request) };
	}
	const ending = await supervise(child, run);
	if ("error" in ending) return { status: "spawn_failed", message: await explainSpawnError(ending.error, run.request) };
	return ending.outcome;
}

type Ending = { readonly outcome: Outcome } | { readonly error: unknown };

/** Watches a child until it and its output have ended, or have been made to. */
function supervise(child: Child, run: Run): Promise<Ending> {
	const { clock, signal } = run;
	const { promise, resolve } = Promise.withResolvers<Ending>();
	const groupId = child.pid;
	if (groupId === undefined) {
		child.on("error", (error) => resolve({ error }));
		return promise;
	}
	const untrack = trackGroup(groupId);
	const flushOutput = listen(child, run);
	let killedFor: Outcome | undefined;
	let exited: Outcome | undefined;
	// Once the command itself was reaped, its number names the group only while the group has other members.
	let hasGroup = true;
	let isFinished = false;
	let cancelDrain = (): void => {};

	const finish = (): void => {
		if (isFinished) return;
		isFinished = true;
		cancelTimeout();
		cancelDrain();
		signal.removeEventListener("abort", onAbort);
		if (hasGroup) killGroup(groupId);
		untrack();
		flushOutput();
		child.stdout.destroy();
		child.stderr.destroy();
		child.unref();
		resolve({ outcome: killedFor ?? exited ?? { status: "aborted" } });
	};
	const kill = (reason: Outcome): void => {
		killedFor ??= reason;
		if (hasGroup) killGroup(groupId);
		cancelDrain();
		cancelDrain = clock.timer(killGraceMs, finish);
	};
	const onAbort = (): void => kill({ status: "aborted" });
	const cancelTimeout = clock.timer(run.request.timeoutMs, () => kill({ status: "timed_out", exitCode: 124 }));
	const drain = (round: number, seenBytes: number): void => {
		cancelDrain = clock.timer(drainQuietMs, () => {
			const bytes = run.output.totalBytes;
			if (bytes === seenBytes || round === drainRounds) finish();
			else drain(round + 1, bytes);
		});
	};

	signal.addEventListener("abort", onAbort, { once: true });
	// A child that was started can still fail to be signalled; its exit tells the same.
	child.on("error", () => {});
	child.once("exit", (code, exitSignal) => {
		exited = toOutcome(code, exitSignal);
		hasGroup = groupExists(groupId);
		if (killedFor === undefined) drain(1, run.output.totalBytes);
	});
	child.once("close", finish);
	return promise;
}

/** Collects what the child writes. The returned function delivers what was held back, and stops. */
function listen(child: Child, run: Run): () => void {
	const ends = (["stdout", "stderr"] as const).map((stream) => {
		const joiner = createCharacterJoiner();
		const deliver = (bytes: Buffer): void => {
			if (bytes.length === 0) return;
			run.output.push(bytes);
			run.onOutput(stream, bytes.toString("utf8"));
		};
		const onData = (bytes: Buffer): void => deliver(joiner.push(bytes));
		// A pipe that breaks has ended; the exit code says what became of the command.
		child[stream].on("data", onData).on("error", () => {});
		return () => {
			child[stream].off("data", onData);
			deliver(joiner.end());
		};
	});
	return () => {
		for (const end of ends) end();
	};
}

function toOutcome(code: number | null, signal: NodeJS.Signals | null): Outcome {
	if (signal === null) return { status: "exited", exitCode: code ?? 0 };
	// 128: what shells add to the number of the signal.
	return { status: "signalled", signal, exitCode: 128 + (constants.signals[signal] ?? 0) };
}

async function explainSpawnError(error: unknown, request: CommandRequest): Promise<string> {
	const problem = toError(error);
	const program = request.argv[0] ?? "";
	const code = "code" in problem ? problem.code : undefined;
	if (program === "") return "the command is empty";
	if (code === "ENOENT" || code === "ENOTDIR") {
		// The system says the same of a program and of a folder that is missing.
		const folder = await stat(request.cwd).catch(() => undefined);
		if (folder?.isDirectory() !== true) return `the working directory \`${request.cwd}\` does not exist`;
		return program.includes("/") ? `\`${program}\` does not exist` : `\`${program}\` was not found on PATH`;
	}
	if (code === "EACCES") return `\`${program}\` may not be executed: permission denied`;
	if (code === "E2BIG") return `the arguments of \`${program}\` are longer than the system allows`;
	return `\`${program}\` could not be started: ${problem.message}`;
}
