// `code memory export`: JSON lines that `code memory import` reads; one object with all of them with --json.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { answerJson } from "./json-answer.ts";
import { withMemory } from "./memory-access.ts";

const command = "memory export";

/** Runs the command. */
export async function runMemoryExport(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	return withMemory(io, { command, json }, async ({ store, memory }) => {
		if (json) {
			const memories: unknown[] = [...memory.exportLines(store)].map((line) => JSON.parse(line));
			return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { memories } });
		}
		for (const line of memory.exportLines(store)) {
			io.stdout.write(line);
			await io.stdout.flush();
			if (io.stdout.failure !== undefined) return exitCodes.done;
		}
		return exitCodes.done;
	});
}
