// What the end event of a command or patch says, for a call whose output a crash took away: the end is written as soon as
// the command is over, the output only when the whole response is.

import { type Fields, isFields } from "./json-fields.ts";

/** A call that is known to have ended. */
export interface EndedCall {
	readonly callId: string;
	/** How, as a clause for the model: `it ended with exit code 0`. */
	readonly how: string;
	/** What it printed; may be empty. */
	readonly output: string;
}

// 16 KiB of lost output tell the model enough to go on; the log keeps all of it.
const maxOutputLength = 16 * 1024;

const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, maxOutputLength) : "");

function howItEnded(outcome: Fields): string {
	if (outcome.status === "exited" && typeof outcome.exitCode === "number") {
		return `it ended with exit code ${outcome.exitCode}`;
	}
	return `it ended as ${String(outcome.status)}`;
}

/** Reads the payload of an `exec_command_end` or `patch_apply_end`; `undefined` when it does not say which call and how. */
export function takeEndedCall(payload: Fields): EndedCall | undefined {
	const { callId, outcome, status } = payload;
	if (typeof callId !== "string") return undefined;
	if (isFields(outcome)) return { callId, how: howItEnded(outcome), output: text(payload.aggregatedOutput) };
	if (typeof status !== "string") return undefined;
	const output = [text(payload.stdout), text(payload.stderr)].filter((part) => part !== "").join("\n");
	return { callId, how: `it ended as ${status}`, output };
}
