// Conversation items and user input. Every object is loose: a field that we do not know is kept, never refused.

import * as z from "zod";
import type {
	ContentPart,
	ConversationItem,
	CustomToolCallItem,
	CustomToolCallOutputItem,
	FunctionCallItem,
	FunctionCallOutputItem,
	MessageItem,
	ReasoningItem,
	ToolOutput,
	UserInput,
} from "../item.ts";

/** Text or an image inside a message. */
export const contentPartSchema: z.ZodType<ContentPart> = z.discriminatedUnion("type", [
	z.looseObject({ type: z.literal("input_text"), text: z.string() }),
	z.looseObject({ type: z.literal("output_text"), text: z.string() }),
	z.looseObject({
		type: z.literal("input_image"),
		image_url: z.string(),
		detail: z.exactOptional(z.enum(["auto", "low", "high"])),
	}),
]);

/** A tool's answer. */
export const toolOutputSchema: z.ZodType<ToolOutput> = z.union([z.string(), z.array(contentPartSchema)]);

const message = z.looseObject({
	type: z.literal("message"),
	role: z.enum(["developer", "user", "assistant"]),
	content: z.array(contentPartSchema),
	id: z.exactOptional(z.string()),
	phase: z.exactOptional(z.string()),
});

const reasoning = z.looseObject({
	type: z.literal("reasoning"),
	id: z.exactOptional(z.string()),
	summary: z.array(z.looseObject({ type: z.literal("summary_text"), text: z.string() })),
	content: z.exactOptional(z.array(z.looseObject({ type: z.literal("reasoning_text"), text: z.string() }))),
	encrypted_content: z.exactOptional(z.string()),
	provider: z.exactOptional(z.string()),
});

const functionCall = z.looseObject({
	type: z.literal("function_call"),
	id: z.exactOptional(z.string()),
	call_id: z.string(),
	name: z.string(),
	arguments: z.string(),
	signature: z.exactOptional(z.string()),
});

const customToolCall = z.looseObject({
	type: z.literal("custom_tool_call"),
	id: z.exactOptional(z.string()),
	call_id: z.string(),
	name: z.string(),
	input: z.string(),
});

const functionCallOutput = z.looseObject({
	type: z.literal("function_call_output"),
	call_id: z.string(),
	output: toolOutputSchema,
});

const customToolCallOutput = z.looseObject({
	type: z.literal("custom_tool_call_output"),
	call_id: z.string(),
	output: toolOutputSchema,
});

/** A message. */
export const messageItemSchema: z.ZodType<MessageItem> = message;

/** What the model thought. */
export const reasoningItemSchema: z.ZodType<ReasoningItem> = reasoning;

/** A tool call with JSON arguments. */
export const functionCallItemSchema: z.ZodType<FunctionCallItem> = functionCall;

/** A tool call with free text input. */
export const customToolCallItemSchema: z.ZodType<CustomToolCallItem> = customToolCall;

/** The answer to a tool call with JSON arguments. */
export const functionCallOutputItemSchema: z.ZodType<FunctionCallOutputItem> = functionCallOutput;

/** The answer to a tool call with free text input. */
export const customToolCallOutputItemSchema: z.ZodType<CustomToolCallOutputItem> = customToolCallOutput;

/** An item that a model can make: a message, reasoning or a tool call. */
export const modelItemSchema: z.ZodType<MessageItem | ReasoningItem | FunctionCallItem | CustomToolCallItem> =
	z.discriminatedUnion("type", [message, reasoning, functionCall, customToolCall]);

/** One entry of the history. */
export const conversationItemSchema: z.ZodType<ConversationItem> = z.discriminatedUnion("type", [
	message,
	reasoning,
	functionCall,
	customToolCall,
	functionCallOutput,
	customToolCallOutput,
]);

/** What a user hands in. */
export const userInputSchema: z.ZodType<UserInput> = z.discriminatedUnion("type", [
	z.looseObject({ type: z.literal("text"), text: z.string() }),
	z.looseObject({ type: z.literal("image"), image_url: z.string() }),
	z.looseObject({ type: z.literal("local_image"), path: z.string() }),
]);
