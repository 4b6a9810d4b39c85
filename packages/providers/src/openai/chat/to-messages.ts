// The history as chat messages. What the model said and asked for between two inputs becomes one assistant message, as
// the Chat API wants it; images that tools gave follow as a user message, because tool messages hold text only. Runs of
// items that have not changed give the same message objects in every request.

import type { ContentPart, ConversationItem, ToolOutputItem } from "@codex/protocol";
import type {
	ChatCompletionAssistantMessageParam,
	ChatCompletionContentPart,
	ChatCompletionMessageFunctionToolCall,
	ChatCompletionMessageParam,
} from "openai/resources/chat/completions/completions";
import { createRunMapper, isModels, type Run, runsOf } from "../../wire/runs.ts";

/** An assistant message with the reasoning that some servers want to see again. */
export type AssistantMessage = ChatCompletionAssistantMessageParam & { reasoning_content?: string };

/** A message of the request. */
export type ChatMessage = ChatCompletionMessageParam | AssistantMessage;

const isOutput = (item: ConversationItem): item is ToolOutputItem =>
	item.type === "function_call_output" || item.type === "custom_tool_call_output";

function textOf(parts: readonly ContentPart[]): string {
	return parts.flatMap((part) => (part.type === "input_image" ? [] : [part.text])).join("\n");
}

function imagesOf(parts: readonly ContentPart[]): ChatCompletionContentPart[] {
	return parts.flatMap((part) =>
		part.type === "input_image"
			? [
					{
						type: "image_url",
						image_url: { url: part.image_url, ...(part.detail === undefined ? {} : { detail: part.detail }) },
					},
				]
			: [],
	);
}

function inputMessage(item: ConversationItem): readonly ChatMessage[] {
	if (item.type !== "message") return [];
	const text = textOf(item.content);
	// Servers of this wire know no `developer`; `system` is what they all understand.
	if (item.role === "developer") return [{ role: "system", content: text }];
	const images = imagesOf(item.content);
	if (images.length === 0) return [{ role: "user", content: text }];
	return [{ role: "user", content: [...(text === "" ? [] : [{ type: "text" as const, text }]), ...images] }];
}

function toolMessages(run: Run): readonly ChatMessage[] {
	const messages: ChatMessage[] = [];
	const images: ChatCompletionContentPart[] = [];
	for (const item of run) {
		if (!isOutput(item)) continue;
		const { output, call_id: tool_call_id } = item;
		const content = typeof output === "string" ? output : textOf(output);
		messages.push({ role: "tool", tool_call_id, content });
		if (typeof output !== "string") images.push(...imagesOf(output));
	}
	if (images.length > 0) messages.push({ role: "user", content: images });
	return messages;
}

function toolCall(item: ConversationItem): ChatCompletionMessageFunctionToolCall | undefined {
	if (item.type === "function_call") {
		const { call_id: id, name, arguments: text } = item;
		return { id, type: "function", function: { name, arguments: text } };
	}
	if (item.type !== "custom_tool_call") return undefined;
	// This wire has no tools with free text: the text goes as the one argument.
	return {
		id: item.call_id,
		type: "function",
		function: { name: item.name, arguments: JSON.stringify({ input: item.input }) },
	};
}

function assistantMessage(run: Run, provider: string): readonly ChatMessage[] {
	const texts: string[] = [];
	const reasoning: string[] = [];
	const calls: ChatCompletionMessageFunctionToolCall[] = [];
	for (const item of run) {
		if (item.type === "message") texts.push(textOf(item.content));
		else if (item.type === "reasoning") {
			if ((item.provider ?? provider) === provider) reasoning.push(...(item.content ?? []).map((part) => part.text));
		} else {
			const call = toolCall(item);
			if (call !== undefined) calls.push(call);
		}
	}
	// Reasoning alone is no message.
	if (texts.length === 0 && calls.length === 0) return [];
	const message: AssistantMessage = {
		role: "assistant",
		content: texts.length === 0 ? null : texts.join("\n\n"),
		...(reasoning.length === 0 ? {} : { reasoning_content: reasoning.join("\n") }),
		...(calls.length === 0 ? {} : { tool_calls: calls }),
	};
	return [message];
}

function messagesOf(run: Run, provider: string): readonly ChatMessage[] {
	const [first] = run;
	if (first === undefined) return [];
	if (isModels(first)) return assistantMessage(run, provider);
	return isOutput(first) ? toolMessages(run) : inputMessage(first);
}

/** Every input message stands alone. */
const together = (left: ConversationItem, right: ConversationItem): boolean =>
	(isModels(left) && isModels(right)) || (isOutput(left) && isOutput(right));

/** Makes the mapping for `provider`, whose own reasoning is sent and no other's. */
export function createToMessages(provider: string): (items: readonly ConversationItem[]) => readonly ChatMessage[] {
	const mapRun = createRunMapper<ChatMessage>();
	return (items) => runsOf(items, together).flatMap((run) => mapRun(run, () => messagesOf(run, provider)));
}
