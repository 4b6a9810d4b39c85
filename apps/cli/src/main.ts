// The entry of the bundle: makes the real process into a CliIo, runs the command, flushes, exits. Signals are handled
// here: the first one asks the command to stop, the second one ends the process at once.

import path from "node:path";
import { exitCodes, toError } from "@codex/protocol";
import type { CliIo } from "./cli-io.ts";
import { runCli } from "./run-cli.ts";
import { createInput, standardInputKind } from "./terminal/input.ts";
import { createOutput, isReaderGone } from "./terminal/output.ts";

declare const __CODE_VERSION__: string;

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function listenForSignals(): CliIo["onInterrupt"] {
	const listeners = new Set<() => void>();
	let signals = 0;
	const onSignal = (): void => {
		signals += 1;
		// With nobody to ask, or asked already, this is the end; what runs is killed by the exit hook of who started it.
		if (signals > 1 || listeners.size === 0) process.exit(exitCodes.interrupted);
		for (const listener of listeners) listener();
	};
	for (const signal of stopSignals) process.on(signal, onSignal);
	return (listener) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};
}

/** The words of the command: a program of another name that is this one (a link to it) does what the name says. */
function wordsOf([, program = "", ...words]: readonly string[]): readonly string[] {
	return path.basename(program) === "apply_patch" ? ["apply-patch", ...words] : words;
}

async function main(): Promise<void> {
	const io: CliIo = {
		stdin: createInput(standardInputKind(), () => process.stdin),
		stdout: createOutput(process.stdout),
		stderr: createOutput(process.stderr),
		onInterrupt: listenForSignals(),
		...(standardInputKind() === "terminal" && process.stdout.isTTY
			? { terminal: { input: process.stdin, output: process.stdout, process } }
			: {}),
		runtimeOptions: {
			version: __CODE_VERSION__,
			program: { command: process.execPath, args: process.argv.slice(1, 2) },
		},
	};
	let code: number;
	try {
		code = await runCli(wordsOf(process.argv), io);
	} catch (thrown) {
		io.stderr.write(`internal error: ${toError(thrown).stack ?? String(thrown)}\n`);
		code = exitCodes.failed;
	}
	await io.stdout.flush();
	const { failure } = io.stdout;
	if (failure !== undefined && code === exitCodes.done) code = exitCodes.failed;
	if (failure !== undefined && !isReaderGone(failure)) io.stderr.write(`stdout failed: ${failure.message}\n`);
	await io.stderr.flush();
	// Everything is written: exit now, without waiting for idle connections.
	process.exit(code);
}

await main();
