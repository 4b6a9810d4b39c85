// A model request in the words of the Chat Completions API. Pure and byte-stable, as the other wire's. Members that only
// OpenAI's own models understand are left out for the models that the table does not know: many servers refuse them.

import type { ModelInfo, ModelRequest, ToolSpec } from "@codex/protocol";
import type {
	ChatCompletionCreateParamsStreaming,
	ChatCompletionFunctionTool,
} from "openai/resources/chat/completions/completions";
import { type ChatMessage, createToMessages } from "./to-messages.ts";

/** The vendor's request with our messages. */
export type ChatRequest = Omit<ChatCompletionCreateParamsStreaming, "messages"> & { messages: ChatMessage[] };

type Part = Partial<ChatCompletionCreateParamsStreaming>;

function toTool({ name, description, parameters, strict }: ToolSpec): ChatCompletionFunctionTool {
	return {
		type: "function",
		function: { name, description, parameters: { ...parameters }, ...(strict === true ? { strict } : {}) },
	};
}

function toolParts(request: ModelRequest, info: ModelInfo): Part {
	// Servers refuse the settings of tools without tools.
	if (request.tools.length === 0) return {};
	return {
		tools: request.tools.map(toTool),
		tool_choice: "auto",
		...(info.known && info.supportsParallelToolCalls ? { parallel_tool_calls: request.parallelToolCalls } : {}),
	};
}

function outputParts(request: ModelRequest, info: ModelInfo): Part {
	const limit = request.maxOutputTokens;
	return {
		...(request.outputSchema === undefined
			? {}
			: {
					response_format: {
						type: "json_schema",
						json_schema: { name: "codex_output_schema", strict: true, schema: { ...request.outputSchema } },
					},
				}),
		...(limit === undefined ? {} : info.known ? { max_completion_tokens: limit } : { max_tokens: limit }),
	};
}

function modelParts(request: ModelRequest, info: ModelInfo): Part {
	const effort = info.supportsReasoning || !info.known ? request.reasoning?.effort : undefined;
	return {
		...(effort === undefined ? {} : { reasoning_effort: effort }),
		...(info.supportsVerbosity && request.verbosity !== undefined ? { verbosity: request.verbosity } : {}),
		...(info.known && request.promptCacheKey !== undefined ? { prompt_cache_key: request.promptCacheKey } : {}),
	};
}

/** Maps requests; remembers the messages it has made, so that an unchanged one is the same object in every request. */
export type ToChatRequest = (request: ModelRequest, info: ModelInfo) => ChatRequest;

/** Makes the mapping for `provider`. */
export function createToChatRequest(provider: string): ToChatRequest {
	const toMessages = createToMessages(provider);
	let system: ChatMessage = { role: "system", content: "" };
	return (request, info) => {
		if (system.content !== request.instructions) system = { role: "system", content: request.instructions };
		return {
			model: request.model,
			...toolParts(request, info),
			...outputParts(request, info),
			...modelParts(request, info),
			stream: true,
			stream_options: { include_usage: true },
			messages: [...(request.instructions === "" ? [] : [system]), ...toMessages(request.input)],
		};
	};
}
