// `code mcp get NAME`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, listMcpServers } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp get";

function show(value: unknown): string {
	if (typeof value === "string") return value;
	return JSON.stringify(value) ?? "";
}

/** Runs the command. */
export async function runMcpGet(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [name = ""] = invocation.positionals;
	const made = createRuntime(io.runtimeOptions);
	const found = made.kind === "error" ? made : await listMcpServers(made.runtime, configFlags(invocation));
	if (found.kind === "error") {
		const { exitCode, lines } = found;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const server = found.servers.find((each) => each.name === name);
	if (server === undefined) {
		const lines = [`No MCP server named '${name}' found.`];
		return answerError(io, json, { command, exitCode: exitCodes.failed, reason: "not_found", lines });
	}
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { server } });
	const { name: _, ...settings } = server;
	const lines = Object.entries(settings).map(([key, value]) => `  ${key}: ${show(value)}`);
	io.stdout.write(`${printable([name, ...lines].join("\n"))}\n`);
	return exitCodes.done;
}
