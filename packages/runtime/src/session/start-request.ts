// What a shell asks for when it starts a session, and what it gets.

import type { ConfigFlags } from "@codex/config";
import type { EditorBuffers } from "@codex/core";
import type {
	ApprovalPolicy,
	ExitCode,
	JsonObject,
	Op,
	SandboxPolicy,
	SessionId,
	SessionMeta,
	SubmissionId,
} from "@codex/protocol";
import type { EventListener, ReadyCheck } from "../event-hub.ts";

/** Limits of a whole session. `undefined` is no limit. */
export interface SessionLimits {
	/** Requests to the model in one turn, at least 1. */
	readonly maxTurns: number | undefined;
	/** Milliseconds from the start of the session. */
	readonly timeoutMs: number | undefined;
	/** Milliseconds of silence after which a response is given up; the provider's value when `undefined`. */
	readonly idleTimeoutMs: number | undefined;
	/** US dollars. The price of the model must then be known, unless the request says otherwise. */
	readonly maxCostUsd: number | undefined;
	/** Input and output tokens of the whole session. Default unlimited. */
	readonly maxTokens?: number;
}

/** No limits. */
export const noLimits: SessionLimits = Object.freeze({
	maxTurns: undefined,
	timeoutMs: undefined,
	idleTimeoutMs: undefined,
	maxCostUsd: undefined,
});

/** An MCP server that somebody brings along for one session. */
export type SessionServer =
	| {
			readonly kind: "stdio";
			readonly command: string;
			readonly args: readonly string[];
			/** Joins the few variables that every server gets. */
			readonly env: Readonly<Record<string, string>>;
	  }
	| { readonly kind: "http"; readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** A session to be started. */
export interface StartRequest {
	readonly source: SessionMeta["source"];
	readonly flags: ConfigFlags;
	/** Working folder; relative to the process's. Default: the process's. */
	readonly cwd?: string;
	/** More folders that may be written to; relative to the process's working folder. */
	readonly additionalRoots: readonly string[];
	readonly limits: SessionLimits;
	/** Where to write a recording; relative to the process's working folder. */
	readonly recordFile?: string;
	/** A recording that answers instead of a model; tools are real. Relative to the process's working folder. */
	readonly replayFile?: string;
	/** Keep no session file. */
	readonly ephemeral: boolean;
	/** An earlier session that goes on. */
	readonly resume?:
		| { readonly kind: "id" /** Whole, or a beginning that no other has. */; readonly id: string }
		| { readonly kind: "last" };
	/** The schema that ops of this session will name; checked now, so that a wrong one stops the start. */
	readonly outputSchema?: JsonObject;
	/**
	 * Whether somebody answers `exec_approval_request` and `patch_approval_request`. Default false: what would be asked is
	 * declined, with the reason.
	 */
	readonly canAsk?: boolean;
	/** The id of a session that begins; of one that was never saved, so that it can begin again. Default: a new one. */
	readonly sessionId?: SessionId;
	/** MCP servers of this session alone, by name; of two with one name this one counts, not the configured one. */
	readonly mcpServers?: Readonly<Record<string, SessionServer>>;
	/** An editor that holds files open: its text is what the file tools read. */
	readonly editor?: EditorBuffers;
	/** Refuse a working folder outside every git repository (waived when everything is allowed anyway). */
	readonly requireRepository: boolean;
	/** With a limit of cost: a model without a known price is no error; what it costs counts as nothing. */
	readonly allowUnpriced?: boolean;
	/** In place of the model's base instructions and of those that the configuration names. */
	readonly baseInstructions?: string;
	/** Who started us; default `code_` and the source, or what an embedding SDK says in the environment. */
	readonly originator?: string;
}

/** What a shell may show of a session before its first event. */
export interface SessionInfo {
	readonly sessionId: SessionId;
	readonly model: string;
	readonly provider: string;
	/** Absolute real path. */
	readonly cwd: string;
	readonly sandboxPolicy: SandboxPolicy;
	readonly approvalPolicy: ApprovalPolicy;
	/** Absent when nothing is persisted. */
	readonly rolloutPath?: string;
	/** Why this provider; `""` when there is nothing to say. */
	readonly because: string;
	/** Sentences for the user. */
	readonly warnings: readonly string[];
	readonly resumed: boolean;
	/** The recording that answers; absent when a model does. */
	readonly answersFrom?: string;
}

/** What came to light when a session ended. */
export interface CloseReport {
	/** Sentences for the user; the run did not go as it should when there is one. */
	readonly problems: readonly string[];
}

/** A running session. */
export interface SessionHandle {
	readonly id: SessionId;
	readonly info: SessionInfo;
	/** Hands in an op; what it causes comes as events with the returned id. Never throws. */
	submit(op: Op): SubmissionId;
	/**
	 * Adds a listener of events, called synchronously; the first one also gets the events before it. While `ready`
	 * gives a promise, no new request goes to the model. The returned function removes both.
	 */
	subscribe(listener: EventListener, ready?: ReadyCheck): () => void;
	/** Aborts the running turn. */
	interrupt(): void;
	/** Ends the session after aborting what runs. Resolves when all is written and let go; may be called again. */
	close(): Promise<CloseReport>;
	/** True when the last word on a needed approval was no. */
	readonly approvalBlocked: boolean;
}

/** Why something did not start: what to say and the exit code. At least one line. */
export interface StartError {
	readonly kind: "error";
	readonly exitCode: ExitCode;
	readonly lines: readonly string[];
	/** True when no model can be asked for want of a key. */
	readonly lacksCredentials?: true;
	/** True when the named session does not exist. */
	readonly unknownSession?: true;
}

/** A session, or why there is none. Nothing was sent and no session file was written when there is none. */
export type StartResult = { readonly kind: "ok"; readonly session: SessionHandle } | StartError;

/** Makes a {@link StartError}. */
export function startError(exitCode: ExitCode, ...lines: readonly string[]): StartError {
	return { kind: "error", exitCode, lines };
}
