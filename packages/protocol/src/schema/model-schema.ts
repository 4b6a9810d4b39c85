// The model stream. Order is not a schema's business: the grammar of a stream is checked where streams are made.

import * as z from "zod";
import type { ModelError, ModelErrorKind, ModelEvent, RateLimitWindow, StopReason, TokenUsage } from "../model.ts";
import { modelItemSchema } from "./item-schema.ts";
import { countSchema } from "./scalar-schema.ts";

/** Tokens of one response, or of many. */
export const tokenUsageSchema: z.ZodType<TokenUsage> = z.looseObject({
	inputTokens: countSchema,
	cachedInputTokens: countSchema,
	cacheWriteInputTokens: countSchema,
	outputTokens: countSchema,
	reasoningOutputTokens: countSchema,
});

/** Why a response failed. */
export const modelErrorKindSchema: z.ZodType<ModelErrorKind> = z.enum([
	"auth",
	"quota",
	"context_length",
	"invalid_request",
	"not_found",
	"rate_limit",
	"server",
	"network",
	"stream",
	"idle",
	"protocol",
	"replay",
	"aborted",
]);

/** A failed response. */
export const modelErrorSchema: z.ZodType<ModelError> = z.looseObject({
	kind: modelErrorKindSchema,
	message: z.string(),
	retryable: z.boolean(),
	status: z.exactOptional(z.int()),
	retryAfterMs: z.exactOptional(z.number().min(0)),
	requestId: z.exactOptional(z.string()),
});

/** One window of an account's rate limits. */
export const rateLimitWindowSchema: z.ZodType<RateLimitWindow> = z.looseObject({
	usedPercent: z.number(),
	windowMinutes: z.exactOptional(z.number()),
	resetsInSeconds: z.exactOptional(z.number()),
});

const stopReasonSchema: z.ZodType<StopReason> = z.enum(["stop", "tool_calls", "length", "content_filter"]);

/** One event of a model's answer. */
export const modelEventSchema: z.ZodType<ModelEvent> = z.discriminatedUnion("type", [
	z.looseObject({ type: z.literal("start"), responseId: z.exactOptional(z.string()) }),
	z.looseObject({ type: z.literal("text_delta"), text: z.string() }),
	z.looseObject({ type: z.literal("reasoning_delta"), text: z.string(), channel: z.enum(["summary", "raw"]) }),
	z.looseObject({ type: z.literal("reasoning_break") }),
	z.looseObject({ type: z.literal("item_done"), item: modelItemSchema }),
	z.looseObject({
		type: z.literal("rate_limits"),
		primary: z.exactOptional(rateLimitWindowSchema),
		secondary: z.exactOptional(rateLimitWindowSchema),
	}),
	z.looseObject({ type: z.literal("usage"), usage: tokenUsageSchema }),
	z.looseObject({
		type: z.literal("done"),
		stopReason: stopReasonSchema,
		responseId: z.exactOptional(z.string()),
	}),
	z.looseObject({ type: z.literal("error"), error: modelErrorSchema }),
]);
