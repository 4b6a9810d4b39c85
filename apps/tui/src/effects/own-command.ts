// Runs the user's own command (`!`): in the user's shell, in the session's folder, with the user's environment, unconfined
// as in any shell. The model sees nothing of it. Its process group ends with it.

import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Runtime } from "@codex/runtime";
import type { Action } from "../app/action.ts";

/** The running command. */
export interface OwnCommand {
	/** Asks it to end, and ends it after two seconds. */
	stop(): void;
}

// After that much output the rest is not shown: the screen is not a log.
const maxOutput = 1024 * 1024;

const killMs = 2000;

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined || child.exitCode !== null) return;
	try {
		process.kill(-child.pid, signal);
	} catch {
		// It ended meanwhile.
	}
}

/** Starts a command. What it says and how it ends comes as actions. */
export function runOwnCommand(
	runtime: Runtime,
	{ id, command, cwd }: { readonly id: string; readonly command: string; readonly cwd: string },
	dispatch: (action: Action) => void,
): OwnCommand {
	const { clock, environment } = runtime;
	const startedAtMs = clock.monotonicMs();
	const shell = environment.env["SHELL"] ?? "/bin/sh";
	dispatch({ type: "own_command_begin", id, command, cwd });
	const env = { ...environment.env, TERM: "dumb", PAGER: "cat", GIT_PAGER: "cat" };
	const child = spawn(shell, ["-c", command], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
	let shown = 0;
	let cancelKill = (): void => undefined;
	const say = (chunk: string): void => {
		if (chunk === "" || shown > maxOutput) return;
		shown += chunk.length;
		const text = shown > maxOutput ? `${chunk}\n… the rest is not shown\n` : chunk;
		dispatch({ type: "own_command_output", id, chunk: text });
	};
	for (const stream of [child.stdout, child.stderr]) {
		const decoder = new StringDecoder("utf8");
		stream.on("data", (bytes: Buffer) => say(decoder.write(bytes)));
		stream.on("end", () => say(decoder.end()));
	}
	let isOver = false;
	const over = (exitCode: number): void => {
		if (isOver) return;
		isOver = true;
		cancelKill();
		dispatch({ type: "own_command_end", id, exitCode, durationMs: clock.monotonicMs() - startedAtMs });
	};
	child.on("error", (error) => {
		say(`${error.message}\n`);
		over(127);
	});
	// 130: as a shell says of what was interrupted.
	child.on("close", (code, signal) => over(code ?? (signal === null ? 1 : 130)));
	return {
		stop: () => {
			signalGroup(child, "SIGTERM");
			cancelKill = clock.timer(killMs, () => signalGroup(child, "SIGKILL"));
		},
	};
}
