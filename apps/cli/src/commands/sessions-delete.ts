// `code sessions delete ID`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, deleteSession } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "sessions delete";

/** Runs the command. */
export async function runSessionsDelete(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	const deleted = made.kind === "error" ? made : await deleteSession(made.runtime, invocation.positionals[0] ?? "");
	if (deleted.kind === "error") {
		const { exitCode, lines } = deleted;
		const reason = exitCode === exitCodes.infrastructure ? "in_use" : "sessions_error";
		return answerError(io, json, { command, exitCode, reason, lines });
	}
	const { id, path } = deleted;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { id, path } });
	io.stdout.write(`deleted ${printable(id)}\n`);
	return exitCodes.done;
}
