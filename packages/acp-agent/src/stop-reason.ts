// How a turn ended, as a prompt is answered. Pure.

import { RequestError, type StopReason } from "@agentclientprotocol/sdk";
import type { EventMsg, TurnAbortReason } from "@codex/protocol";

/** The end of a turn. */
export type PromptEnd =
	| { readonly kind: "stop"; readonly stopReason: StopReason }
	| { readonly kind: "error"; readonly error: RequestError };

function ofAbort(reason: TurnAbortReason): StopReason {
	if (reason.kind === "interrupted") return "cancelled";
	return reason.limit === "tokens" ? "max_tokens" : "max_turn_requests";
}

/** What an event means for the prompt that runs; `undefined` when it does not end it. */
export function stopOf(msg: EventMsg): PromptEnd | undefined {
	switch (msg.type) {
		case "turn_completed": {
			const { cutShort } = msg;
			if (cutShort === undefined) return { kind: "stop", stopReason: "end_turn" };
			return { kind: "stop", stopReason: cutShort === "length" ? "max_tokens" : "refusal" };
		}
		case "turn_aborted":
			return { kind: "stop", stopReason: ofAbort(msg.reason) };
		case "turn_failed": {
			const { kind, message } = msg.error;
			const data = { kind };
			if (kind === "auth") return { kind: "error", error: RequestError.authRequired(data, message) };
			return { kind: "error", error: RequestError.internalError(data, message) };
		}
		default:
			return undefined;
	}
}
