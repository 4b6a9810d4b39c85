// Ops and submissions: what a client outside of the process may ask.

import * as z from "zod";
import type { Op, Submission } from "../op.ts";
import { userInputSchema } from "./item-schema.ts";
import { jsonObjectSchema, reviewDecisionSchema, submissionIdSchema } from "./scalar-schema.ts";

const input = {
	items: z.array(userInputSchema),
	outputSchema: z.exactOptional(jsonObjectSchema),
};

const answer = {
	callId: z.string(),
	decision: reviewDecisionSchema,
	feedback: z.exactOptional(z.string()),
	offer: z.exactOptional(z.int().min(0)),
};

/** One request to a session. */
export const opSchema: z.ZodType<Op> = z.discriminatedUnion("type", [
	z.looseObject({ type: z.literal("user_input"), ...input }),
	z.looseObject({ type: z.literal("queue_user_input"), ...input }),
	z.looseObject({ type: z.literal("compact") }),
	z.looseObject({ type: z.literal("interrupt") }),
	z.looseObject({ type: z.literal("exec_approval"), ...answer }),
	z.looseObject({ type: z.literal("patch_approval"), ...answer }),
	z.looseObject({ type: z.literal("shutdown") }),
]);

/** An op with the id that its events carry. */
export const submissionSchema: z.ZodType<Submission> = z.looseObject({ id: submissionIdSchema, op: opSchema });
