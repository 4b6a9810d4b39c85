// `code rule list`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, listRules } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "rule list";

/** Runs the command. */
export async function runRuleList(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	const listed = made.kind === "error" ? made : await listRules(made.runtime, configFlags(invocation));
	if (listed.kind === "error") {
		const { exitCode, lines } = listed;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const { rules, warnings } = listed;
	for (const warning of warnings) io.stderr.write(`warning: ${printable(warning)}\n`);
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { rules } });
	const lines = rules.map(({ decision, pattern, file, line }) => {
		const words = pattern.map((choices) => (choices.length === 1 ? choices[0] : `{${choices.join(",")}}`));
		return `${decision.padEnd(9)} ${words.join(" ")}  (${file}:${line})`;
	});
	io.stdout.write(`${printable(lines.length === 0 ? "no command rules" : lines.join("\n"))}\n`);
	return exitCodes.done;
}
