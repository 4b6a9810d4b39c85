// The scalars that the other schemas are made of: ids, JSON values, counts and the words of the policies.

import * as z from "zod";
import type { CallId, SessionId, SubmissionId, TurnId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../model.ts";
import type {
	ApprovalPolicy,
	ReasoningEffort,
	ReasoningSummary,
	ReviewDecision,
	SandboxMode,
	SandboxPolicy,
} from "../policy.ts";

/** A whole number from 0: tokens, attempts, numbers of lines. */
export const countSchema: z.ZodType<number> = z.int().min(0);

/** A length of time in milliseconds, from 0, fractions allowed. */
export const durationMsSchema: z.ZodType<number> = z.number().min(0);

/** Any JSON value. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.json();

/** Any JSON object. */
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** A session id: a UUID of any version, upper or lower case, so that it can never name a path. */
export const sessionIdSchema: z.ZodType<SessionId> = z.guid() as unknown as z.ZodType<SessionId>;

/** A turn id: any text. */
export const turnIdSchema: z.ZodType<TurnId> = z.string() as unknown as z.ZodType<TurnId>;

/** A submission id: any text, `""` when no submission is meant. */
export const submissionIdSchema: z.ZodType<SubmissionId> = z.string() as unknown as z.ZodType<SubmissionId>;

/** A call id: any non-empty text. */
export const callIdSchema: z.ZodType<CallId> = z.string().min(1) as unknown as z.ZodType<CallId>;

/** When a person is asked before a command runs. */
export const approvalPolicySchema: z.ZodType<ApprovalPolicy> = z.enum([
	"untrusted",
	"on-failure",
	"on-request",
	"never",
]);

/** A sandbox mode by name. */
export const sandboxModeSchema: z.ZodType<SandboxMode> = z.enum(["read-only", "workspace-write", "danger-full-access"]);

/** What a command may touch. */
export const sandboxPolicySchema: z.ZodType<SandboxPolicy> = z.discriminatedUnion("mode", [
	z.looseObject({ mode: z.literal("read-only") }),
	z.looseObject({
		mode: z.literal("workspace-write"),
		writable_roots: z.array(z.string()),
		network_access: z.boolean(),
		exclude_tmpdir_env_var: z.boolean(),
		exclude_slash_tmp: z.boolean(),
	}),
	z.looseObject({ mode: z.literal("danger-full-access") }),
]);

/** How hard a model thinks. */
export const reasoningEffortSchema: z.ZodType<ReasoningEffort> = z.enum([
	"none",
	"minimal",
	"low",
	"medium",
	"high",
	"xhigh",
	"max",
]);

/** How a model's reasoning is summarised. */
export const reasoningSummarySchema: z.ZodType<ReasoningSummary> = z.enum(["auto", "concise", "detailed", "none"]);

/** A person's answer to an approval request. */
export const reviewDecisionSchema: z.ZodType<ReviewDecision> = z.enum([
	"approved",
	"approved_for_session",
	"approved_always",
	"denied",
	"abort",
]);
