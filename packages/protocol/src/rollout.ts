// A rollout: the persisted session, append-only JSONL. Line shapes stay compatible with Codex (agent tools read them).

import type { EventMsg } from "./event.ts";
import type { CompactionReason } from "./events/turn.ts";
import type { SessionId, TurnId } from "./ids.ts";
import type { ConversationItem } from "./item.ts";
import type { ApprovalPolicy, ReasoningEffort, ReasoningSummary, SandboxPolicy } from "./policy.ts";

/**
 * The format of rollouts that this version writes. 1 (no `format` in the first line): lines without ids. 2: each line has
 * `id` and `parent`. Older ones are read; newer ones are refused.
 */
export const rolloutFormat = 2;

/** The first line of a file. */
export interface SessionMeta {
	readonly id: SessionId;
	/** ISO 8601, UTC, milliseconds. */
	readonly timestamp: string;
	readonly cwd: string;
	/** Which program made it, for example `code_exec` or the name an embedding SDK gave. */
	readonly originator: string;
	readonly cli_version: string;
	readonly source: "cli" | "exec" | "mcp" | "acp" | "subagent";
	readonly model_provider: string;
	readonly instructions: string | null;
	readonly git?: { readonly commit_hash?: string; readonly branch?: string; readonly repository_url?: string };
	readonly forked_from_id?: SessionId;
	/** See {@link rolloutFormat}; 1 when absent. */
	readonly format?: number;
}

/** The settings of one turn. */
export interface TurnContextRecord {
	readonly cwd: string;
	readonly approval_policy: ApprovalPolicy;
	readonly sandbox_policy: SandboxPolicy;
	readonly model: string;
	readonly effort?: ReasoningEffort;
	readonly summary?: ReasoningSummary;
}

/** Says that a session was taken up after damage: what is counted here is not told of again. */
export interface RepairRecord {
	/** Damaged lines before this one, those of earlier repairs included. */
	readonly skipped_lines: number;
	/** Calls without a result, which got one. */
	readonly answered_calls: readonly string[];
}

/** A compaction: the history before it is replaced for the model; the lines before it stay in the file. */
export interface CompactedRecord {
	/** The notes that stand for what is gone. */
	readonly message: string;
	/** What the conversation goes on from. */
	readonly replacement_history: readonly ConversationItem[];
	readonly reason: CompactionReason;
	/** Tokens of the context before, about. */
	readonly tokens_before: number;
}

/** The recorded files around a turn: ids of snapshots of the session's folder. */
export interface CheckpointRecord {
	readonly turn_id: TurnId;
	/** The files before the turn's first effect. */
	readonly before: string;
	/** The files at the turn's end; absent in the line that is written before the effect. */
	readonly after?: string;
}

/** The user went back, or took that back. The line's `parent` is where the conversation goes on. */
export interface RewindRecord {
	/** How many turns of the conversation are left. */
	readonly turns: number;
	/** Which of the two went back. */
	readonly what: "both" | "files" | "conversation";
	/** The snapshot that the files were made to be. */
	readonly files?: string;
	/** The `id` of the line where the conversation was before; a redo goes on there. */
	readonly from: number;
	/** True when an earlier rewind is taken back. */
	readonly redo?: true;
}

/** What a line holds. */
export type RolloutPayload =
	| { readonly type: "session_meta"; readonly payload: SessionMeta }
	| { readonly type: "turn_context"; readonly payload: TurnContextRecord }
	| { readonly type: "response_item"; readonly payload: ConversationItem }
	| { readonly type: "repair"; readonly payload: RepairRecord }
	| { readonly type: "checkpoint"; readonly payload: CheckpointRecord }
	| { readonly type: "rewind"; readonly payload: RewindRecord }
	| { readonly type: "compacted"; readonly payload: CompactedRecord }
	/** Every event except the lossy ones. */
	| { readonly type: "event_msg"; readonly payload: EventMsg };

/** One line. */
export type RolloutLine = RolloutPayload & {
	/** ISO 8601, UTC, milliseconds. */
	readonly timestamp: string;
	/** From 1, growing, once in a file. Absent in format 1. */
	readonly id?: number;
	/** The `id` that this line comes after; `null` for the first. The lines from the last one back to `null` are the session. */
	readonly parent?: number | null;
};
