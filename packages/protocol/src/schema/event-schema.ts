// Events, group by group as in src/events. Loose objects: a newer program may add fields.

import * as z from "zod";
import type { Event, EventMsg } from "../event.ts";
import type { ExecOutcome, OfferedRule } from "../events/exec.ts";
import type { FileChange } from "../events/patch.ts";
import type { PlanStep } from "../events/tool.ts";
import type { CompactionReason, TurnAbortReason } from "../events/turn.ts";
import { userInputSchema } from "./item-schema.ts";
import { modelErrorKindSchema, rateLimitWindowSchema, tokenUsageSchema } from "./model-schema.ts";
import {
	approvalPolicySchema,
	callIdSchema,
	countSchema,
	durationMsSchema,
	jsonValueSchema,
	reasoningEffortSchema,
	sandboxPolicySchema,
	sessionIdSchema,
	submissionIdSchema,
	turnIdSchema,
} from "./scalar-schema.ts";

/** Why a conversation was compacted. */
export const compactionReasonSchema: z.ZodType<CompactionReason> = z.enum(["limit", "overflow", "user"]);

const sessionEvents = [
	z.looseObject({
		type: z.literal("session_configured"),
		sessionId: sessionIdSchema,
		model: z.string(),
		provider: z.string(),
		cwd: z.string(),
		approvalPolicy: approvalPolicySchema,
		sandboxPolicy: sandboxPolicySchema,
		effort: z.exactOptional(reasoningEffortSchema),
		rolloutPath: z.exactOptional(z.string()),
		resumed: z.boolean(),
	}),
	z.looseObject({ type: z.literal("shutdown_completed") }),
	z.looseObject({ type: z.literal("warning"), message: z.string() }),
	z.looseObject({ type: z.literal("notice"), message: z.string() }),
] as const;

const abortReasonSchema: z.ZodType<TurnAbortReason> = z.discriminatedUnion("kind", [
	z.looseObject({ kind: z.literal("interrupted") }),
	z.looseObject({
		kind: z.literal("limit"),
		limit: z.enum(["attempts", "wall_clock", "tokens", "cost", "turns"]),
		granted: z.number(),
	}),
]);

const turnEvents = [
	z.looseObject({
		type: z.literal("turn_started"),
		turnId: turnIdSchema,
		contextWindow: z.exactOptional(countSchema),
	}),
	z.looseObject({
		type: z.literal("user_message"),
		turnId: turnIdSchema,
		items: z.array(userInputSchema),
		steering: z.boolean(),
	}),
	z.looseObject({
		type: z.literal("turn_completed"),
		turnId: turnIdSchema,
		lastAgentMessage: z.string().nullable(),
		cutShort: z.exactOptional(z.enum(["length", "content_filter"])),
	}),
	z.looseObject({ type: z.literal("turn_aborted"), turnId: turnIdSchema, reason: abortReasonSchema }),
	z.looseObject({
		type: z.literal("turn_failed"),
		turnId: turnIdSchema,
		error: z.looseObject({
			kind: z.union([modelErrorKindSchema, z.enum(["internal", "output_schema"])]),
			message: z.string(),
		}),
	}),
	z.looseObject({
		type: z.literal("stream_error"),
		turnId: turnIdSchema,
		message: z.string(),
		kind: modelErrorKindSchema,
		retry: countSchema,
		maxRetries: countSchema,
		delayMs: durationMsSchema,
	}),
	z.looseObject({
		type: z.literal("context_compacted"),
		turnId: turnIdSchema,
		reason: compactionReasonSchema,
		summary: z.string(),
		itemsBefore: countSchema,
		itemsAfter: countSchema,
		tokensBefore: countSchema,
		tokensAfter: countSchema,
	}),
	z.looseObject({
		type: z.literal("token_count"),
		turnId: turnIdSchema,
		last: tokenUsageSchema,
		total: tokenUsageSchema,
		totalCostUsd: z.number().nullable(),
		contextWindow: z.exactOptional(countSchema),
		contextLeftPercent: z.exactOptional(z.number()),
	}),
	z.looseObject({
		type: z.literal("rate_limits"),
		primary: z.exactOptional(rateLimitWindowSchema),
		secondary: z.exactOptional(rateLimitWindowSchema),
	}),
	z.looseObject({ type: z.literal("turn_diff"), turnId: turnIdSchema, unifiedDiff: z.string() }),
] as const;

