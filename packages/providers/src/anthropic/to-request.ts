// A model request in the words of the Messages API. Pure, and byte-stable: an unchanged item gives the same bytes, and
// the marks of the prompt cache stand in the head alone.

import type { MessageCreateParamsStreaming, MessageParam, Tool } from "@anthropic-ai/sdk/resources/messages/messages";
import type { JsonObject, ModelInfo, ModelRequest, ToolSpec } from "@codex/protocol";
import { goOnText } from "../wire/cut-answer.ts";
import { answerSchema, toolSchema } from "./schemas.ts";
import { type Effort, generationOf, type Thinking, thinkingParts } from "./thinking.ts";
import { createToMessages } from "./to-messages.ts";

/** The vendor's request with our messages. */
export type MessagesRequest = Omit<MessageCreateParamsStreaming, "messages" | "thinking"> & {
	readonly thinking?: Thinking;
	readonly messages: readonly MessageParam[];
};

const cacheMark = { type: "ephemeral" } as const;

function toTool({ name, description, parameters }: ToolSpec): Tool {
	return { name, description, input_schema: { ...toolSchema(parameters) } };
}

type Part = Partial<MessageCreateParamsStreaming>;

function toolParts({ tools, parallelToolCalls }: ModelRequest): Part {
	if (tools.length === 0) return {};
	return {
		tools: tools.map(toTool),
		...(parallelToolCalls ? {} : { tool_choice: { type: "auto", disable_parallel_tool_use: true } }),
	};
}

// 4.5: the first generation that keeps to a schema by itself.
const firstWithSchema = 405;

/** The schema for the request's own place; `undefined`: there is none, or it goes into the instructions. */
function nativeSchema({ model, outputSchema }: ModelRequest): JsonObject | undefined {
	if (outputSchema === undefined || (generationOf(model) ?? 0) < firstWithSchema) return undefined;
	return answerSchema(outputSchema);
}

function systemPart({ instructions, outputSchema }: ModelRequest, schema: JsonObject | undefined): Part {
	const told =
		outputSchema === undefined || schema !== undefined
			? []
			: [
					"Your final answer must be one JSON value, without anything around it, that fits this JSON Schema:\n" +
						JSON.stringify(outputSchema),
				];
	const text = [...(instructions.trim() === "" ? [] : [instructions]), ...told].join("\n\n");
	return text === "" ? {} : { system: [{ type: "text", text, cache_control: cacheMark }] };
}

function outputConfig(schema: JsonObject | undefined, effort: Effort | undefined): Part {
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

/** Stands at the end of a history whose last answer was cut: this API goes on with a user's words only. */
const goOn: MessageParam = {
	role: "user",
	content: [{ type: "text", text: goOnText }],
};

/** Maps requests; remembers the messages it has made, so that an unchanged one is the same object in every request. */
export type ToMessagesRequest = (request: ModelRequest, info: ModelInfo) => MessagesRequest;

/** Makes the mapping for `provider`. */
export function createToMessagesRequest(provider: string): ToMessagesRequest {
	const toMessages = createToMessages(provider);
	return (request, info) => {
		const history = toMessages(request.input);
		const messages = history.at(-1)?.role === "assistant" ? [...history, goOn] : history;
		const maxTokens = request.maxOutputTokens ?? info.maxOutputTokens;
		const { effort: wanted, summary } = request.reasoning ?? {};
		const { thinking, effort } = info.supportsReasoning
			? thinkingParts({ model: request.model, effort: wanted, summary, maxTokens })
			: {};
		const thinks = thinking !== undefined && (thinking.type !== "enabled" || !goesOnWithoutThinking(messages));
		const schema = nativeSchema(request);
		return {
			model: request.model,
			max_tokens: maxTokens,
			// One mark here, which the vendor puts at the end of every request, and one behind the instructions.
			cache_control: cacheMark,
			...systemPart(request, schema),
			...toolParts(request),
			...(thinks ? { thinking } : {}),
			...outputConfig(schema, effort),
			stream: true,
			messages,
		};
	};
}
