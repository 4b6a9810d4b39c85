// `code schema NAME`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { isSchemaName, schemaText } from "@codex/runtime";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";

/** Runs the command. */
export async function runSchema(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const name = invocation.positionals[0] ?? "";
	// The tables allow known names only; this is the same list for the compiler.
	if (!isSchemaName(name)) return exitCodes.usage;
	io.stdout.write(await schemaText(name));
	return exitCodes.done;
}
