// A model request in the words of the Responses API. Pure, and byte-stable: the same request gives the same members in
// the same order, and the same item the same object. Nothing is stored by the vendor, so no item ids are sent.

import type {
	ContentPart,
	ConversationItem,
	MessageItem,
	ModelInfo,
	ModelRequest,
	ReasoningItem,
	ToolOutput,
	ToolSpec,
} from "@codex/protocol";
import type {
	EasyInputMessage,
	FunctionTool,
	ResponseCreateParamsStreaming,
	ResponseCustomToolCall,
	ResponseCustomToolCallOutput,
	ResponseFunctionToolCall,
	ResponseInputImage,
	ResponseInputItem,
	ResponseInputText,
	ResponseOutputText,
	ResponseReasoningItem,
	ResponseTextConfig,
} from "openai/resources/responses/responses";

/** A message of ours: the vendor's input message, whose assistant content may also be output text without annotations. */
type WireMessage = Omit<EasyInputMessage, "content" | "phase"> & {
	readonly content: readonly (ResponseInputText | ResponseInputImage | Pick<ResponseOutputText, "type" | "text">)[];
	readonly phase?: string;
};

/** The vendor's items without the ids that only a stored response has. */
export type WireInputItem =
	| WireMessage
	| Omit<ResponseReasoningItem, "id">
	| ResponseFunctionToolCall
	| ResponseInputItem.FunctionCallOutput
	| ResponseCustomToolCall
	| ResponseCustomToolCallOutput;

/** The vendor's request with our items as its input. */
export type ResponsesRequest = Omit<ResponseCreateParamsStreaming, "input"> & { input: WireInputItem[] };

function inputPart(part: ContentPart): ResponseInputText | ResponseInputImage {
	if (part.type === "input_image") {
		return { type: "input_image", image_url: part.image_url, detail: part.detail ?? "auto" };
	}
	return { type: "input_text", text: part.text };
}

function toMessage({ role, content, phase }: MessageItem): WireMessage {
	return {
		type: "message",
		role,
		content: content.map((part) =>
			part.type !== "input_image" && role === "assistant" ? { type: "output_text", text: part.text } : inputPart(part),
		),
		...(phase === undefined ? {} : { phase }),
	};
}

function toReasoning(item: ReasoningItem, provider: string): WireInputItem | undefined {
	// Reasoning is sealed for the vendor that made it, and without its seal it cannot be continued.
	if ((item.provider ?? provider) !== provider || item.encrypted_content === undefined) return undefined;
	return {
		type: "reasoning",
		summary: item.summary.map((part) => ({ type: part.type, text: part.text })),
		encrypted_content: item.encrypted_content,
	};
}

const toOutput = (output: ToolOutput): string | (ResponseInputText | ResponseInputImage)[] =>
	typeof output === "string" ? output : output.map(inputPart);

function toItem(item: ConversationItem, provider: string): WireInputItem | undefined {
	switch (item.type) {
		case "message":
			return toMessage(item);
		case "reasoning":
			return toReasoning(item, provider);
		case "function_call":
			return { type: item.type, call_id: item.call_id, name: item.name, arguments: item.arguments };
		case "custom_tool_call":
			return { type: item.type, call_id: item.call_id, name: item.name, input: item.input };
		case "function_call_output":
		case "custom_tool_call_output":
			return { type: item.type, call_id: item.call_id, output: toOutput(item.output) };
	}
}

function toTool({ name, description, parameters, strict }: ToolSpec): FunctionTool {
	return { type: "function", name, description, parameters: { ...parameters }, strict: strict ?? false };
}

function textConfig(request: ModelRequest, info: ModelInfo): ResponseTextConfig | undefined {
	const verbosity = info.supportsVerbosity || !info.known ? request.verbosity : undefined;
	if (verbosity === undefined && request.outputSchema === undefined) return undefined;
	return {
		...(verbosity === undefined ? {} : { verbosity }),
		...(request.outputSchema === undefined
			? {}
			: {
					format: {
						type: "json_schema",
						name: "codex_output_schema",
						strict: true,
						schema: { ...request.outputSchema },
					},
				}),
	};
}

type ReasoningParts = Pick<ResponseCreateParamsStreaming, "reasoning" | "include">;

/** What a caller asks of a model that is not in the table is sent as it is. */
function reasoningParts(request: ModelRequest, info: ModelInfo): ReasoningParts {
	const sends = info.supportsReasoning || (!info.known && request.reasoning !== undefined);
	if (!sends) return {};
	const { effort, summary } = request.reasoning ?? {};
	const reasoning = {
		...(effort === undefined ? {} : { effort }),
		...(summary === undefined || summary === "none" ? {} : { summary }),
	};
	return {
		...(Object.keys(reasoning).length === 0 ? {} : { reasoning }),
		include: ["reasoning.encrypted_content"],
	};
}

/** Maps requests; remembers the items it has mapped, so that an unchanged one is the same object in every request. */
export type ToResponsesRequest = (request: ModelRequest, info: ModelInfo) => ResponsesRequest;

/** Makes the mapping for `provider`, whose own reasoning items are sent and no other's. */
export function createToResponsesRequest(provider: string): ToResponsesRequest {
	const mapped = new WeakMap<ConversationItem, WireInputItem | false>();
	const map = (item: ConversationItem): WireInputItem | false => {
		const known = mapped.get(item);
		if (known !== undefined) return known;
		const made = toItem(item, provider) ?? false;
		mapped.set(item, made);
		return made;
	};
	return (request, info) => {
		const text = textConfig(request, info);
		return {
			model: request.model,
			instructions: request.instructions,
			tools: request.tools.map(toTool),
			tool_choice: "auto",
			parallel_tool_calls: request.parallelToolCalls,
			...reasoningParts(request, info),
			...(text === undefined ? {} : { text }),
			...(request.maxOutputTokens === undefined ? {} : { max_output_tokens: request.maxOutputTokens }),
			...(request.promptCacheKey === undefined ? {} : { prompt_cache_key: request.promptCacheKey }),
			store: false,
			stream: true,
			input: request.input.map(map).filter((item) => item !== false),
		};
	};
}
