// `code sessions compact ID`: takes a saved session up, has its conversation summarised, and lets it go again.

import { type ContextCompactedEvent, type EventMsg, type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, type SessionHandle } from "@codex/runtime";
import { allValues, hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "sessions compact";

interface Ending {
	readonly exitCode: ExitCode;
	/** Why nothing was done; empty when all went well. */
	readonly lines: readonly string[];
	readonly compacted: ContextCompactedEvent | undefined;
}

function endingOf(msg: EventMsg, compacted: ContextCompactedEvent | undefined): Ending | undefined {
	switch (msg.type) {
		case "turn_completed":
			return { exitCode: exitCodes.done, lines: [], compacted };
		case "turn_aborted":
			return { exitCode: exitCodes.interrupted, lines: ["interrupted: the session is as it was"], compacted };
		case "turn_failed":
			return { exitCode: exitCodes.failed, lines: [msg.error.message], compacted };
		default:
			return undefined;
	}
}

/** Submits the op and waits for its turn to end. */
async function compact(session: SessionHandle, io: CliIo): Promise<Ending> {
	let compacted: ContextCompactedEvent | undefined;
	const stopListening = io.onInterrupt(() => session.interrupt());
	const ended = new Promise<Ending>((resolve) => {
		session.subscribe(({ msg }) => {
			if (msg.type === "context_compacted") compacted = msg;
			if (msg.type === "warning") io.stderr.write(`warning: ${printable(msg.message)}\n`);
			const ending = endingOf(msg, compacted);
			if (ending !== undefined) resolve(ending);
		});
	});
	session.submit({ type: "compact" });
	const ending = await ended;
	const { problems } = await session.close();
	stopListening();
	return problems.length === 0 ? ending : { ...ending, exitCode: exitCodes.failed, lines: problems };
}

/** Runs the command. */
export async function runSessionsCompact(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const fail = (exitCode: ExitCode, lines: readonly string[]): ExitCode =>
		answerError(io, json, { command, exitCode, reason: "not_compacted", lines });
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return fail(made.exitCode, made.lines);
	const cwd = lastValue(invocation, "cd");
	const started = await made.runtime.startSession({
		source: "cli",
		flags: configFlags(invocation),
		...(cwd === undefined ? {} : { cwd }),
		additionalRoots: allValues(invocation, "add-dir"),
		limits: { maxTurns: undefined, timeoutMs: undefined, idleTimeoutMs: undefined, maxCostUsd: undefined },
		ephemeral: false,
		resume: { kind: "id", id: invocation.positionals[0] ?? "" },
		requireRepository: false,
	});
	if (started.kind === "error") {
		await made.runtime.close();
		return fail(started.exitCode, started.lines);
	}
	for (const warning of started.session.info.warnings) io.stderr.write(`warning: ${printable(warning)}\n`);
	const { exitCode, lines, compacted } = await compact(started.session, io);
	if (exitCode !== exitCodes.done) return fail(exitCode, lines);
	const data = {
		session: started.session.id,
		compacted: compacted !== undefined,
		...(compacted === undefined
			? {}
			: { tokens_before: compacted.tokensBefore, tokens_after: compacted.tokensAfter, summary: compacted.summary }),
	};
	if (json) return answerJson(io, { command, exitCode, reason: "ok", data });
	const said =
		compacted === undefined
			? "there is nothing to summarise yet"
			: `${compacted.summary}\n\nsummarised: about ${compacted.tokensBefore} tokens became ${compacted.tokensAfter}`;
	io.stdout.write(`${printable(said)}\n`);
	return exitCode;
}
