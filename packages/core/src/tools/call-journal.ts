// Watches the events of one call: what began and has not ended, and what a recording needs. After `close` nothing more
// gets out, whatever a tool that was given up still sends.

import type { EventMsg, ExecOutcome } from "@codex/protocol";

/** Why the events of a call are closed from outside. */
export type ClosingReason = { readonly kind: "aborted" } | { readonly kind: "failed"; readonly message: string };

/** The events of one call. */
export interface CallJournal {
	/** For the call's context. */
	readonly emit: (msg: EventMsg) => void;
	/** Ends what is still open with `reason`, if any, and lets nothing more out. */
	close(reason: ClosingReason): void;
	/** Everything emitted so far, in order; empty unless asked for. */
	readonly events: readonly EventMsg[];
}

/** Makes the journal of one call; `keep` keeps the events. */
export function createCallJournal(emit: (msg: EventMsg) => void, keep: boolean): CallJournal {
	const events: EventMsg[] = [];
	// One begin event for each kind at most: a call emits one pair.
	const open = new Map<string, EventMsg>();
	let isClosed = false;
	const send = (msg: EventMsg): void => {
		if (isClosed) return;
		if (msg.type.endsWith("_begin")) open.set(msg.type, msg);
		else if (msg.type.endsWith("_end")) open.delete(msg.type.replace(/_end$/, "_begin"));
		if (keep) events.push(msg);
		emit(msg);
	};
	return {
		emit: send,
		close: (reason) => {
			for (const begin of open.values()) {
				const end = endOf(begin, reason);
				if (end !== undefined) send(end);
			}
			isClosed = true;
		},
		events,
	};
}

function endOf(begin: EventMsg, reason: ClosingReason): EventMsg | undefined {
	const message = reason.kind === "failed" ? reason.message : "aborted";
	switch (begin.type) {
		case "exec_command_begin": {
			const { callId } = begin;
			const outcome: ExecOutcome =
				reason.kind === "failed" ? { status: "spawn_failed", message } : { status: "aborted" };
			return { type: "exec_command_end", callId, outcome, aggregatedOutput: "", durationMs: 0 };
		}
		case "patch_apply_begin":
			return { type: "patch_apply_end", callId: begin.callId, status: reason.kind, stdout: "", stderr: message };
		case "tool_call_begin":
			return { ...begin, type: "tool_call_end", status: reason.kind, output: message, durationMs: 0 };
		default:
			return undefined;
	}
}
