// The parts of the Responses stream that are more than a delta: items, usage, the final response. Loose: fields that are
// missing or unknown do no harm, and an item that we have no name for is passed over.

import type { MessageItem, ReasoningItem, TokenUsage, ToolCallItem } from "@codex/protocol";
import * as z from "zod/mini";

const textPart = z.object({ type: z.string(), text: z.nullish(z.string()), refusal: z.nullish(z.string()) });

const messageSchema = z.object({
	id: z.nullish(z.string()),
	role: z.nullish(z.string()),
	content: z.array(textPart),
	phase: z.nullish(z.string()),
});
const reasoningSchema = z.object({
	id: z.nullish(z.string()),
	summary: z.nullish(z.array(textPart)),
	content: z.nullish(z.array(textPart)),
	encrypted_content: z.nullish(z.string()),
});
const callSchema = z.object({
	id: z.nullish(z.string()),
	call_id: z.nullish(z.string()),
	name: z.string(),
	arguments: z.optional(z.unknown()),
	input: z.optional(z.unknown()),
	status: z.nullish(z.string()),
});
const typeSchema = z.object({ type: z.string() });

const usageSchema = z.object({
	input_tokens: z.nullish(z.number()),
	input_tokens_details: z.nullish(
		z.object({ cached_tokens: z.nullish(z.number()), cache_write_tokens: z.nullish(z.number()) }),
	),
	output_tokens: z.nullish(z.number()),
	output_tokens_details: z.nullish(z.object({ reasoning_tokens: z.nullish(z.number()) })),
});
const responseSchema = z.object({
	id: z.nullish(z.string()),
	output: z.nullish(z.array(z.unknown())),
	usage: z.optional(z.unknown()),
	error: z.optional(z.unknown()),
	incomplete_details: z.nullish(z.object({ reason: z.nullish(z.string()) })),
});

/** What is taken from a response object. */
export interface WireResponse {
	readonly id: string | undefined;
	/** Items as they came; empty when there were none. */
	readonly output: readonly unknown[];
	readonly usage: TokenUsage | undefined;
	/** The `error` member as it came. */
	readonly error: unknown;
	/** Why it is incomplete, empty when nobody says. */
	readonly incompleteReason: string;
}

/** A finished item; calls may lack their id, and an item cut at the output limit says so. */
export type WireItem =
	| { readonly kind: "item"; readonly item: MessageItem | ReasoningItem }
	| { readonly kind: "call"; readonly item: ToolCallItem; readonly cut: boolean };

function parseUsage(value: unknown): TokenUsage | undefined {
	const parsed = usageSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const { input_tokens, input_tokens_details: input, output_tokens, output_tokens_details: output } = parsed.data;
	return {
		inputTokens: input_tokens ?? 0,
		cachedInputTokens: input?.cached_tokens ?? 0,
		cacheWriteInputTokens: input?.cache_write_tokens ?? 0,
		outputTokens: output_tokens ?? 0,
		reasoningOutputTokens: output?.reasoning_tokens ?? 0,
	};
}

/** Reads a response object. Never throws: of something else everything is absent. */
export function parseResponse(value: unknown): WireResponse {
	const parsed = responseSchema.safeParse(value);
	const data = parsed.success ? parsed.data : undefined;
	return {
		id: data?.id ?? undefined,
		output: data?.output ?? [],
		usage: parseUsage(data?.usage),
		error: data?.error,
		incompleteReason: data?.incomplete_details?.reason ?? "",
	};
}

const idOf = (id: string | null | undefined): { readonly id?: string } => (typeof id === "string" ? { id } : {});

function parseMessage(value: unknown): WireItem | undefined {
	const parsed = messageSchema.safeParse(value);
	if (!parsed.success || (parsed.data.role ?? "assistant") !== "assistant") return undefined;
	const { id, content, phase } = parsed.data;
	const texts = content.map((part) => part.text ?? part.refusal ?? "").filter((text) => text !== "");
	return {
		kind: "item",
		item: {
			type: "message",
			role: "assistant",
			content: texts.map((text) => ({ type: "output_text", text })),
			...idOf(id),
			...(typeof phase === "string" ? { phase } : {}),
		},
	};
}

function parseReasoning(value: unknown, provider: string): WireItem | undefined {
	const parsed = reasoningSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const { id, summary, content, encrypted_content } = parsed.data;
	const raw = (content ?? []).map((part) => ({ type: "reasoning_text" as const, text: part.text ?? "" }));
	return {
		kind: "item",
		item: {
			type: "reasoning",
			...idOf(id),
			summary: (summary ?? []).map((part) => ({ type: "summary_text", text: part.text ?? "" })),
			...(raw.length === 0 ? {} : { content: raw }),
			...(typeof encrypted_content === "string" ? { encrypted_content } : {}),
			provider,
		},
	};
}

/** Text as it is; servers that send parsed JSON get it written out again; nothing is nothing. */
function textOf(value: unknown): string {
	if (typeof value === "string") return value;
	return value === undefined || value === null ? "" : JSON.stringify(value);
}

function parseCall(value: unknown, type: "function_call" | "custom_tool_call"): WireItem | undefined {
	const parsed = callSchema.safeParse(value);
	if (!parsed.success) return undefined;
	const { id, call_id, name, arguments: text, input, status } = parsed.data;
	const common = { ...idOf(id), call_id: call_id ?? "", name };
	return {
		kind: "call",
		cut: status === "incomplete",
		item:
			type === "function_call"
				? { type, ...common, arguments: textOf(text) }
				: { type, ...common, input: textOf(input) },
	};
}

/** Reads an output item; `undefined` for kinds that we have no name for and for broken ones. Never throws. */
export function parseItem(value: unknown, provider: string): WireItem | undefined {
	const typed = typeSchema.safeParse(value);
	if (!typed.success) return undefined;
	const { type } = typed.data;
	switch (type) {
		case "message":
			return parseMessage(value);
		case "reasoning":
			return parseReasoning(value, provider);
		case "function_call":
		case "custom_tool_call":
			return parseCall(value, type);
		default:
			return undefined;
	}
}
