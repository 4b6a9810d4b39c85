// Commands. Every exec_command_begin is closed by exactly one exec_command_end with the same callId, also on abort.

import type { CallId } from "../ids.ts";

/** A command is about to run (or to be declined). */
export interface ExecCommandBeginEvent {
	readonly type: "exec_command_begin";
	readonly callId: CallId;
	readonly command: readonly string[];
	/** The command as a person reads it. */
	readonly display: string;
	readonly cwd: string;
}

/** Output as it comes: at most 10,000 of these a call. Invalid UTF-8 is replaced. */
export interface ExecCommandOutputDeltaEvent {
	readonly type: "exec_command_output_delta";
	readonly callId: CallId;
	readonly stream: "stdout" | "stderr";
	readonly chunk: string;
}

/** How a command ended. */
export type ExecOutcome =
	| { readonly status: "exited"; readonly exitCode: number }
	/** Killed by a signal that was not ours; the exit code is 128 + the signal's number. */
	| { readonly status: "signalled"; readonly signal: string; readonly exitCode: number }
	/** Killed at its timeout; exit code 124. */
	| { readonly status: "timed_out"; readonly exitCode: 124 }
	/** Killed because the turn was aborted. */
	| { readonly status: "aborted" }
	/** Never ran, because policy says no. */
	| { readonly status: "declined"; readonly reason: string }
	/** Never ran, because it could not be started. */
	| { readonly status: "spawn_failed"; readonly message: string };

/** A command ended. */
export interface ExecCommandEndEvent {
	readonly type: "exec_command_end";
	readonly callId: CallId;
	readonly outcome: ExecOutcome;
	/** stdout and stderr in the order they came, head and tail kept when long. */
	readonly aggregatedOutput: string;
	/** Milliseconds; 0 when it never ran. */
	readonly durationMs: number;
}

/** A rule that `approved_always` would save, exactly as it would stand in the file. */
export interface OfferedRule {
	/** The line of the rules file. */
	readonly text: string;
	/** Up to three command lines that it would allow from then on. */
	readonly allows: readonly string[];
	/** Up to three command lines that it would not allow. */
	readonly doesNotAllow: readonly string[];
}

/** Somebody must say whether a command may run; answered by the op `exec_approval`. Comes before `exec_command_begin`. */
export interface ExecApprovalRequestEvent {
	readonly type: "exec_approval_request";
	readonly callId: CallId;
	readonly command: readonly string[];
	readonly cwd: string;
	/** Why it is asked: one sentence without a period. */
	readonly reason?: string;
	/** What the model says for itself; hostile text. */
	readonly justification?: string;
	/** Whether the command would run outside the sandbox. Absent: false. */
	readonly outsideSandbox?: boolean;
	/** The simple commands that were found in it, as written, in their order; absent when it was not understood. */
	readonly programs?: readonly string[];
	/** What `approved_always` can save, the narrowest first; each offer is a list of rules. Absent: nothing. */
	readonly offers?: readonly (readonly OfferedRule[])[];
}

/** Commands. */
export type ExecEventMsg =
	| ExecCommandBeginEvent
	| ExecCommandOutputDeltaEvent
	| ExecCommandEndEvent
	| ExecApprovalRequestEvent;
