// The history as Anthropic's messages: what follows one another from the same side is one message, results of tools come
// first in theirs. Runs of items that have not changed give the same message objects in every request.

import type {
	ContentBlockParam,
	ImageBlockParam,
	MessageParam,
	TextBlockParam,
	ToolResultBlockParam,
	ToolUseBlockParam,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ContentPart, ConversationItem, ReasoningItem, ToolOutput } from "@codex/protocol";
import { isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createRunMapper, isModels, type Run, runsOf } from "../wire/runs.ts";

/** Marks a sealed block among reasoning items: what follows is the vendor's own data. */
export const redactedMark = "redacted_thinking:";

const dataUrl = /^data:(image\/[a-z]+);base64,(?=.)/i;

type ImageType = Extract<ImageBlockParam["source"], { type: "base64" }>["media_type"];

const isImageType = (type: string | undefined): type is ImageType =>
	type === "image/jpeg" || type === "image/png" || type === "image/gif" || type === "image/webp";

function imageBlock(url: string): ImageBlockParam | TextBlockParam {
	if (/^https?:/.test(url)) return { type: "image", source: { type: "url", url } };
	const [start, told] = dataUrl.exec(url) ?? [];
	const media_type = told?.toLowerCase().replace(/^image\/jpg$/, "image/jpeg");
	if (start === undefined || !isImageType(media_type)) {
		return { type: "text", text: "[an image of a kind that this model does not take]" };
	}
	return { type: "image", source: { type: "base64", media_type, data: url.slice(start.length) } };
}

function blocksOf(parts: readonly ContentPart[]): (TextBlockParam | ImageBlockParam)[] {
	return parts.flatMap((part) => {
		if (part.type === "input_image") return [imageBlock(part.image_url)];
		// The API refuses blocks without text.
		return part.text.trim() === "" ? [] : [{ type: "text" as const, text: part.text }];
	});
}

function resultBlock(callId: string, output: ToolOutput): ToolResultBlockParam {
	const content = typeof output === "string" ? output : blocksOf(output);
	const isEmpty = typeof content === "string" ? content.trim() === "" : content.length === 0;
	return { type: "tool_result", tool_use_id: callIdText(callId), ...(isEmpty ? {} : { content }) };
}

function userMessage(run: Run): readonly MessageParam[] {
	const results: ContentBlockParam[] = [];
	const rest: ContentBlockParam[] = [];
	for (const item of run) {
		if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
			results.push(resultBlock(item.call_id, item.output));
		} else if (item.type === "message") rest.push(...blocksOf(item.content));
	}
	const content = [...results, ...rest];
	return content.length === 0 ? [] : [{ role: "user", content }];
}

/** Ids and names may hold characters that this vendor refuses: the same ones give the same text, whenever. */
const plain = (text: string): string => text.replaceAll(/[^A-Za-z0-9_-]/g, "_");

const callIdText = (callId: string): string => plain(callId) || "call";

// 128: the longest name that the API takes.
const nameText = (name: string): string => plain(name).slice(0, 128) || "unknown";

function toolUse(callId: string, name: string, input: Readonly<Record<string, unknown>>): ToolUseBlockParam {
	return { type: "tool_use", id: callIdText(callId), name: nameText(name), input };
}

function thinkingBlock(item: ReasoningItem): readonly ContentBlockParam[] {
	const { encrypted_content: seal } = item;
	// Without its seal it would be refused.
	if (seal === undefined) return [];
	if (seal.startsWith(redactedMark)) return [{ type: "redacted_thinking", data: seal.slice(redactedMark.length) }];
	return [{ type: "thinking", thinking: item.summary.map(({ text }) => text).join(""), signature: seal }];
}

function inputOf(text: string): Readonly<Record<string, unknown>> {
	const value = tryParseJson(text);
	if (isRecord(value)) return value;
	// The model's own text, which was not JSON, must still be an object here.
	return text.trim() === "" ? {} : { arguments: text };
}

function assistantBlocks(item: ConversationItem, provider: string): readonly ContentBlockParam[] {
	switch (item.type) {
		case "reasoning":
			return item.provider === provider ? thinkingBlock(item) : [];
		case "message":
			return blocksOf(item.content);
		case "function_call":
			return [toolUse(item.call_id, item.name, inputOf(item.arguments))];
		case "custom_tool_call":
			return [toolUse(item.call_id, item.name, { input: item.input })];
		default:
			return [];
	}
}

function assistantMessage(run: Run, provider: string): readonly MessageParam[] {
	const content = run.flatMap((item) => assistantBlocks(item, provider));
	// Thinking alone is no message.
	const says = content.some(({ type }) => type !== "thinking" && type !== "redacted_thinking");
	return says ? [{ role: "assistant", content }] : [];
}

const sameSide = (left: ConversationItem, right: ConversationItem): boolean => isModels(left) === isModels(right);

/** Makes the mapping for `provider`, whose own thinking is sent and no other's. */
export function createToMessages(provider: string): (items: readonly ConversationItem[]) => readonly MessageParam[] {
	const mapRun = createRunMapper<MessageParam>();
	return (items) =>
		runsOf(items, sameSide).flatMap((run) =>
			mapRun(run, () => (run.some(isModels) ? assistantMessage(run, provider) : userMessage(run))),
		);
}
