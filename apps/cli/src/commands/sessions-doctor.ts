// `code sessions doctor`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, examineSessions } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "sessions doctor";

/** Runs the command. */
export async function runSessionsDoctor(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") {
		const { exitCode, lines } = made;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const sessions = await examineSessions(made.runtime);
	const found = sessions.filter(({ status }) => status !== "ok" && status !== "in_use");
	const exitCode = found.length === 0 ? exitCodes.done : exitCodes.failed;
	const reason = found.length === 0 ? "ok" : "damage_found";
	if (json) return answerJson(io, { command, exitCode, reason, data: { sessions } });
	const lines = found.map(({ id, status, detail }) => `${status.padEnd(11)} ${id}  ${detail}`);
	lines.push(`${sessions.length} sessions, ${found.length} with something to say`);
	io.stdout.write(`${printable(lines.join("\n"))}\n`);
	return exitCode;
}
