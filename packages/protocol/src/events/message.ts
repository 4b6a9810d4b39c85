// What the model says. Deltas may be coalesced or dropped by a slow reader; the whole message never.

/** A piece of the answer. */
export interface AgentMessageDeltaEvent {
	readonly type: "agent_message_delta";
	readonly delta: string;
}

/** A whole message of the model; authoritative over its deltas. */
export interface AgentMessageEvent {
	readonly type: "agent_message";
	readonly message: string;
}

/** A piece of reasoning. */
export interface AgentReasoningDeltaEvent {
	readonly type: "agent_reasoning_delta";
	readonly delta: string;
	readonly channel: "summary" | "raw";
}

/** A new section of the reasoning summary begins. */
export interface AgentReasoningSectionBreakEvent {
	readonly type: "agent_reasoning_section_break";
}

/** A whole piece of reasoning: its summary, parts joined by a newline. */
export interface AgentReasoningEvent {
	readonly type: "agent_reasoning";
	readonly text: string;
}

/** What the model says. */
export type MessageEventMsg =
	| AgentMessageDeltaEvent
	| AgentMessageEvent
	| AgentReasoningDeltaEvent
	| AgentReasoningSectionBreakEvent
	| AgentReasoningEvent;
