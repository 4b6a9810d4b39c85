// `code search files QUERY`: paths that match, best first, one a line; with --json one object with what matched where.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, type FileMatch, searchFiles } from "@codex/runtime";
import { hasFlag, lastValue, positiveNumber } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "search files";

/** A line for a person: a line end in a name would make it look like two files. */
const shown = (path: string): string => printable(path.replace(/[\r\n\t]/g, "\uFFFD"));

function jsonOf({ path, score, ranges, near, bytes }: FileMatch): object {
	return {
		path,
		score,
		ranges,
		...(near === undefined ? {} : { near }),
		...(bytes === undefined ? {} : { path_base64: Buffer.from(bytes).toString("base64") }),
	};
}

/** Runs the command. */
export async function runSearchFiles(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const usage = (lines: readonly string[]): ExitCode =>
		answerError(io, json, { command, exitCode: exitCodes.usage, reason: "usage_error", lines });
	const limit = positiveNumber(invocation, "limit", true);
	if (limit.kind === "error") return usage([limit.message]);
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return usage(made.lines);
	const stop = new AbortController();
	const release = io.onInterrupt(() => stop.abort());
	const cwd = lastValue(invocation, "cwd");
	try {
		const result = await searchFiles(made.runtime, {
			query: invocation.positionals.join(" "),
			signal: stop.signal,
			hidden: hasFlag(invocation, "hidden"),
			...(cwd === undefined ? {} : { cwd }),
			...(limit.value === undefined ? {} : { limit: limit.value }),
		});
		if (result.kind === "error") return usage(result.lines);
		if (result.kind === "aborted") return exitCodes.interrupted;
		const { root, matches, total, searched, unreadable, truncated, problem } = result;
		const exitCode = matches.length === 0 ? exitCodes.failed : exitCodes.done;
		if (problem !== undefined) io.stderr.write(`warning: ${printable(problem)}\n`);
		if (truncated) io.stderr.write(`warning: there are more files than the ${searched} that were searched\n`);
		if (json) {
			const reason = matches.length === 0 ? "nothing_found" : "ok";
			const data = { root, matches: matches.map(jsonOf), total, searched, unreadable, truncated };
			return answerJson(io, { command, exitCode, reason, data });
		}
		for (const { path } of matches) io.stdout.write(`${shown(path)}\n`);
		if (matches.length === 0) io.stderr.write("nothing matches\n");
		return exitCode;
	} finally {
		release();
		await made.runtime.close();
	}
}
