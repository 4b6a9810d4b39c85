// Neighbouring pieces of the same text as one event, so that a frame costs one change of the transcript. Pure.

import type { Event, EventMsg } from "@codex/protocol";

/** The two messages as one; `undefined` when they do not belong together. */
function joined(first: EventMsg, second: EventMsg): EventMsg | undefined {
	if (first.type === "agent_message_delta" && second.type === "agent_message_delta") {
		return { type: "agent_message_delta", delta: first.delta + second.delta };
	}
	if (first.type === "agent_reasoning_delta" && second.type === "agent_reasoning_delta") {
		return first.channel === second.channel ? { ...first, delta: first.delta + second.delta } : undefined;
	}
	if (first.type === "exec_command_output_delta" && second.type === "exec_command_output_delta") {
		const isSame = first.callId === second.callId;
		return isSame ? { ...first, chunk: first.chunk + second.chunk } : undefined;
	}
	return undefined;
}

/** Joins neighbours; the order of all else stays. */
export function joinDeltas(events: readonly Event[]): readonly Event[] {
	const result: Event[] = [];
	for (const event of events) {
		const last = result.at(-1);
		const msg = last === undefined ? undefined : joined(last.msg, event.msg);
		if (msg === undefined) result.push(event);
		else result[result.length - 1] = { ...event, msg };
	}
	return result;
}
