// One recording line of each type.

import { type RecordingLine, recordingVersion } from "@codex/protocol";
import { eventSamples, sampleSessionId } from "./event-samples.ts";
import { modelEventSamples } from "./model-event-samples.ts";
import type { Samples } from "./samples.ts";

const digestOf = (digit: string): string => digit.repeat(64);

/** One recording line of each type. Digests are of the right shape and of nothing. */
export const recordingSamples: Samples<RecordingLine> = {
	header: {
		type: "header",
		version: recordingVersion,
		codeVersion: "0.1.0",
		sessionId: sampleSessionId,
		model: "gpt-5-codex",
		provider: "openai",
		prompt: [{ type: "text", text: "fix the failing test" }],
		approvalPolicy: "never",
		sandboxMode: "workspace-write",
		effort: "low",
		summary: "auto",
		outputSchema: { type: "object" },
		normalisations: ["cwd", "date"],
	},
	request: {
		type: "request",
		number: 1,
		digest: digestOf("a"),
		head: { instructions: digestOf("b"), tools: digestOf("c"), settings: digestOf("d") },
		prefix: 0,
		items: [{ label: "message/user", digest: digestOf("e"), preview: "fix the failing" }],
	},
	model_event: { type: "model_event", number: 1, event: modelEventSamples.item_done },
	response_end: { type: "response_end", number: 1, events: 1, digest: digestOf("0") },
	tool_call: {
		type: "tool_call",
		callId: "call_1",
		events: [eventSamples.exec_command_begin, eventSamples.exec_command_end],
		output: "a.txt\n",
	},
	end: { type: "end", requests: 1, outcome: "completed", digest: digestOf("f") },
};
