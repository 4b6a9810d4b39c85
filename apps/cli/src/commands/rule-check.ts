// `code rule check -- COMMAND` and `code rule explain -- COMMAND`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, judgeCommandLine } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const stopping = new Set(["prompt", "dangerous", "forbidden"]);

/** Runs either command; `check` tells the verdict by its exit code. */
export async function runRuleCheck(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const command = invocation.command.path.join(" ");
	const made = createRuntime(io.runtimeOptions);
	const judged =
		made.kind === "error"
			? made
			: await judgeCommandLine(made.runtime, configFlags(invocation), invocation.positionals);
	if (judged.kind === "error") {
		const { exitCode, lines } = judged;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const { verdict, lines, check } = judged;
	const stops = command === "rule check" && stopping.has(verdict);
	const exitCode = stops ? exitCodes.gate : exitCodes.done;
	if (json) {
		const data = { verdict, ...check, ...(command === "rule explain" ? { lines } : {}) };
		return answerJson(io, { command, exitCode, reason: stops ? "not_allowed" : "ok", data });
	}
	const shown = command === "rule explain" ? lines : lines.slice(0, 1);
	io.stdout.write(`${printable(shown.join("\n"))}\n`);
	return exitCode;
}
