// Gives the terminal back on every way out of the process: a normal end, a signal, an exception nobody caught. Also stops
// and goes on with the shell's job control. It must not decide what the app does, except that a crash ends it.

import { type Clock, toError } from "@codex/protocol";
import type { Terminal } from "./terminal.ts";

/** Watches over a terminal. */
export interface TerminalGuard {
	/** Stops the process as Ctrl-Z does; resolves when the shell lets it go on. */
	suspend(): void;
	/** Ends the watch. */
	release(): void;
}

/** The process as the guard uses it; tests hand in their own. */
export interface GuardedProcess {
	on(event: string, listener: (...values: readonly unknown[]) => void): unknown;
	removeListener(event: string, listener: (...values: readonly unknown[]) => void): unknown;
	kill(pid: number, signal: string): unknown;
	exit(code: number): unknown;
	readonly stderr: { write(text: string): unknown };
}

// Nothing else keeps a process alive whose input is paused; a shell may leave a job stopped for days.
const stoppedMs = 30 * 24 * 3600 * 1000;

/**
 * Starts the watch. `onResume` is called when a stopped process goes on and the terminal was taken again.
 *
 * Stopping goes to the whole process group, as the terminal's own Ctrl-Z would: a wrapper script stops with us. Where no
 * shell can let us go on (an orphaned group), the system ignores it, and the terminal is taken again at once.
 */
export function guardTerminal(
	terminal: Terminal,
	of: GuardedProcess,
	{ clock, onResume }: { readonly clock: Clock; readonly onResume: () => void },
): TerminalGuard {
	let wake: AbortController | undefined;
	const onExit = (): void => terminal.close();
	const onCrash = (thrown: unknown): void => {
		terminal.close();
		// stack: what a bug report needs; it is shown after the screen is back.
		of.stderr.write(`internal error: ${toError(thrown).stack ?? String(thrown)}\n`);
		of.exit(1);
	};
	const goOn = (): void => {
		if (wake === undefined) return;
		wake.abort();
		wake = undefined;
		of.on("SIGTSTP", stop);
		terminal.enter();
		onResume();
	};
	const stop = (): void => {
		if (wake !== undefined) return;
		wake = new AbortController();
		terminal.leave();
		of.removeListener("SIGTSTP", stop);
		void clock.sleep(stoppedMs, wake.signal);
		of.kill(0, "SIGTSTP");
		// Stopped, this comes after SIGCONT.
		setImmediate(goOn);
	};
	const listeners: readonly (readonly [string, (...values: readonly unknown[]) => void])[] = [
		["exit", onExit],
		["uncaughtException", onCrash],
		["unhandledRejection", onCrash],
		["SIGTSTP", stop],
		["SIGCONT", goOn],
	];
	for (const [event, listener] of listeners) of.on(event, listener);
	return {
		suspend: stop,
		release: () => {
			wake?.abort();
			for (const [event, listener] of listeners) of.removeListener(event, listener);
		},
	};
}
