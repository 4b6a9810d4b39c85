// `code sessions show` and `code sessions export`.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import {
	compactionsMarkdown,
	createRuntime,
	type ShownSession,
	sessionMarkdown,
	showCompactions,
	showSession,
} from "@codex/runtime";
import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const dataOf = ({ path: file, meta, items, turns, damagedLines }: ShownSession) => ({
	session: meta,
	path: file,
	turns,
	damaged_lines: damagedLines,
	items,
});

async function runCompactions(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const command = "sessions show";
	const made = createRuntime(io.runtimeOptions);
	const shown = made.kind === "error" ? made : await showCompactions(made.runtime, invocation.positionals[0] ?? "");
	if (shown.kind === "error") {
		const { exitCode, lines } = shown;
		return answerError(io, json, { command, exitCode, reason: "sessions_error", lines });
	}
	const { id, compactions } = shown;
	if (json)
		return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data: { session: id, compactions } });
	const text = compactionsMarkdown(compactions);
	io.stdout.write(io.stdout.isTTY ? `${printable(text)}\n` : text);
	return exitCodes.done;
}

/** Runs either command. */
export async function runSessionsShow(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	if (hasFlag(invocation, "compaction")) return await runCompactions(invocation, io);
	const json = hasFlag(invocation, "json");
	const command = invocation.command.path.join(" ");
	const made = createRuntime(io.runtimeOptions);
	const shown = made.kind === "error" ? made : await showSession(made.runtime, invocation.positionals[0] ?? "");
	if (shown.kind === "error") {
		const { exitCode, lines } = shown;
		return answerError(io, json, { command, exitCode, reason: "sessions_error", lines });
	}
	const exitCode = exitCodes.done;
	const isJson = lastValue(invocation, "format") === "json";
	const text = isJson ? `${JSON.stringify(dataOf(shown), null, "\t")}\n` : sessionMarkdown(shown);
	const output = lastValue(invocation, "output");
	if (output === undefined) {
		if (json) return answerJson(io, { command, exitCode, reason: "ok", data: dataOf(shown) });
		// A terminal must not be driven by what a model or a command printed; a file gets the text as it is.
		io.stdout.write(isJson || !io.stdout.isTTY ? text : `${printable(text)}\n`);
		return exitCode;
	}
	const file = path.resolve(made.kind === "ok" ? made.runtime.environment.cwd : "", output);
	try {
		await writeFile(file, text, { flag: "wx", mode: 0o600 });
	} catch (thrown) {
		const lines = [`the session cannot be written to ${file}: ${toError(thrown).message}`];
		return answerError(io, json, { command, exitCode: exitCodes.usage, reason: "not_written", lines });
	}
	if (json) return answerJson(io, { command, exitCode, reason: "ok", data: { file, bytes: Buffer.byteLength(text) } });
	io.stderr.write(`written to ${printable(file)}\n`);
	return exitCode;
}
