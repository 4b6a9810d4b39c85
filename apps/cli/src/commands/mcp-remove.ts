// `code mcp remove NAME`. That it was not there is no failure.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, removeMcpServer } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp remove";

/** Runs the command. */
export async function runMcpRemove(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [name = ""] = invocation.positionals;
	const made = createRuntime(io.runtimeOptions);
	const answer = made.kind === "error" ? made : await removeMcpServer(made.runtime, name);
	if (answer.kind === "error") {
		const { exitCode, lines } = answer;
		return answerError(io, json, { command, exitCode, reason: "not_written", lines });
	}
	const { removed } = answer;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { name, removed } });
	const line = removed ? `Removed global MCP server '${name}'.` : `No MCP server named '${name}' found.`;
	io.stdout.write(`${printable(line)}\n`);
	return exitCodes.done;
}
