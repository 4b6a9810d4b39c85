// Ops: what a client asks of a session. Each names the events that answer it.

import type { SubmissionId } from "./ids.ts";
import type { UserInput } from "./item.ts";
import type { JsonObject } from "./model.ts";
import type { ReviewDecision } from "./policy.ts";

/** What a person says to an approval request. */
export interface ApprovalAnswer {
	/** Of the request. */
	readonly callId: string;
	readonly decision: ReviewDecision;
	/** For the model, with `denied`: what to do instead. */
	readonly feedback?: string;
	/** With `approved_always`: which of the request's offers is saved, from 0. Default 0. */
	readonly offer?: number;
}

/** One request to a session. */
export type Op =
	/**
	 * Starts a turn, answered by `turn_started` … one of `turn_completed`, `turn_failed`, `turn_aborted`. While a turn runs
	 * it steers: the input joins the running turn before its next model request, and no new turn starts.
	 */
	| { readonly type: "user_input"; readonly items: readonly UserInput[]; readonly outputSchema?: JsonObject }
	/** Like `user_input`, but becomes a turn of its own after the current one. */
	| { readonly type: "queue_user_input"; readonly items: readonly UserInput[]; readonly outputSchema?: JsonObject }
	/** Compacts the conversation after the running turn, as a turn of its own: `turn_started`, `context_compacted` or a `notice` that there is nothing to do, and the turn's end. */
	| { readonly type: "compact" }
	/** Aborts the running turn, answered by `turn_aborted`; nothing when none runs. */
	| { readonly type: "interrupt" }
	/** Answers an `exec_approval_request`; a `warning` when nothing waits for it. */
	| ({ readonly type: "exec_approval" } & ApprovalAnswer)
	/** Answers a `patch_approval_request`; a `warning` when nothing waits for it. */
	| ({ readonly type: "patch_approval" } & ApprovalAnswer)
	/** Ends the session after aborting what runs, answered by `shutdown_completed`. */
	| { readonly type: "shutdown" };

/** An op with the id that its events carry. */
export interface Submission {
	readonly id: SubmissionId;
	readonly op: Op;
}
