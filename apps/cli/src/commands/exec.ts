// `code exec` and `code exec resume`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime } from "@codex/runtime";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { saveLastMessage } from "../exec/last-message.ts";
import { type PreparationError, prepareRun } from "../exec/prepare.ts";
import { chooseProcessor } from "../exec/processors.ts";
import { runSession } from "../exec/run-session.ts";

const interrupted: PreparationError = { kind: "error", exitCode: exitCodes.interrupted, lines: ["interrupted"] };

/** Runs the command. */
export async function runExec(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const made = createRuntime(io.runtimeOptions);
	const processor = chooseProcessor(invocation, io, made.kind === "ok" && made.runtime.plainOutput);
	if (made.kind === "error") {
		processor.startFailed(made.lines);
		return made.exitCode;
	}
	const { runtime } = made;
	let stopListening = (): void => undefined;
	const interruption = new Promise<PreparationError>((resolve) => {
		stopListening = io.onInterrupt(() => resolve(interrupted));
	});
	const prepared = await Promise.race([prepareRun(invocation, runtime, io), interruption]);
	stopListening();
	if (prepared.kind === "error") {
		processor.startFailed(prepared.lines);
		await runtime.close();
		return prepared.exitCode;
	}
	const { session, items, outputSchema, messageFile } = prepared;
	return runSession({
		session,
		processor,
		io,
		items,
		...(outputSchema === undefined ? {} : { outputSchema }),
		onOutcome: saveLastMessage(messageFile, io),
	});
}
