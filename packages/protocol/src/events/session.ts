// Events of a session as a whole.

import type { SessionId } from "../ids.ts";
import type { ApprovalPolicy, ReasoningEffort, SandboxPolicy } from "../policy.ts";

/** The first event of every session; its submission id is `""`. */
export interface SessionConfiguredEvent {
	readonly type: "session_configured";
	readonly sessionId: SessionId;
	readonly model: string;
	readonly provider: string;
	readonly cwd: string;
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxPolicy: SandboxPolicy;
	readonly effort?: ReasoningEffort;
	/** Absent when nothing is persisted. */
	readonly rolloutPath?: string;
	/** True when an earlier session goes on. */
	readonly resumed: boolean;
}

/** The last event of every session. */
export interface ShutdownCompletedEvent {
	readonly type: "shutdown_completed";
}

/** Something the user should know; the session goes on. */
export interface WarningEvent {
	readonly type: "warning";
	readonly message: string;
}

/** Something of passing interest (what was found, what is being waited for). */
export interface NoticeEvent {
	readonly type: "notice";
	readonly message: string;
}

/** Events of a session as a whole. */
export type SessionEventMsg = SessionConfiguredEvent | ShutdownCompletedEvent | WarningEvent | NoticeEvent;
