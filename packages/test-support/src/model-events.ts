// One-line builders of model events, for scripts of a model's answers.

import {
	asCallId,
	type ContentPart,
	type JsonValue,
	type MessageItem,
	type ModelError,
	type ModelErrorKind,
	type ModelEvent,
	type StopReason,
	type TokenUsage,
	zeroUsage,
} from "@codex/protocol";

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set<ModelErrorKind>([
	"rate_limit",
	"server",
	"network",
	"stream",
	"idle",
]);

const defaultUsage: TokenUsage = { ...zeroUsage, inputTokens: 100, outputTokens: 10 };

const output = (text: string): readonly ContentPart[] => [{ type: "output_text", text }];

/** Builders of single events and of whole answers. Every call returns new objects. */
export interface ModelEventBuilders {
	start(responseId?: string): ModelEvent;
	/** A piece of the answer. */
	text(text: string): ModelEvent;
	/** A piece of reasoning; `summary` by default. */
	thought(text: string, channel?: "summary" | "raw"): ModelEvent;
	/** A new section of the reasoning summary. */
	thoughtBreak(): ModelEvent;
	/** A whole message. */
	message(text: string, extra?: { readonly id?: string; readonly phase?: string }): ModelEvent;
	/** A whole reasoning item with one summary part. */
	reasoning(summary: string, encryptedContent?: string): ModelEvent;
	/** A tool call. Arguments that are text are the model's own words, which need not be JSON. */
	call(callId: string, name: string, args: JsonValue): ModelEvent;
	/** A tool call with free text. */
	customCall(callId: string, name: string, input: string): ModelEvent;
	/** Usage; what is not given is 0. */
	usage(usage?: Partial<TokenUsage>): ModelEvent;
	rateLimits(usedPercent: number): ModelEvent;
	/** The good end; `stop` by default. */
	done(stopReason?: StopReason): ModelEvent;
	/** The bad end. `retryable` follows from the kind unless given. */
	error(kind: ModelErrorKind, message?: string, extra?: Partial<ModelError>): ModelEvent;
	/** A whole response that says `text`: start, delta, message, usage, done. */
	answer(text: string, usage?: Partial<TokenUsage>): readonly ModelEvent[];
	/** A whole response made of the given calls (or other items): start, the items, usage, done with `tool_calls`. */
	calls(...items: readonly ModelEvent[]): readonly ModelEvent[];
}

function message(text: string, extra: { readonly id?: string; readonly phase?: string } = {}): ModelEvent {
	const item: MessageItem = { type: "message", role: "assistant", content: output(text), ...extra };
	return { type: "item_done", item };
}

const usage = (part?: Partial<TokenUsage>): ModelEvent => ({
	type: "usage",
	usage: part === undefined ? defaultUsage : { ...zeroUsage, ...part },
});

/** Builders of model events: `ev.text("…")`, `ev.call("c1", "shell", { command: ["ls"] })`, `ev.answer("done")`. */
export const ev: ModelEventBuilders = {
	start: (responseId) => ({ type: "start", ...(responseId === undefined ? {} : { responseId }) }),
	text: (text) => ({ type: "text_delta", text }),
	thought: (text, channel = "summary") => ({ type: "reasoning_delta", text, channel }),
	thoughtBreak: () => ({ type: "reasoning_break" }),
	message,
	reasoning: (summary, encryptedContent) => ({
		type: "item_done",
		item: {
			type: "reasoning",
			summary: [{ type: "summary_text", text: summary }],
			...(encryptedContent === undefined ? {} : { encrypted_content: encryptedContent }),
		},
	}),
	call: (callId, name, args) => ({
		type: "item_done",
		item: {
			type: "function_call",
			call_id: asCallId(callId),
			name,
			arguments: typeof args === "string" ? args : JSON.stringify(args),
		},
	}),
	customCall: (callId, name, input) => ({
		type: "item_done",
		item: { type: "custom_tool_call", call_id: asCallId(callId), name, input },
	}),
	usage,
	rateLimits: (usedPercent) => ({ type: "rate_limits", primary: { usedPercent } }),
	done: (stopReason = "stop") => ({ type: "done", stopReason }),
	error: (kind, text = `the model failed: ${kind}`, extra = {}) => ({
		type: "error",
		error: { kind, message: text, retryable: retryableKinds.has(kind), ...extra },
	}),
	answer: (text, part) => [
		{ type: "start" },
		{ type: "text_delta", text },
		message(text),
		usage(part),
		{ type: "done", stopReason: "stop" },
	],
	calls: (...items) => [{ type: "start" }, ...items, usage(), { type: "done", stopReason: "tool_calls" }],
};
