// Events of one turn. Every turn_started is closed by exactly one of turn_completed, turn_failed, turn_aborted.

import type { BudgetLimitKind } from "../budget.ts";
import type { TurnId } from "../ids.ts";
import type { UserInput } from "../item.ts";
import type { ModelErrorKind, RateLimitWindow, TokenUsage } from "../model.ts";

/** A turn begins. */
export interface TurnStartedEvent {
	readonly type: "turn_started";
	readonly turnId: TurnId;
	/** Tokens; absent when the model is unknown. */
	readonly contextWindow?: number;
}

/** The user's input as it joined the conversation, at the start of a turn or while it runs. */
export interface UserMessageEvent {
	readonly type: "user_message";
	readonly turnId: TurnId;
	readonly items: readonly UserInput[];
	readonly steering: boolean;
}

/** The model gave its final answer. */
export interface TurnCompletedEvent {
	readonly type: "turn_completed";
	readonly turnId: TurnId;
	/** `null` when the model said nothing. */
	readonly lastAgentMessage: string | null;
	/** Why the answer ended early: at the model's output limit, or by the provider's filter. Absent: it is whole. */
	readonly cutShort?: "length" | "content_filter";
}

/** Why a turn was cut short without a failure of the model. */
export type TurnAbortReason =
	| { readonly kind: "interrupted" }
	| {
			readonly kind: "limit";
			readonly limit: BudgetLimitKind | "turns";
			/** What was granted, for example `10` of turns or `2.5` of dollars. */
			readonly granted: number;
	  };

/** A turn was interrupted, or a limit of its budget was reached; its state is kept. */
export interface TurnAbortedEvent {
	readonly type: "turn_aborted";
	readonly turnId: TurnId;
	readonly reason: TurnAbortReason;
}

/** A turn could not go on. */
export interface TurnFailedEvent {
	readonly type: "turn_failed";
	readonly turnId: TurnId;
	readonly error: {
		/** A model error's kind, or `internal` for a fault of ours, `output_schema` when the answer never fitted its schema. */
		readonly kind: ModelErrorKind | "internal" | "output_schema";
		readonly message: string;
	};
}

/** A request failed and will be sent again after `delayMs`. */
export interface StreamErrorEvent {
	readonly type: "stream_error";
	readonly turnId: TurnId;
	/** One sentence that names the error, the retry number and the wait. */
	readonly message: string;
	readonly kind: ModelErrorKind;
	readonly retry: number;
	readonly maxRetries: number;
	readonly delayMs: number;
}

/** Why a conversation was compacted: the window was nearly full, a request was refused as too long, the user asked. */
export type CompactionReason = "limit" | "overflow" | "user";

/** The conversation so far was replaced by the user's messages and notes; the session file keeps all of it. */
export interface ContextCompactedEvent {
	readonly type: "context_compacted";
	readonly turnId: TurnId;
	readonly reason: CompactionReason;
	/** The notes. */
	readonly summary: string;
	readonly itemsBefore: number;
	readonly itemsAfter: number;
	/** Tokens of the context, about. */
	readonly tokensBefore: number;
	readonly tokensAfter: number;
}

/** Usage after a response. */
export interface TokenCountEvent {
	readonly type: "token_count";
	readonly turnId: TurnId;
	readonly last: TokenUsage;
	/** The session's sum so far. */
	readonly total: TokenUsage;
	/** The session's cost so far in US dollars; `null` when a price is unknown. */
	readonly totalCostUsd: number | null;
	readonly contextWindow?: number;
	/** 0 to 100; absent when the window is unknown. */
	readonly contextLeftPercent?: number;
}

/** The account's rate limits changed. */
export interface RateLimitsEvent {
	readonly type: "rate_limits";
	readonly primary?: RateLimitWindow;
	readonly secondary?: RateLimitWindow;
}

/** The files that a turn changed, as one unified diff. Once, before the turn ends. */
export interface TurnDiffEvent {
	readonly type: "turn_diff";
	readonly turnId: TurnId;
	readonly unifiedDiff: string;
}

/** Events of a turn. */
export type TurnEventMsg =
	| TurnStartedEvent
	| UserMessageEvent
	| TurnCompletedEvent
	| TurnAbortedEvent
	| TurnFailedEvent
	| StreamErrorEvent
	| ContextCompactedEvent
	| TokenCountEvent
	| RateLimitsEvent
	| TurnDiffEvent;
