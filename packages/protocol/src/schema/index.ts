// The schemas of @codex/protocol, at @codex/protocol/schema. They load zod: import them where bytes come in, when they do.

// outside formats, whose JSON Schemas are published
export { commandOutputSchema } from "./command-schema.ts";
// events
export { eventMsgSchema, eventSchema } from "./event-schema.ts";
export { execEventSchema, execItemSchema } from "./exec-event-schema.ts";
// items
export {
	contentPartSchema,
	conversationItemSchema,
	customToolCallItemSchema,
	customToolCallOutputItemSchema,
	functionCallItemSchema,
	functionCallOutputItemSchema,
	messageItemSchema,
	modelItemSchema,
	reasoningItemSchema,
	toolOutputSchema,
	userInputSchema,
} from "./item-schema.ts";
// the model stream
export {
	modelErrorKindSchema,
	modelErrorSchema,
	modelEventSchema,
	rateLimitWindowSchema,
	tokenUsageSchema,
} from "./model-schema.ts";
// ops
export { opSchema, submissionSchema } from "./op-schema.ts";
export { recordingLineSchema, recordingSchema } from "./recording-schema.ts";
// rollouts
export {
	type ForeignRolloutLine,
	knownRolloutLineSchema,
	repairRecordSchema,
	rolloutItemSchema,
	rolloutItemTypes,
	rolloutLineSchema,
	sessionMetaSchema,
	turnContextSchema,
} from "./rollout-schema.ts";
// scalars and policies
export {
	approvalPolicySchema,
	callIdSchema,
	countSchema,
	durationMsSchema,
	jsonObjectSchema,
	jsonValueSchema,
	reasoningEffortSchema,
	reasoningSummarySchema,
	reviewDecisionSchema,
	sandboxModeSchema,
	sandboxPolicySchema,
	sessionIdSchema,
	submissionIdSchema,
	turnIdSchema,
} from "./scalar-schema.ts";
