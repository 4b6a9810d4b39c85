// Drives one session through one turn: events to the processor, signals and a broken stdout to an interrupt, the end of
// the turn to an exit code. Every path ends with the session closed.

import { type Event, type ExitCode, exitCodes, type JsonObject, type UserInput } from "@codex/protocol";
import type { SessionHandle } from "@codex/runtime";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import type { EventProcessor, RunOutcome } from "./event-processor.ts";

/** One turn of a session. */
export interface SessionRun {
	readonly session: SessionHandle;
	readonly processor: EventProcessor;
	readonly io: CliIo;
	readonly items: readonly UserInput[];
	readonly outputSchema?: JsonObject;
	/** Told how the run ended, before the exit code is made of it; answers whether all went well. */
	readonly onOutcome?: (outcome: RunOutcome) => Promise<boolean>;
}

/** How the event ends a turn; `undefined` when it does not. */
function outcomeOf({ msg }: Event): RunOutcome | undefined {
	switch (msg.type) {
		case "turn_completed":
			return { kind: "completed", lastAgentMessage: msg.lastAgentMessage };
		case "turn_aborted":
			return { kind: "aborted", reason: msg.reason };
		case "turn_failed": {
			const { kind, message } = msg.error;
			return { kind: "failed", message, infrastructure: kind === "auth" || kind === "network" };
		}
		default:
			return undefined;
	}
}

/** The exit code of a run, by the table of the contract. */
function exitCodeOf(outcome: RunOutcome, approvalBlocked: boolean): ExitCode {
	switch (outcome.kind) {
		case "completed":
			return approvalBlocked ? exitCodes.approvalNeeded : exitCodes.done;
		case "failed":
			return outcome.infrastructure ? exitCodes.infrastructure : exitCodes.failed;
		case "aborted":
			return outcome.reason.kind === "interrupted" ? exitCodes.interrupted : exitCodes.limit;
	}
}

/** Runs the turn. Never rejects for anything that the session, the reader of stdout or a signal does. */
export async function runSession(run: SessionRun): Promise<ExitCode> {
	const { session, processor, io } = run;
	processor.started(session.info);
	let finish: (outcome: RunOutcome) => void = () => undefined;
	const ended = new Promise<RunOutcome>((resolve) => {
		finish = resolve;
	});
	session.subscribe(
		(event) => {
			processor.take(event);
			const outcome = outcomeOf(event);
			if (outcome !== undefined) finish(outcome);
		},
		() => io.stdout.ready() ?? io.stderr.ready(),
	);
	const stopListening = io.onInterrupt(() => session.interrupt());
	io.stdout.onFailure(() => session.interrupt());
	session.submit({
		type: "user_input",
		items: run.items,
		...(run.outputSchema === undefined ? {} : { outputSchema: run.outputSchema }),
	});
	const outcome = await ended;
	const { problems } = await session.close();
	processor.end(outcome);
	for (const problem of problems) io.stderr.write(`error: ${printable(problem)}\n`);
	const wentWell = (await run.onOutcome?.(outcome)) ?? true;
	stopListening();
	if (io.stdout.failure !== undefined) return exitCodes.failed;
	const code = exitCodeOf(outcome, session.approvalBlocked);
	return code === exitCodes.done && (problems.length > 0 || !wentWell) ? exitCodes.failed : code;
}
