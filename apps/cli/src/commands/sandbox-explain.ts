// `code sandbox explain PATH|HOST`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, explainSandbox } from "@codex/runtime";
import { hasFlag } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";
import { sandboxRequest } from "./sandbox-request.ts";

const command = "sandbox explain";

interface Answer {
	readonly allowed: boolean;
	readonly because: string;
	readonly setting?: string;
}

const line = (what: string, { allowed, because, setting }: Answer): string =>
	`${what}: ${allowed ? "yes" : "no"}, ${because}${setting === undefined ? "" : `; allowed by ${setting}`}`;

/** Runs the command. */
export async function runSandboxExplain(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const [subject = ""] = invocation.positionals;
	const made = createRuntime(io.runtimeOptions);
	const found = made.kind === "error" ? made : await explainSandbox(made.runtime, sandboxRequest(invocation), subject);
	if (found.kind === "error") {
		const { exitCode, lines } = found;
		return answerError(io, json, { command, exitCode, reason: "config_error", lines });
	}
	if (json) {
		const { kind: _kind, ...data } = found;
		return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data });
	}
	const lines =
		found.kind === "host"
			? [line(`reach ${found.host}`, found)]
			: [found.explanation.path, line("  read", found.explanation.read), line("  write", found.explanation.write)];
	io.stdout.write(`${printable([`policy ${found.policy}`, ...lines].join("\n"))}\n`);
	return exitCodes.done;
}
