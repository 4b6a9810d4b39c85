// `code doctor`: exit code 0 when nothing failed, else 1.

import { type DoctorCheck, type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, runDoctor } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { createStyle, type Style, wantsColor } from "../terminal/style.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "doctor";

function checkLines(check: DoctorCheck, style: Style): readonly string[] {
	const marks = { ok: style.green("ok     "), warning: style.yellow("warning"), failed: style.red("failed ") };
	const first = `${marks[check.status]} ${check.name.padEnd(9)} ${printable(check.detail)}`;
	if (check.status === "ok" || check.hint === undefined) return [first];
	return [first, `        ${" ".repeat(9)} ${printable(check.hint)}`];
}

/** Runs the command. */
export async function runDoctorCommand(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") {
		const { exitCode, lines } = made;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const { runtime } = made;
	const checks = await runDoctor(runtime, configFlags(invocation), { online: hasFlag(invocation, "online") });
	const failed = checks.filter(({ status }) => status === "failed").length;
	const exitCode = failed === 0 ? exitCodes.done : exitCodes.failed;
	if (json)
		return answerJson(io, { command, exitCode, reason: failed === 0 ? "ok" : "checks_failed", data: { checks } });
	const style = createStyle(wantsColor("auto", io.stdout, runtime.plainOutput));
	io.stdout.write(`${checks.flatMap((check) => checkLines(check, style)).join("\n")}\n`);
	return exitCode;
}
