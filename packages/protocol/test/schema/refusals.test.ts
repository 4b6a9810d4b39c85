// What the schemas refuse. That they accept every variant is tested with the samples of test-support.

import { describe, expect, test } from "vitest";
import {
	commandOutputSchema,
	conversationItemSchema,
	eventMsgSchema,
	execEventSchema,
	modelEventSchema,
	opSchema,
	recordingLineSchema,
	sandboxPolicySchema,
	sessionIdSchema,
	submissionSchema,
	tokenUsageSchema,
} from "../../src/schema/index.ts";

interface Refusal {
	readonly why: string;
	readonly schema: { safeParse(value: unknown): { readonly success: boolean } };
	readonly value: unknown;
}

const usage = {
	inputTokens: 1,
	cachedInputTokens: 0,
	cacheWriteInputTokens: 0,
	outputTokens: 1,
	reasoningOutputTokens: 0,
};

const refusals: readonly Refusal[] = [
	{ why: "an op of an unknown type", schema: opSchema, value: { type: "format_disk" } },
	{
		why: "an approval with another word",
		schema: opSchema,
		value: { type: "exec_approval", callId: "c", decision: "yes" },
	},
	{ why: "a user input that is no list", schema: opSchema, value: { type: "user_input", items: "hi" } },
	{
		why: "an output schema that is no object",
		schema: opSchema,
		value: { type: "user_input", items: [], outputSchema: "object" },
	},
	{ why: "a submission without an id", schema: submissionSchema, value: { op: { type: "interrupt" } } },
	{
		why: "a message of a role we do not have",
		schema: conversationItemSchema,
		value: { type: "message", role: "tool", content: [] },
	},
	{
		why: "a content part of an unknown type",
		schema: conversationItemSchema,
		value: { type: "message", role: "user", content: [{ type: "video" }] },
	},
	{
		why: "a null where a field is only optional",
		schema: conversationItemSchema,
		value: { type: "reasoning", summary: [], id: null },
	},
	{
		why: "an undefined where a field is only optional",
		schema: conversationItemSchema,
		value: { type: "reasoning", summary: [], id: undefined },
	},
	{ why: "negative tokens", schema: tokenUsageSchema, value: { ...usage, outputTokens: -1 } },
	{ why: "half a token", schema: tokenUsageSchema, value: { ...usage, outputTokens: 0.5 } },
	{ why: "a stop reason of a vendor", schema: modelEventSchema, value: { type: "done", stopReason: "end_turn" } },
	{
		why: "an unknown kind of error",
		schema: modelEventSchema,
		value: { type: "error", error: { kind: "odd", message: "", retryable: true } },
	},
	{
		why: "a call without an id",
		schema: eventMsgSchema,
		value: { type: "patch_apply_end", callId: "", status: "completed", stdout: "", stderr: "" },
	},
	{
		why: "a timed out command with another exit code",
		schema: eventMsgSchema,
		value: {
			type: "exec_command_end",
			callId: "c",
			outcome: { status: "timed_out", exitCode: 1 },
			aggregatedOutput: "",
			durationMs: 0,
		},
	},
	{ why: "a session id that is a path", schema: sessionIdSchema, value: "../../etc/passwd" },
	{ why: "a workspace policy without its switches", schema: sandboxPolicySchema, value: { mode: "workspace-write" } },
	{
		why: "a line of a later version of the wire",
		schema: execEventSchema,
		value: { type: "turn.started", v: 2, seq: 0 },
	},
	{ why: "a line without a number", schema: execEventSchema, value: { type: "turn.started", v: 1 } },
	{
		why: "an item without its nulls",
		schema: execEventSchema,
		value: {
			type: "item.started",
			v: 1,
			seq: 0,
			item: { id: "item_0", type: "command_execution", command: "ls", aggregated_output: "", status: "in_progress" },
		},
	},
	{
		why: "a digest in capitals",
		schema: recordingLineSchema,
		value: { type: "end", requests: 1, outcome: "completed", digest: "A".repeat(64) },
	},
	{
		why: "a digest that is too short",
		schema: recordingLineSchema,
		value: { type: "end", requests: 1, outcome: "completed", digest: "a" },
	},
	{
		why: "a request number 0",
		schema: recordingLineSchema,
		value: { type: "response_end", number: 0, events: 0, digest: "a".repeat(64) },
	},
	{
		why: "an exit code that no process has",
		schema: commandOutputSchema,
		value: { schema_version: 1, command: "x", exit_code: 256, exit_reason: "ok" },
	},
	{
		why: "another version of the envelope",
		schema: commandOutputSchema,
		value: { schema_version: 2, command: "x", exit_code: 0, exit_reason: "ok" },
	},
];

describe("refused", () => {
	test.each(refusals)("$why", ({ schema, value }) => {
		expect(schema.safeParse(value).success).toBe(false);
	});
});

test("an empty submission id is one: nothing caused it", () => {
	expect(submissionSchema.safeParse({ id: "", op: { type: "shutdown" } }).success).toBe(true);
});
