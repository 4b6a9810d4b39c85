// A rollout: the persisted session, append-only JSONL. Line shapes stay compatible with Codex (agent tools read them).

import type { EventMsg } from "./event.ts";
import type { SessionId } from "./ids.ts";
import type { ConversationItem } from "./item.ts";
import type { ApprovalPolicy, ReasoningEffort, ReasoningSummary, SandboxPolicy } from "./policy.ts";

/** The first line of a file. */
export interface SessionMeta {
	readonly id: SessionId;
	/** ISO 8601, UTC, milliseconds. */
	readonly timestamp: string;
	readonly cwd: string;
	/** Which program made it, for example `code_exec` or the name an embedding SDK gave. */
	readonly originator: string;
	readonly cli_version: string;
	readonly source: "cli" | "exec" | "mcp" | "subagent";
	readonly model_provider: string;
	readonly instructions: string | null;
	readonly git?: { readonly commit_hash?: string; readonly branch?: string; readonly repository_url?: string };
	readonly forked_from_id?: SessionId;
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

/** What a line holds. */
export type RolloutPayload =
	| { readonly type: "session_meta"; readonly payload: SessionMeta }
	| { readonly type: "turn_context"; readonly payload: TurnContextRecord }
	| { readonly type: "response_item"; readonly payload: ConversationItem }
	/** Every event except the lossy ones. */
	| { readonly type: "event_msg"; readonly payload: EventMsg };

/** One line. */
export type RolloutLine = RolloutPayload & {
	/** ISO 8601, UTC, milliseconds. */
	readonly timestamp: string;
};
