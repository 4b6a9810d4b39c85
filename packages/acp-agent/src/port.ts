// What the agent is given to work with: sessions behind a port. Speaks protocol only; whoever composes the program fills
// it from the runtime. Nothing here knows of editors' wires.

import type { ApprovalPolicy, Event, Op, ReasoningEffort, SandboxMode, SubmissionId } from "@codex/protocol";

/** An MCP server that the editor brings along for one session. */
export type ClientServer =
	| {
			readonly kind: "stdio";
			readonly name: string;
			readonly command: string;
			readonly args: readonly string[];
			readonly env: Readonly<Record<string, string>>;
	  }
	| {
			readonly kind: "http";
			readonly name: string;
			readonly url: string;
			readonly headers: Readonly<Record<string, string>>;
	  };

/** Files as the editor has them, with what was not saved yet. */
export interface EditorFiles {
	/**
	 * The text of a file's buffer; `undefined` when the editor cannot or does not say, and then the disk counts.
	 *
	 * Contract: never rejects; `undefined` at once when `signal` aborts.
	 */
	read(path: string, signal: AbortSignal): Promise<string | undefined>;
	/** Gives a buffer this text and saves it; false when the editor did not do it. Never rejects. */
	write(path: string, text: string): Promise<boolean>;
}

/** What a person chose in the editor; what is absent is as configured. */
export interface ChosenSettings {
	readonly approvalPolicy?: ApprovalPolicy;
	readonly sandboxMode?: SandboxMode;
	readonly effort?: ReasoningEffort;
}

/** A session to be started. */
export interface AgentSessionRequest {
	/** Absolute. */
	readonly cwd: string;
	/** More folders that may be written to; absolute. */
	readonly additionalDirectories: readonly string[];
	/** Join the configured ones; of two with one name this one counts. */
	readonly mcpServers: readonly ClientServer[];
	readonly chosen: ChosenSettings;
	/** `new` gets an id; `again` is a session of which nothing was saved, under its id; `resume` goes on with a saved one. */
	readonly from: { readonly kind: "new" } | { readonly kind: "again" | "resume"; readonly id: string };
	/** Absent: the editor shows no files. */
	readonly files?: EditorFiles;
}

/** A running session. */
export interface AgentSession {
	readonly id: string;
	/** Absolute real path of the working folder: what paths of its events begin with. */
	readonly cwd: string;
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxMode;
	/** Sentences for the user. */
	readonly warnings: readonly string[];
	submit(op: Op): SubmissionId;
	/** While `ready` gives a promise, no new request goes to the model. Earlier events come too. */
	subscribe(listener: (event: Event) => void, ready: () => Promise<void> | undefined): () => void;
	/** Aborts the running turn. */
	interrupt(): void;
	/** Resolves when all is written and let go. */
	close(): Promise<unknown>;
}

/** Why something could not be done, in words for the user. */
export interface PortError {
	readonly kind: "error";
	/** `auth`: no credentials; `unknown`: no such session; `usage`: the user can mend it; `failed`: anything else. */
	readonly reason: "auth" | "unknown" | "usage" | "failed";
	readonly message: string;
}

/** A saved session in a list. */
export interface ListedSession {
	readonly id: string;
	readonly cwd: string;
	/** `""` when it has none. */
	readonly title: string;
	/** Unix milliseconds. */
	readonly changedMs: number;
}

/** Sessions, as the runtime has them. No method rejects. */
export interface AcpPort {
	startSession(
		request: AgentSessionRequest,
	): Promise<{ readonly kind: "ok"; readonly session: AgentSession } | PortError>;
	/** All saved sessions, newest first, of one folder when it is given. */
	listSessions(
		cwd: string | undefined,
	): Promise<{ readonly kind: "ok"; readonly sessions: readonly ListedSession[] } | PortError>;
	/** What a saved session told, in order. */
	readEvents(id: string): Promise<{ readonly kind: "ok"; readonly events: readonly Event["msg"][] } | PortError>;
	/** Deletes a saved session for good. */
	deleteSession(id: string): Promise<{ readonly kind: "ok" } | PortError>;
	/** Why no model can be asked, or `undefined`. Starts nothing. */
	missingCredentials(): Promise<PortError | undefined>;
}
