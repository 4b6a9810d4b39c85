// `code mcp add NAME [--env NAME=VALUE] -- COMMAND`, and with `--url` for an address.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { addMcpServer, createRuntime } from "@codex/runtime";
import { allValues, hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp add";

/** Runs the command. */
export async function runMcpAdd(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [name = "", program, ...args] = invocation.positionals;
	const url = lastValue(invocation, "url");
	const bearerTokenEnvVar = lastValue(invocation, "bearer-token-env-var");
	const server = {
		name,
		args,
		env: allValues(invocation, "env"),
		...(program === undefined ? {} : { command: program }),
		...(url === undefined ? {} : { url }),
		...(bearerTokenEnvVar === undefined ? {} : { bearerTokenEnvVar }),
	};
	const made = createRuntime(io.runtimeOptions);
	const added = made.kind === "error" ? made : await addMcpServer(made.runtime, server);
	if (added.kind === "error") {
		const { exitCode, lines } = added;
		const reason = exitCode === exitCodes.usage ? "usage_error" : "not_written";
		return answerError(io, json, { command, exitCode, reason, lines });
	}
	const { file } = added;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { name, file } });
	io.stdout.write(`${printable(`Added global MCP server '${name}'.`)}\n`);
	return exitCodes.done;
}
