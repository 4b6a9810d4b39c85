// `code mcp logout NAME`. That there was no login is no failure.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, logoutOfMcpServer } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp logout";

/** Runs the command. */
export async function runMcpLogout(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [name = ""] = invocation.positionals;
	const made = createRuntime(io.runtimeOptions);
	const answer = made.kind === "error" ? made : await logoutOfMcpServer(made.runtime, configFlags(invocation), name);
	if (answer.kind === "error") {
		const { exitCode, lines } = answer;
		return answerError(io, json, { command, exitCode, reason: "not_logged_out", lines });
	}
	const { removed } = answer;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { name, removed } });
	io.stdout.write(`${printable(removed ? `Logged out of '${name}'.` : `There is no login at '${name}'.`)}\n`);
	return exitCodes.done;
}
