// From argv to an exit code: parse, choose, hand over. Each command is loaded when it is used.

import { assertNever, type ExitCode, exitCodes } from "@codex/protocol";
import { parseFast } from "./arguments/fast-parse.ts";
import { type Invocation, selectCommand } from "./arguments/select-command.ts";
import type { TokenResult } from "./arguments/tokens.ts";
import type { CliIo } from "./cli-io.ts";
import { rootCommand } from "./options/commands.ts";
import { type CommandSpec, commandName } from "./options/option.ts";
import { printable } from "./terminal/printable.ts";

async function parse(argv: readonly string[]): Promise<TokenResult> {
	const tokens = parseFast(argv);
	if (tokens !== undefined) return { kind: "ok", tokens };
	const { parseWithYargs } = await import("./arguments/yargs-parse.ts");
	return parseWithYargs(argv);
}

function usageError(io: CliIo, message: string, command: CommandSpec): ExitCode {
	io.stderr.write(`error: ${printable(message)}\nSee \`${commandName(command)} --help\`\n`);
	return exitCodes.usage;
}

/** The program without a command is the interactive screen, which this version does not have. */
function noCommand(io: CliIo): ExitCode {
	io.stderr.write('interactive sessions are not part of this version: run a task with `code exec "PROMPT"`\n');
	return io.stdout.isTTY && io.stdin.kind === "terminal" ? exitCodes.usage : exitCodes.needsTerminal;
}

async function runCommand(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const name = invocation.command.path.join(" ");
	switch (name) {
		case "":
			return noCommand(io);
		case "exec":
		case "exec resume":
			return (await import("./commands/exec.ts")).runExec(invocation, io);
		case "replay":
			return (await import("./commands/replay.ts")).runReplay(invocation, io);
		case "apply-patch":
			return (await import("./commands/apply-patch.ts")).runApplyPatch(invocation, io);
		case "config explain":
			return (await import("./commands/config-explain.ts")).runConfigExplain(invocation, io);
		case "doctor":
			return (await import("./commands/doctor.ts")).runDoctorCommand(invocation, io);
		case "schema":
			return (await import("./commands/schema.ts")).runSchema(invocation, io);
		case "completion":
			return (await import("./commands/completion.ts")).runCompletion(invocation, io);
		default:
			throw new Error(`no implementation of \`code ${name}\``);
	}
}

/** Runs the program with `argv` (without node and script). Resolves to the exit code; the caller flushes and exits. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
	const parsed = await parse(argv);
	if (parsed.kind === "error") return usageError(io, parsed.message, rootCommand);
	const selection = selectCommand(parsed.tokens);
	switch (selection.kind) {
		case "version":
			io.stdout.write(`code ${io.runtimeOptions.version}\n`);
			return exitCodes.done;
		case "help": {
			const { renderHelp } = await import("./options/render-help.ts");
			io.stdout.write(renderHelp(selection.command, io.stdout.columns));
			return exitCodes.done;
		}
		case "error":
			return usageError(io, selection.message, selection.command);
		case "run":
			return runCommand(selection.invocation, io);
		default:
			return assertNever(selection);
	}
}
