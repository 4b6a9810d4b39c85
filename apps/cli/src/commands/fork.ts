// `code fork ID [PROMPT]`: a new session; with a prompt it goes on as `code exec resume` would.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, forkSession } from "@codex/runtime";
import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { commands } from "../options/commands.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "fork";

/** Runs the command. */
export async function runFork(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [id = "", ...prompt] = invocation.positionals;
	const made = createRuntime(io.runtimeOptions);
	const forked = made.kind === "error" ? made : await forkSession(made.runtime, id, lastValue(invocation, "at"));
	if (forked.kind === "error") {
		const { exitCode, lines } = forked;
		return answerError(io, json, { command, exitCode, reason: "not_forked", lines });
	}
	const resume = commands.find(({ path }) => path.join(" ") === "exec resume");
	if (prompt.length > 0 && resume !== undefined) {
		io.stderr.write(`forked ${printable(forked.forkedFrom)}: the new session is ${forked.id}\n`);
		const { runExec } = await import("./exec.ts");
		const options = new Map([...invocation.options].filter(([name]) => name !== "at"));
		return await runExec({ command: resume, options, positionals: [forked.id, ...prompt] }, io);
	}
	if (!json && io.terminal !== undefined) {
		const { runInteractive } = await import("./interactive.ts");
		const options = new Map([...invocation.options].filter(([name]) => name !== "at"));
		return await runInteractive({ command: invocation.command, options, positionals: [forked.id] }, io);
	}
	const { kind: _kind, ...data } = forked;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data });
	io.stdout.write(`${forked.id}\n`);
	return exitCodes.done;
}
