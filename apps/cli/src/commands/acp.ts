// `code acp`: the agent for editors on the real standard input and output, until the input ends or a signal comes.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime } from "@codex/runtime";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { createAcpPort } from "./acp-port.ts";

// 400 ms: with what serving takes after its end, everything is over in two seconds.
const closingMs = 400;

/** Runs the command. */
export async function runAcp(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") {
		for (const line of made.lines) io.stderr.write(`error: ${printable(line)}\n`);
		return made.exitCode;
	}
	const { runtime } = made;
	const stop = new AbortController();
	const release = io.onInterrupt(() => stop.abort());
	const { serveAcp } = await import("@codex/acp-agent");
	try {
		await serveAcp({
			port: createAcpPort(runtime, configFlags(invocation)),
			clock: runtime.clock,
			input: process.stdin,
			output: process.stdout,
			version: io.runtimeOptions.version,
			signal: stop.signal,
			log: (sentence) => runtime.log.write("warn", "cli", sentence),
		});
		await Promise.race([runtime.close(), runtime.clock.sleep(closingMs)]);
		return exitCodes.done;
	} finally {
		release();
	}
}
