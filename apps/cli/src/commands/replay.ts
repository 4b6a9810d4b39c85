// `code replay FILE`: shows a recorded run again. Exit code of the run; 2 for a file that is no recording, 1 when the run
// departs from it.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, startReplay } from "@codex/runtime";
import { lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { saveLastMessage } from "../exec/last-message.ts";
import { settleMessageFile } from "../exec/message-file.ts";
import { chooseProcessor } from "../exec/processors.ts";
import { runSession } from "../exec/run-session.ts";

/** Runs the command. */
export async function runReplay(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const made = createRuntime(io.runtimeOptions);
	const processor = chooseProcessor(invocation, io, made.kind === "ok" && made.runtime.plainOutput);
	const fail = (exitCode: ExitCode, ...lines: readonly string[]): ExitCode => {
		processor.startFailed(lines);
		return exitCode;
	};
	if (made.kind === "error") return fail(made.exitCode, ...made.lines);
	const { runtime } = made;
	const { cwd } = runtime.environment;
	const messageName = lastValue(invocation, "output-last-message");
	const messageFile = messageName === undefined ? undefined : settleMessageFile(messageName, cwd);
	if (messageFile?.kind === "error") return fail(exitCodes.usage, messageFile.message);
	const started = await startReplay(runtime, invocation.positionals[0] ?? "");
	if (started.kind === "error") return fail(started.exitCode, ...started.lines);
	const { outputSchema } = started.header;
	return runSession({
		session: started.session,
		processor,
		io,
		items: started.items,
		...(outputSchema === undefined ? {} : { outputSchema }),
		onOutcome: saveLastMessage(messageFile?.value, io),
	});
}
