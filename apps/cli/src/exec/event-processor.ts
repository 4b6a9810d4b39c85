// What turns the events of a run into output. One interface, two ways: for people (human.ts) and for programs (jsonl.ts).

import type { Event, TurnAbortReason } from "@codex/protocol";
import type { SessionInfo } from "@codex/runtime";

/** How a run ended. */
export type RunOutcome =
	| { readonly kind: "completed"; readonly lastAgentMessage: string | null }
	| { readonly kind: "failed"; readonly message: string; readonly infrastructure: boolean }
	| { readonly kind: "aborted"; readonly reason: TurnAbortReason };

/** Shows a run. Methods are called in this order; none throws. */
export interface EventProcessor {
	/** Nothing could be started: sentences for a person. The last call. */
	startFailed(lines: readonly string[]): void;
	/** A session stands. Called before its first event. */
	started(info: SessionInfo): void;
	/** The next event. */
	take(event: Event): void;
	/** The run is over. The last call. */
	end(outcome: RunOutcome): void;
}

/** Why a turn was cut short, for people and in `turn.failed`. */
export function abortMessage(reason: TurnAbortReason): string {
	if (reason.kind === "interrupted") return "interrupted";
	switch (reason.limit) {
		case "turns":
			return `limit reached: ${reason.granted} requests to the model (--max-turns)`;
		case "wall_clock":
			return `limit reached: ${reason.granted / 1000} seconds (--timeout)`;
		case "cost":
			return `limit reached: $${reason.granted} (--max-cost-usd)`;
		case "tokens":
			return `limit reached: ${reason.granted} tokens`;
		case "attempts":
			return `limit reached: ${reason.granted} attempts`;
	}
}
