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

/** Somebody must say whether a command may run; answered by the op `exec_approval`. */
export interface ExecApprovalRequestEvent {
	readonly type: "exec_approval_request";
	readonly callId: CallId;
	readonly command: readonly string[];
	readonly cwd: string;
	readonly reason?: string;
}

/** Commands. */
export type ExecEventMsg =
	| ExecCommandBeginEvent
	| ExecCommandOutputDeltaEvent
	| ExecCommandEndEvent
	| ExecApprovalRequestEvent;
