// `code sandbox run -- COMMAND`, and `code debug landlock|seatbelt`: the command's own input, output and exit code.

import { exitCodes } from "@codex/protocol";
import { createRuntime, runInSandbox } from "@codex/runtime";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError } from "./json-answer.ts";
import { sandboxRequest } from "./sandbox-request.ts";

const command = "sandbox run";

/** Runs the command; resolves to its exit code, or to 3 when it could not be confined. */
export async function runSandboxRun(invocation: Invocation, io: CliIo): Promise<number> {
	const made = createRuntime(io.runtimeOptions);
	const run =
		made.kind === "error" ? made : await runInSandbox(made.runtime, sandboxRequest(invocation), invocation.positionals);
	switch (run.kind) {
		case "error":
			return answerError(io, false, { command, exitCode: run.exitCode, reason: "config_error", lines: run.lines });
		case "refused":
			io.stderr.write(`error: ${printable(run.message)}\n`);
			return exitCodes.infrastructure;
		case "ended":
			if (run.denial !== undefined) io.stderr.write(`${printable(run.denial)}\n`);
			return run.exitCode;
	}
}
