// What a session is given and what it offers. The runtime fills the ports; the session never looks anything up itself.

import type {
	ApprovalPolicy,
	Clock,
	ConversationItem,
	EventMsg,
	JsonObject,
	ReasoningEffort,
	ReasoningSummary,
	RecordedToolCall,
	SandboxPolicy,
	SessionId,
	SessionMeta,
	Submission,
	SubmissionId,
	TokenUsage,
	Verbosity,
} from "@codex/protocol";
import type { Budget } from "@codex/resilience";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { CommandRunner } from "../ports/command-runner.ts";
import type { EditorBuffers } from "../ports/editor-buffers.ts";
import type { FileGuard } from "../ports/file-guard.ts";
import type { McpTools } from "../ports/mcp-tools.ts";
import type { ModelStream } from "../ports/model-stream.ts";
import type { RolloutWriter } from "../ports/rollout-store.ts";
import type { CommandPermission } from "../tools/tool.ts";

/** The settings of a session; fixed for its life. */
export interface SessionSettings {
	readonly sessionId: SessionId;
	/** Absolute, existing, a real path. */
	readonly cwd: string;
	readonly model: string;
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxPolicy: SandboxPolicy;
	readonly permission: CommandPermission;
	/** Whether a person answers approval requests. Default false: what would be asked is declined, with the reason. */
	readonly canAsk?: boolean;
	/** Writable besides cwd in workspace-write (from `--add-dir` and config); absolute real paths. */
	readonly additionalRoots: readonly string[];
	readonly effort?: ReasoningEffort;
	readonly summary?: ReasoningSummary;
	readonly verbosity?: Verbosity;
	/** Replaces the built-in base instructions (`experimental_instructions_file`). */
	readonly baseInstructions?: string;
	/** The user's own instructions (home's AGENTS.md, config `instructions`). */
	readonly userInstructions?: string;
	/** Bytes of AGENTS.md files in all; 0 turns them off. Default 32768. */
	readonly projectDocMaxBytes: number;
	/** File names tried after AGENTS.md in each folder. */
	readonly projectDocFallbackNames: readonly string[];
	/** Environment of child processes, filtered already. */
	readonly shellEnv: Readonly<Record<string, string>>;
	/** Tokens of one tool's output for the model. Default 10000. */
	readonly toolOutputTokenLimit: number;
	/** Requests to the model in one turn; unlimited when absent. */
	readonly maxTurns?: number;
	/** Tries after the first of one request (429, 5xx, network). Default 4, at most 100. */
	readonly requestMaxRetries: number;
	/** Tries after the first of one stream (cut, idle). Default 5, at most 100. */
	readonly streamMaxRetries: number;
	/** For the environment context. */
	readonly shellName: string;
	/** IANA zone, for example `Europe/Berlin`. */
	readonly timezone: string;
	/** Tokens of context at which the conversation is compacted. Default: 90 % of the window, when that is known. */
	readonly autoCompactTokenLimit?: number;
	/** Replaces the built-in prompt of a compaction. */
	readonly compactPrompt?: string;
	/** The first record of a new rollout. */
	readonly meta: SessionMeta;
	/** Set when an earlier session goes on: its history and usage; `meta` is then not written again. */
	readonly resume?: { readonly history: readonly ConversationItem[]; readonly usage: TokenUsage };
}

/** Checks a final answer against its schema. `undefined`: it fits; else one sentence for the model. */
export type OutputValidator = (text: string) => string | undefined;

/** What a session stands on. */
export interface SessionPorts {
	readonly model: ModelStream;
	readonly runner: CommandRunner;
	/** Which files the tools themselves leave alone. Absent: none. */
	readonly files?: FileGuard;
	/** An editor that holds files open. Absent: the disk is all there is. */
	readonly editor?: EditorBuffers;
	readonly rollout: RolloutWriter;
	/** The MCP servers; absent when there are none. */
	readonly mcp?: McpTools;
	readonly clock: Clock;
	/** The run's budget; the session spends from it and stops when it refuses. */
	readonly budget: Budget;
	/** Takes every event, in order, synchronously. Must not throw. */
	readonly emit: (id: SubmissionId, msg: EventMsg) => void;
	/** Compiles an output schema; rejects with one sentence when it is not a schema. Called once per turn that has one. */
	readonly compileSchema: (schema: JsonObject) => Promise<OutputValidator>;
	/**
	 * Saves rules that a person answered "always" to, and puts them in force: why it could not, or `undefined`. Never
	 * rejects. Absent: such an answer holds for the session only.
	 */
	readonly saveRules?: (rules: readonly string[]) => Promise<string | undefined>;
	/** Records the user's files around turns. Absent: nothing can be taken back. */
	readonly checkpoints?: Checkpoints;
	/** Set while recording: told of every finished tool call. */
	readonly onToolCall?: (record: RecordedToolCall) => void;
	/** Set while a recording is shown again: what each call did, instead of doing it. `undefined`: the recording has no such call. */
	readonly recordedTool?: (callId: string) => RecordedToolCall | undefined;
}

/** A session. */
export interface Session {
	/** Takes a submission. Never throws; what comes after `shutdown` is ignored. */
	submit(submission: Submission): void;
	/** Resolves when nothing runs and nothing is queued. */
	idle(): Promise<void>;
	/** Resolves after `shutdown_completed`. */
	readonly closed: Promise<void>;
	/** True when the last word on a needed approval was no: a call was declined and none after it succeeded. */
	readonly approvalBlocked: boolean;
}
