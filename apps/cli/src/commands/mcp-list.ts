// `code mcp list`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, type ListedServer, listMcpServers } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "mcp list";

const none = "No MCP servers configured yet. Try `code mcp add my-tool -- my-command`.";

function row({ name, enabled, command: program, args, env, url }: ListedServer): readonly string[] {
	const variables = Object.entries(env ?? {}).map(([key, value]) => `${key}=${value}`);
	const words = (args ?? []).join(" ");
	return [
		name,
		program ?? url ?? "-",
		words === "" ? "-" : words,
		variables.length === 0 ? "-" : variables.join(", "),
		enabled ? "enabled" : "disabled",
	];
}

/** Columns as wide as their widest cell, two blanks between them. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
	const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((cells) => cells[at]?.length ?? 0)));
	return rows.map((cells) =>
		cells
			.map((cell, at) => cell.padEnd(widths[at] ?? 0))
			.join("  ")
			.trimEnd(),
	);
}

/** Runs the command. */
export async function runMcpList(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	const found = made.kind === "error" ? made : await listMcpServers(made.runtime, configFlags(invocation));
	if (found.kind === "error") {
		const { exitCode, lines } = found;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const { servers } = found;
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { servers } });
	const lines =
		servers.length === 0 ? [none] : table([["Name", "Command", "Args", "Env", "State"], ...servers.map(row)]);
	io.stdout.write(`${printable(lines.join("\n"))}\n`);
	return exitCodes.done;
}