const messageEvents = [
	z.looseObject({ type: z.literal("agent_message_delta"), delta: z.string() }),
	z.looseObject({ type: z.literal("agent_message"), message: z.string() }),
	z.looseObject({
		type: z.literal("agent_reasoning_delta"),
		delta: z.string(),
		channel: z.enum(["summary", "raw"]),
	}),
	z.looseObject({ type: z.literal("agent_reasoning_section_break") }),
	z.looseObject({ type: z.literal("agent_reasoning"), text: z.string() }),
] as const;

const execOutcomeSchema: z.ZodType<ExecOutcome> = z.discriminatedUnion("status", [
	z.looseObject({ status: z.literal("exited"), exitCode: z.int() }),
	z.looseObject({ status: z.literal("signalled"), signal: z.string(), exitCode: z.int() }),
	z.looseObject({ status: z.literal("timed_out"), exitCode: z.literal(124) }),
	z.looseObject({ status: z.literal("aborted") }),
	z.looseObject({ status: z.literal("declined"), reason: z.string() }),
	z.looseObject({ status: z.literal("spawn_failed"), message: z.string() }),
]);

const offeredRuleSchema: z.ZodType<OfferedRule> = z.looseObject({
	text: z.string(),
	allows: z.array(z.string()),
	doesNotAllow: z.array(z.string()),
});

const execEvents = [
	z.looseObject({
		type: z.literal("exec_command_begin"),
		callId: callIdSchema,
		command: z.array(z.string()),
		display: z.string(),
		cwd: z.string(),
	}),
	z.looseObject({
		type: z.literal("exec_command_output_delta"),
		callId: callIdSchema,
		stream: z.enum(["stdout", "stderr"]),
		chunk: z.string(),
	}),
	z.looseObject({
		type: z.literal("exec_command_end"),
		callId: callIdSchema,
		outcome: execOutcomeSchema,
		aggregatedOutput: z.string(),
		durationMs: durationMsSchema,
	}),
	z.looseObject({
		type: z.literal("exec_approval_request"),
		callId: callIdSchema,
		command: z.array(z.string()),
		cwd: z.string(),
		reason: z.exactOptional(z.string()),
		justification: z.exactOptional(z.string()),
		outsideSandbox: z.exactOptional(z.boolean()),
		programs: z.exactOptional(z.array(z.string())),
		offers: z.exactOptional(z.array(z.array(offeredRuleSchema))),
	}),
] as const;

const fileChangeSchema: z.ZodType<FileChange> = z.looseObject({
	path: z.string(),
	kind: z.enum(["add", "delete", "update"]),
	movePath: z.exactOptional(z.string()),
	unifiedDiff: z.string(),
});

const patchEvents = [
	z.looseObject({
		type: z.literal("patch_apply_begin"),
		callId: callIdSchema,
		autoApproved: z.boolean(),
		changes: z.array(fileChangeSchema),
	}),
	z.looseObject({
		type: z.literal("patch_apply_end"),
		callId: callIdSchema,
		status: z.enum(["completed", "failed", "declined", "aborted"]),
		stdout: z.string(),
		stderr: z.string(),
	}),
	z.looseObject({
		type: z.literal("patch_approval_request"),
		callId: callIdSchema,
		changes: z.array(fileChangeSchema),
		reason: z.exactOptional(z.string()),
	}),
] as const;

const planStepSchema: z.ZodType<PlanStep> = z.looseObject({
	step: z.string(),
	status: z.enum(["pending", "in_progress", "completed"]),
});

const toolCall = { callId: callIdSchema, server: z.string(), tool: z.string(), arguments: jsonValueSchema };

const toolEvents = [
	z.looseObject({ type: z.literal("tool_call_begin"), ...toolCall }),
	z.looseObject({
		type: z.literal("tool_call_end"),
		...toolCall,
		status: z.enum(["completed", "failed", "aborted"]),
		output: z.string(),
		durationMs: durationMsSchema,
	}),
	z.looseObject({
		type: z.literal("plan_update"),
		explanation: z.exactOptional(z.string()),
		plan: z.array(planStepSchema),
	}),
] as const;

/** What happened in a session. */
export const eventMsgSchema: z.ZodType<EventMsg> = z.discriminatedUnion("type", [
	...sessionEvents,
	...turnEvents,
	...messageEvents,
	...execEvents,
	...patchEvents,
	...toolEvents,
]);

/** An event as clients see it. */
export const eventSchema: z.ZodType<Event> = z.looseObject({
	id: submissionIdSchema,
	seq: countSchema,
	msg: eventMsgSchema,
});
