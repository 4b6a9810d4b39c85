// `code mcp login NAME`: shows the page to open and waits for it.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, loginToMcpServer } from "@codex/runtime";
import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp login";

/** Runs the command. */
export async function runMcpLogin(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [name = ""] = invocation.positionals;
	const scopes = lastValue(invocation, "scopes")
		?.split(",")
		.map((scope) => scope.trim())
		.filter((scope) => scope !== "");
	const onPage = (page: string): void =>
		io.stderr.write(`Open this page in a browser to log in:\n${printable(page)}\n`);
	const interrupted = new AbortController();
	const stopListening = io.onInterrupt(() => interrupted.abort());
	const made = createRuntime(io.runtimeOptions);
	const login = { name, onPage, ...(scopes === undefined ? {} : { scopes }) };
	const done =
		made.kind === "error"
			? made
			: await loginToMcpServer(made.runtime, configFlags(invocation), login, interrupted.signal);
	stopListening();
	if (done.kind === "error") {
		const { exitCode, lines } = done;
		return answerError(io, json, { command, exitCode, reason: "not_logged_in", lines });
	}
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { name } });
	io.stdout.write(`${printable(`Logged in at '${name}'.`)}\n`);
	return exitCodes.done;
}
