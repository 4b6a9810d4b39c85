// `code config explain KEY|--all`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, explainConfig } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "config explain";

/** Runs the command. */
export async function runConfigExplain(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const all = hasFlag(invocation, "all");
	const key = invocation.positionals[0];
	if (all === (key !== undefined)) {
		const lines = ["name one key, or give `--all`"];
		return answerError(io, json, { command, exitCode: exitCodes.usage, reason: "usage_error", lines });
	}
	const made = createRuntime(io.runtimeOptions);
	const explained =
		made.kind === "error" ? made : await explainConfig(made.runtime, configFlags(invocation), all ? undefined : key);
	if (explained.kind === "error") {
		const { exitCode, lines } = explained;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	if (json) {
		return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { entries: explained.entries } });
	}
	io.stdout.write(`${printable(explained.lines.join("\n"))}\n`);
	return exitCodes.done;
}
