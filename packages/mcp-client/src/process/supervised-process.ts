// A server process that cannot outlive us. It leads a process group of its own; a watchdog in that group waits for the
// end of a pipe whose other end only we hold, so that any end of ours (SIGKILL too) ends the group: SIGTERM, and SIGKILL
// one second later. While the watchdog lives the group's number cannot be given to others.

import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Clock } from "@codex/protocol";
import { toError } from "@codex/protocol";
import type { StdioTarget } from "../server/server-spec.ts";

// The background part ignores the signals that it sends to its own group, except the last. The server gets neither the
// pipe nor a shell: `exec` replaces the shell by it, arguments untouched.
const watchdogScript = [
	"(trap '' HUP INT TERM; exec 0<&3 3<&- >/dev/null 2>&1; read -r _;",
	"kill -s TERM -- -$$; sleep 1; kill -s KILL -- -$$) &",
	'exec 3<&-; exec "$@"',
].join(" ");

// Between the end of its input and SIGTERM, and from there to SIGKILL: together well below the 2 s that an end may take.
const politeMs = 300;
const termMs = 700;

/** A running server. */
export interface SupervisedProcess {
	readonly pid: number | undefined;
	readonly stdin: Writable;
	readonly stdout: Readable;
	readonly stderr: Readable;
	/** Resolves with one phrase when the process has ended or could not be started. Never rejects. */
	readonly ended: Promise<string>;
	/** Closes its input, then ends the group. Resolves when the process is gone, at most 2 s later; may be called again. */
	stop(clock: Clock): Promise<void>;
}

function phrase(code: number | null, signal: NodeJS.Signals | null): string {
	if (signal !== null) return `was ended by ${signal}`;
	if (code === 127) return "exited with code 127 (no such program)";
	return `exited with code ${code}`;
}

function endOf(child: ChildProcess): Promise<string> {
	return new Promise((resolve) => {
		child.once("error", (error) => resolve(`could not be started: ${toError(error).message}`));
		child.once("exit", (code, signal) => resolve(phrase(code, signal)));
	});
}

/** A stream of the child. Node types them as maybe missing; with `pipe` they are not. */
function present<T>(stream: T | null | undefined): T {
	if (stream === null || stream === undefined) throw new Error("the child has no such stream");
	return stream;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
	if (pid === undefined) return;
	try {
		process.kill(-pid, signal);
	} catch {
		// ESRCH: all are gone.
	}
}

/** Lets go of the event loop: a server alone does not keep us alive. */
function release(child: ChildProcess): void {
	child.unref();
	for (const stream of child.stdio) {
		if (stream !== null && stream !== undefined && "unref" in stream && typeof stream.unref === "function")
			stream.unref();
	}
}

/** Starts a server. Never throws: what goes wrong is the phrase of `ended`. */
export function startSupervised(target: StdioTarget): SupervisedProcess {
	const child = spawn("/bin/sh", ["-c", watchdogScript, "sh", target.command, ...target.args], {
		cwd: target.cwd,
		env: target.env,
		detached: true,
		stdio: ["pipe", "pipe", "pipe", "pipe"],
	});
	const lifeline = child.stdio[3];
	const stdin = present(child.stdin);
	// A server that is gone breaks its pipes; its end says so.
	for (const stream of [stdin, lifeline]) stream?.on("error", () => undefined);
	const ended = endOf(child).then((how) => {
		// The rest of its group goes with it.
		lifeline?.destroy();
		return how;
	});
	release(child);
	let stopping: Promise<void> | undefined;
	const stop = async (clock: Clock): Promise<void> => {
		const over = new AbortController();
		void ended.then(() => over.abort());
		stdin.end();
		await clock.sleep(politeMs, over.signal);
		signalGroup(child.pid, "SIGTERM");
		await clock.sleep(termMs, over.signal);
		signalGroup(child.pid, "SIGKILL");
		await ended;
	};
	return {
		pid: child.pid,
		stdin,
		stdout: present(child.stdout),
		stderr: present(child.stderr),
		ended,
		stop: (clock) => {
			stopping ??= stop(clock);
			return stopping;
		},
	};
}
