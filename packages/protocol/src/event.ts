// Events: what a session tells. Immutable snapshots, numbered by the runtime's hub.

import type { ExecEventMsg } from "./events/exec.ts";
import type { MessageEventMsg } from "./events/message.ts";
import type { PatchEventMsg } from "./events/patch.ts";
import type { SessionEventMsg } from "./events/session.ts";
import type { ToolEventMsg } from "./events/tool.ts";
import type { TurnEventMsg } from "./events/turn.ts";
import type { SubmissionId } from "./ids.ts";

/** What happened. */
export type EventMsg = SessionEventMsg | TurnEventMsg | MessageEventMsg | ExecEventMsg | PatchEventMsg | ToolEventMsg;

/** An event as clients see it. */
export interface Event {
	/** The submission that caused it, or `""`. */
	readonly id: SubmissionId;
	/** From 0, without gaps, over the whole session. */
	readonly seq: number;
	readonly msg: EventMsg;
}

/** The event types that a slow reader may miss or see merged. All others are always delivered. */
export const lossyEventTypes: ReadonlySet<EventMsg["type"]> = new Set<EventMsg["type"]>([
	"agent_message_delta",
	"agent_reasoning_delta",
	"exec_command_output_delta",
]);
