// `code sandbox check`: a table of attempts, each made inside and outside.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { checkThisSandbox, createRuntime } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "sandbox check";

/** Runs the command. */
export async function runSandboxCheck(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") {
		const { exitCode, lines } = made;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	const { ok, rows, gaps, probe, problem } = await checkThisSandbox(made.runtime);
	const exitCode = ok ? exitCodes.done : exitCodes.failed;
	if (json) {
		const mechanism = probe.best?.kind ?? null;
		const data = {
			mechanism,
			gaps: gaps.map(({ id, sentence }) => ({ id, sentence })),
			attempts: rows,
			tries: probe.tries,
		};
		return answerJson(io, { command, exitCode, reason: ok ? "ok" : "not_enforced", data });
	}
	const lines = rows.map(
		({ verdict, title, detail, control }) =>
			`${verdict.padEnd(12)} ${title}${detail === "" ? "" : ` (${detail})`}${control === "failed" ? " [also fails outside]" : ""}`,
	);
	const head = probe.best === undefined ? "no way to confine a command on this machine" : `by ${probe.best.kind}`;
	const notCovered = gaps.map(({ sentence }) => `not covered: ${sentence}`);
	const end = problem === undefined ? [] : [problem];
	io.stdout.write(`${printable([head, ...lines, ...notCovered, ...end].join("\n"))}\n`);
	return exitCode;
}
