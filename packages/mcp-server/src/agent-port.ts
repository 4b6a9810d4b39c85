// What the server needs of a program that runs sessions. Types alone: the program that starts the server fills them in.

import type { Event, Op, SubmissionId } from "@codex/protocol";

/** A session that a tool asks for. What is absent is as the user's configuration says. */
export interface ThreadRequest {
	readonly model?: string;
	readonly profile?: string;
	/** Absolute, or relative to the server's working folder. */
	readonly cwd?: string;
	readonly approvalPolicy?: "untrusted" | "on-failure" | "on-request" | "never";
	readonly sandboxMode?: "read-only" | "workspace-write" | "danger-full-access";
	/** `key=value` with a TOML value, as `-c` takes it. */
	readonly overrides: readonly string[];
	/** In place of the model's base instructions. */
	readonly baseInstructions?: string;
}

/** A running session. */
export interface AgentThread {
	readonly id: string;
	/** Hands in an op; what it causes comes as events with the returned id. Never throws. */
	submit(op: Op): SubmissionId;
	/** Adds a listener, called synchronously; the first one also gets the events before it. */
	subscribe(listener: (event: Event) => void): () => void;
	/** Ends the session after aborting what runs. Never rejects; may be called again. */
	close(): Promise<void>;
}

/** A session, or one sentence that says why there is none. */
export type ThreadResult =
	| { readonly kind: "ok"; readonly thread: AgentThread }
	| { readonly kind: "error"; readonly message: string };

/** Starts sessions. Neither function rejects. */
export interface AgentPort {
	start(request: ThreadRequest): Promise<ThreadResult>;
	/** Takes up a saved session that this server has not open; `undefined` when there is none of that id. */
	resume(id: string): Promise<ThreadResult | undefined>;
}
