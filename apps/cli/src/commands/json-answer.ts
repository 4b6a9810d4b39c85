// The `--json` answer of commands that are no stream: one object on stdout.

import type { CommandOutput, ExitCode, JsonValue } from "@codex/protocol";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";

/** What a command answers. */
export interface Answer {
	/** The command's words, for example `config explain`. */
	readonly command: string;
	readonly exitCode: ExitCode;
	/** One word that scripts match. */
	readonly reason: string;
	readonly data?: Readonly<Record<string, unknown>>;
}

/** Prints the object and gives the exit code back. */
export function answerJson(io: CliIo, { command, exitCode, reason, data }: Answer): ExitCode {
	const output: CommandOutput = { schema_version: 1, command, ...data, exit_code: exitCode, exit_reason: reason };
	io.stdout.write(`${JSON.stringify(output)}\n`);
	return exitCode;
}

/** An error: as JSON on stdout when that was asked for, in any case as text on stderr. */
export function answerError(
	io: CliIo,
	json: boolean,
	answer: Omit<Answer, "data"> & { readonly lines: readonly string[] },
): ExitCode {
	const { lines, ...rest } = answer;
	const errors: JsonValue = [...lines];
	if (json) answerJson(io, { ...rest, data: { errors } });
	io.stderr.write(`error: ${printable(lines.join("\n"))}\n`);
	return answer.exitCode;
}
