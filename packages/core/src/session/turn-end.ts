// How a turn ends: the event that closes it, and what a compaction on demand comes to. Pure.

import type { EventMsg, TurnId } from "@codex/protocol";
import type { CompactionEnd } from "../compaction/compactor.ts";
import type { TurnOutcome } from "../turn/run-turn.ts";

/** The turn of a compaction that a user asked for. */
export function afterCompaction(end: CompactionEnd): TurnOutcome {
	switch (end.kind) {
		case "done":
		case "nothing":
			return { kind: "completed", lastAgentMessage: null };
		case "aborted":
			return { kind: "aborted", reason: { kind: "interrupted" } };
		case "budget": {
			const { kind: limit, limit: granted } = end.refusal;
			return { kind: "aborted", reason: { kind: "limit", limit, granted } };
		}
	}
}

/** The one event that closes a turn. */
export function closingEvent(turnId: TurnId, outcome: TurnOutcome): EventMsg {
	switch (outcome.kind) {
		case "completed": {
			const { lastAgentMessage, cutShort } = outcome;
			return { type: "turn_completed", turnId, lastAgentMessage, ...(cutShort === undefined ? {} : { cutShort }) };
		}
		case "aborted":
			return { type: "turn_aborted", turnId, reason: outcome.reason };
		case "failed":
			return { type: "turn_failed", turnId, error: outcome.error };
	}
}
