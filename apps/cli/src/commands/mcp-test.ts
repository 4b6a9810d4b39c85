// `code mcp test NAME`: does it start, and what does it offer?

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, testMcpServer } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp test";

/** Runs the command. */
export async function runMcpTest(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [name = ""] = invocation.positionals;
	const trust = hasFlag(invocation, "trust-changes");
	const made = createRuntime(io.runtimeOptions);
	const trial =
		made.kind === "error" ? made : await testMcpServer(made.runtime, configFlags(invocation), { name, trust });
	if (trial.kind === "error") {
		const { exitCode, lines } = trial;
		return answerError(io, json, { command, exitCode, reason: "not_running", lines });
	}
	const { server, tools, notices } = trial;
	if (json) {
		return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { name, server, tools, notices } });
	}
	for (const notice of notices) io.stderr.write(`warning: ${printable(notice)}\n`);
	const lines = tools.map((tool) => `  ${tool.name}: ${tool.description.split("\n", 1)[0] ?? ""}`);
	io.stdout.write(`${printable([`${name} runs (${server}) with ${tools.length} tools`, ...lines].join("\n"))}\n`);
	return exitCodes.done;
}
