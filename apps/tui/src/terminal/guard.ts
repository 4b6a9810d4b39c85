// Gives the terminal back on every way out of the process: a normal end, a signal, an exception nobody caught. Also stops
// and goes on with the shell's job control. It must not decide what the app does, except that a crash ends it.

import { toError } from "@codex/protocol";
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
	readonly pid: number;
	on(event: string, listener: (...values: readonly unknown[]) => void): unknown;
	removeListener(event: string, listener: (...values: readonly unknown[]) => void): unknown;
	kill(pid: number, signal: string): unknown;
	exit(code: number): unknown;
	readonly stderr: { write(text: string): unknown };
}

/** Starts the watch. `onResume` is called when a stopped process goes on and the terminal was taken again. */
export function guardTerminal(terminal: Terminal, of: GuardedProcess, onResume: () => void): TerminalGuard {
	const onExit = (): void => terminal.close();
	const onCrash = (thrown: unknown): void => {
		terminal.close();
		// stack: what a bug report needs; it is shown after the screen is back.
		of.stderr.write(`internal error: ${toError(thrown).stack ?? String(thrown)}\n`);
		of.exit(1);
	};
	const stop = (): void => {
		terminal.leave();
		// Not SIGTSTP again: that one is ours now. The shell sees a stopped job either way.
		of.kill(of.pid, "SIGSTOP");
	};
	const onContinue = (): void => {
		terminal.enter();
		onResume();
	};
	const listeners: readonly (readonly [string, (...values: readonly unknown[]) => void])[] = [
		["exit", onExit],
		["uncaughtException", onCrash],
		["unhandledRejection", onCrash],
		["SIGTSTP", stop],
		["SIGCONT", onContinue],
	];
	for (const [event, listener] of listeners) of.on(event, listener);
	return {
		suspend: stop,
		release: () => {
			for (const [event, listener] of listeners) of.removeListener(event, listener);
		},
	};
}
