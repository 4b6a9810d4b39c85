// `--output-last-message`: only a turn that was completed writes the file.

import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import type { RunOutcome } from "./event-processor.ts";
import type { MessageFile } from "./message-file.ts";

/** Makes the last step of a run; it answers whether all went well. */
export function saveLastMessage(file: MessageFile | undefined, io: CliIo): (outcome: RunOutcome) => Promise<boolean> {
	return async (outcome) => {
		if (file === undefined) return true;
		const problem = outcome.kind === "completed" ? file.write(outcome.lastAgentMessage ?? "") : undefined;
		file.close();
		if (outcome.kind !== "completed") return true;
		if (problem !== undefined) io.stderr.write(`error: ${printable(problem)}\n`);
		else if (outcome.lastAgentMessage === null) {
			io.stderr.write(`Warning: no last agent message; wrote empty content to ${printable(file.name)}\n`);
		}
		return problem === undefined;
	};
}
