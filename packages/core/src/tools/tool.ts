// What a tool is. A tool never throws for a model's mistake: it answers with a sentence that the model can act on.

import type {
	ApprovalPolicy,
	CallId,
	Clock,
	ContentPart,
	EventMsg,
	FileChange,
	JsonValue,
	ModelInfo,
	SandboxPolicy,
	ToolOutput,
	ToolSpec,
} from "@codex/protocol";
import type { CommandRunner } from "../ports/command-runner.ts";
import type { EditorBuffers } from "../ports/editor-buffers.ts";
import type { FileGuard } from "../ports/file-guard.ts";
import type { ApprovalDesk } from "./approvals/approval-desk.ts";
import type { CommandGuard } from "./approvals/guard-command.ts";

/** Whether commands may run at all in this session, decided once from flags and config. */
export type CommandPermission =
	/** Run them. `confined` is false while no sandbox stands between a command and the machine. */
	| { readonly kind: "run"; readonly confined: boolean }
	/** Decide about each by approval policy, sandbox and rules. */
	| { readonly kind: "guarded"; readonly guard: CommandGuard }
	/** Answer every command with this reason. */
	| { readonly kind: "refuse"; readonly reason: string };

/** What a tool call may use. */
export interface ToolContext {
	readonly callId: CallId;
	/** The session's working directory, absolute, a real path. */
	readonly cwd: string;
	/** Where patches may write: real absolute paths. Empty when the sandbox mode is read-only. */
	readonly writableRoots: readonly string[];
	/** Confinement is off (danger-full-access or the bypass flag). */
	readonly unconfined: boolean;
	readonly permission: CommandPermission;
	/** Which files the tools themselves leave alone. */
	readonly files: FileGuard;
	/** An editor that holds files open: its text is what is read. */
	readonly editor?: EditorBuffers;
	/** Where a person is asked. */
	readonly approvals: ApprovalDesk;
	/** For calls that are no commands, such as tools of MCP servers. */
	readonly policy: { readonly approvalPolicy: ApprovalPolicy; readonly sandboxMode: SandboxPolicy["mode"] };
	readonly runner: CommandRunner;
	/** The environment of child processes, already filtered by the shell environment policy. */
	readonly shellEnv: Readonly<Record<string, string>>;
	/** Tokens (4 bytes each) of one tool's output that the model gets. */
	readonly outputTokenLimit: number;
	readonly model: ModelInfo;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** Emits an event of this call. */
	readonly emit: (msg: EventMsg) => void;
	/**
	 * Awaited just before something outside the session is changed: the call is then on the disk. A sentence instead of
	 * `undefined` is what the model is told, and nothing may be changed. Never rejects. `mayChangeFiles` is true when left out. Absent: no call is recorded.
	 */
	readonly beforeEffect?: (effect?: { readonly mayChangeFiles: boolean }) => Promise<string | undefined>;
	/** Tells the session which files a patch changed, for the turn's diff. */
	readonly recordChanges: (changes: readonly FileChange[]) => void;
}

/** What the model is told. */
export interface ToolResult {
	readonly output: ToolOutput;
	/**
	 * `ok`, `failed` (the model may try otherwise), `declined` (policy said no and nobody could be asked) or `aborted`.
	 */
	readonly status: "ok" | "failed" | "declined" | "aborted";
	/** Input that joins the conversation after all outputs of the round, for vendors that take no images in outputs. */
	readonly attach?: readonly ContentPart[];
}

/** One tool. */
export interface Tool {
	readonly spec: ToolSpec;
	/** Names under which models trained on other agents call it; answered but not offered. */
	readonly aliases: readonly string[];
	/** Whether it may run beside other calls. Writers may not. */
	readonly parallel: boolean;
	/**
	 * Runs one call. `args` is the parsed JSON of the call (or the free text of a custom call); the tool validates it and
	 * answers `failed to parse function arguments: …` when it does not fit.
	 *
	 * Contract: emits its own begin and end events, exactly one pair. Never rejects. Ends within 200 ms of an abort.
	 */
	run(args: JsonValue, context: ToolContext): Promise<ToolResult>;
}
