// `code completion SHELL`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { completionScript } from "../options/completion-script.ts";

/** Runs the command. */
export async function runCompletion(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const shell = invocation.positionals[0];
	io.stdout.write(completionScript(shell === "zsh" || shell === "fish" ? shell : "bash"));
	return exitCodes.done;
}
