// `--output-last-message`: only a turn that was completed writes the file.

import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import type { RunOutcome } from "./event-processor.ts";
import { writeLastMessage } from "./files.ts";

/** Makes the last step of a run; it answers whether all went well. */
export function saveLastMessage(
	file: string | undefined,
	cwd: string,
	io: CliIo,
): (outcome: RunOutcome) => Promise<boolean> {
	return async (outcome) => {
		if (file === undefined || outcome.kind !== "completed") return true;
		const problem = writeLastMessage(file, cwd, outcome.lastAgentMessage);
		if (problem !== undefined) io.stderr.write(`error: ${printable(problem)}\n`);
		else if (outcome.lastAgentMessage === null) {
			io.stderr.write(`Warning: no last agent message; wrote empty content to ${printable(file)}\n`);
		}
		return problem === undefined;
	};
}
