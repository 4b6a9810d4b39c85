// `code rule add [--exact] -- WORDS`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { addRule, createRuntime } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "rule add";

/** Runs the command. */
export async function runRuleAdd(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	const exact = hasFlag(invocation, "exact");
	const added = made.kind === "error" ? made : await addRule(made.runtime, invocation.positionals, { exact });
	if (added.kind === "error") {
		const { exitCode, lines } = added;
		return answerError(io, json, { command, exitCode, reason: "usage_error", lines });
	}
	const { file, lines } = added;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { file, added: lines } });
	io.stdout.write(
		`${printable(lines.length === 0 ? `${file} has this rule already` : `${file}: ${lines.join("; ")}`)}\n`,
	);
	return exitCodes.done;
}
