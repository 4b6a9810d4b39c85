// Numbers events as the hub does, and other short words of the processor tests.

import {
	asCallId,
	asSubmissionId,
	asTurnId,
	type CallId,
	type Event,
	type EventMsg,
	type TokenUsage,
} from "@codex/protocol";
import { sampleSessionId } from "@codex/test-support";

/** Events in the order given, numbered from 0. */
export function numbered(...messages: readonly EventMsg[]): readonly Event[] {
	return messages.map((msg, seq) => ({ id: asSubmissionId("s1"), seq, msg }));
}

export const turnId = asTurnId("turn-1");
export const call = (name: string): CallId => asCallId(name);

export const configured: EventMsg = {
	type: "session_configured",
	sessionId: sampleSessionId,
	model: "gpt-5-codex",
	provider: "openai",
	cwd: "/w",
	approvalPolicy: "never",
	sandboxPolicy: { mode: "read-only" },
	resumed: false,
};

export const started: EventMsg = { type: "turn_started", turnId };

export const usage: TokenUsage = {
	inputTokens: 24763,
	cachedInputTokens: 24448,
	cacheWriteInputTokens: 0,
	outputTokens: 122,
	reasoningOutputTokens: 64,
};

export const tokens: EventMsg = { type: "token_count", turnId, last: usage, total: usage, totalCostUsd: 0.0123 };

export const completed = (lastAgentMessage: string | null): EventMsg => ({
	type: "turn_completed",
	turnId,
	lastAgentMessage,
});

export const failed = (message: string): EventMsg => ({
	type: "turn_failed",
	turnId,
	error: { kind: "stream", message },
});

export const commandBegin = (name: string, command: readonly string[], display: string): EventMsg => ({
	type: "exec_command_begin",
	callId: call(name),
	command,
	display,
	cwd: "/w",
});
