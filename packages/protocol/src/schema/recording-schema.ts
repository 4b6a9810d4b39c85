// A recording of a run. Its JSON Schema is published, so nothing here may transform or refine.

import * as z from "zod";
import type { RecordingLine } from "../recording.ts";
import { eventMsgSchema } from "./event-schema.ts";
import { contentPartSchema, toolOutputSchema, userInputSchema } from "./item-schema.ts";
import { modelEventSchema } from "./model-schema.ts";
import {
	approvalPolicySchema,
	countSchema,
	jsonObjectSchema,
	reasoningEffortSchema,
	reasoningSummarySchema,
	sandboxModeSchema,
} from "./scalar-schema.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const requestNumber = z.int().min(1);

/** One line of a recording. The version in the header is the reader's to judge: a newer one still parses. */
export const recordingLineSchema: z.ZodType<RecordingLine> = z.discriminatedUnion("type", [
	z.looseObject({
		type: z.literal("header"),
		version: z.int().min(1),
		codeVersion: z.string(),
		sessionId: z.string(),
		model: z.string(),
		provider: z.string(),
		prompt: z.array(userInputSchema),
		approvalPolicy: approvalPolicySchema,
		sandboxMode: sandboxModeSchema,
		effort: z.exactOptional(reasoningEffortSchema),
		summary: z.exactOptional(reasoningSummarySchema),
		outputSchema: z.exactOptional(jsonObjectSchema),
		normalisations: z.array(z.string()),
	}),
	z.looseObject({
		type: z.literal("request"),
		number: requestNumber,
		digest,
		head: z.looseObject({ instructions: digest, tools: digest, settings: digest }),
		prefix: countSchema,
		items: z.array(z.looseObject({ label: z.string(), digest, preview: z.string() })),
	}),
	z.looseObject({ type: z.literal("model_event"), number: requestNumber, event: modelEventSchema }),
	z.looseObject({ type: z.literal("response_end"), number: requestNumber, events: countSchema, digest }),
	z.looseObject({
		type: z.literal("tool_call"),
		callId: z.string(),
		events: z.array(eventMsgSchema),
		output: toolOutputSchema,
		attach: z.exactOptional(z.array(contentPartSchema)),
		endedBefore: z.exactOptional(countSchema),
	}),
	z.looseObject({
		type: z.literal("end"),
		requests: countSchema,
		outcome: z.enum(["completed", "failed", "aborted"]),
		digest,
	}),
]);

/** One line of a recording, with the sentence that stands in the published schema. */
export const recordingSchema: z.ZodType<RecordingLine> = recordingLineSchema.describe(
	"One line of a recording of `code exec --record`. A reader must accept fields that it does not know.",
);
