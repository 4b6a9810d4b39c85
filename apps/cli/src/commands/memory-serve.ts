// `code memory serve`: the MCP server on the real standard input and output, until the input ends or a signal comes.

import { type ExitCode, exitCodes } from "@codex/protocol";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { withMemory } from "./memory-access.ts";

/** Runs the command. */
export async function runMemoryServe(_invocation: Invocation, io: CliIo): Promise<ExitCode> {
	return withMemory(io, { command: "memory serve", json: false }, async ({ store, memory }) => {
		const stop = new AbortController();
		const release = io.onInterrupt(() => stop.abort());
		try {
			const { version } = io.runtimeOptions;
			const streams = { input: process.stdin, output: process.stdout };
			await memory.serveMemory({ store, version, signal: stop.signal, ...streams });
			return exitCodes.done;
		} finally {
			release();
		}
	});
}
