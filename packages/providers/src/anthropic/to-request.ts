// A model request in the words of the Messages API. Pure, and byte-stable: an unchanged item gives the same bytes, and
// the marks of the prompt cache stand in the head alone.

import type { MessageCreateParamsStreaming, MessageParam, Tool } from "@anthropic-ai/sdk/resources/messages/messages";
import type { JsonObject, ModelInfo, ModelRequest, ToolSpec } from "@codex/protocol";
import { thinkingParts } from "./thinking.ts";
import { createToMessages } from "./to-messages.ts";

/** The vendor's request with our messages. */
export type MessagesRequest = Omit<MessageCreateParamsStreaming, "messages"> & { messages: readonly MessageParam[] };

const cacheMark = { type: "ephemeral" } as const;

function toTool({ name, description, parameters }: ToolSpec): Tool {
	return { name, description, input_schema: { type: "object", ...parameters } };
}

type Part = Partial<MessageCreateParamsStreaming>;

function toolParts({ tools, parallelToolCalls }: ModelRequest): Part {
	if (tools.length === 0) return {};
	return {
		tools: tools.map(toTool),
		...(parallelToolCalls ? {} : { tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
	};
}

function outputConfig(
	schema: JsonObject | undefined,
	effort: "low" | "medium" | "high" | "xhigh" | "max" | undefined,
): Part {
	if (schema === undefined && effort === undefined) return {};
	return {
		output_config: {
			...(effort === undefined ? {} : { effort }),
			...(schema === undefined ? {} : { format: { type: "json_schema", schema: { ...schema } } }),
		},
	};
}

/**
 * Whether thinking would be refused: a model with a budget wants the turn that it goes on with to begin with thinking,
 * and a turn that another model began does not.
 */
function goesOnWithoutThinking(messages: readonly MessageParam[]): boolean {
	const lastWords = messages.findLastIndex(
		({ role, content }) =>
			role === "user" && (typeof content === "string" || content.some(({ type }) => type !== "tool_result")),
	);
	return messages.slice(lastWords + 1).some(({ role, content }) => {
		const [first] = typeof content === "string" ? [] : content;
		return role === "assistant" && first?.type !== "thinking" && first?.type !== "redacted_thinking";
	});
}

/** Maps requests; remembers the messages it has made, so that an unchanged one is the same object in every request. */
export type ToMessagesRequest = (request: ModelRequest, info: ModelInfo) => MessagesRequest;

/** Makes the mapping for `provider`. */
export function createToMessagesRequest(provider: string): ToMessagesRequest {
	const toMessages = createToMessages(provider);
	return (request, info) => {
		const messages = toMessages(request.input);
		const maxTokens = request.maxOutputTokens ?? info.maxOutputTokens;
		const asked = info.supportsReasoning
			? thinkingParts({
					model: request.model,
					effort: request.reasoning?.effort,
					summary: request.reasoning?.summary,
					maxTokens,
				})
			: {};
		const { thinking, effort } = asked;
		const thinks = thinking !== undefined && (thinking.type !== "enabled" || !goesOnWithoutThinking(messages));
		return {
			model: request.model,
			max_tokens: maxTokens,
			// One mark here, and one that the vendor moves to the end of every request.
			cache_control: cacheMark,
			...(request.instructions === ""
				? {}
				: { system: [{ type: "text", text: request.instructions, cache_control: cacheMark }] }),
			...toolParts(request),
			...(thinks ? { thinking } : {}),
			...outputConfig(request.outputSchema, effort),
			stream: true,
			messages,
		};
	};
}
