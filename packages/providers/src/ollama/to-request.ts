// A model request in the words of `/api/chat`. Pure, and byte-stable: an unchanged item gives the same bytes. Arguments
// are objects here, images are bare base64, and a result names its tool.

import type { ContentPart, ConversationItem, ModelInfo, ModelRequest, ToolOutput } from "@codex/protocol";
import { isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createRunMapper, isModels, type Run, runsOf } from "../wire/runs.ts";

interface ToolCall {
	readonly function: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
}

/** A message of the request. Source: the API's documentation and the vendor's own client, 0.6. */
export interface OllamaMessage {
	readonly role: "system" | "user" | "assistant" | "tool";
	readonly content: string;
	readonly thinking?: string;
	readonly images?: readonly string[];
	readonly tool_calls?: readonly ToolCall[];
	readonly tool_name?: string;
}

/** The vendor's request. */
export interface OllamaRequest {
	readonly model: string;
	readonly stream: true;
	readonly tools?: readonly object[];
	readonly format?: object;
	readonly think?: boolean | "low" | "medium" | "high";
	readonly options?: { readonly num_predict: number };
	readonly messages: readonly OllamaMessage[];
}

function textOf(parts: readonly ContentPart[]): string {
	return parts
		.map((part) => {
			if (part.type !== "input_image") return part.text;
			return part.image_url.startsWith("data:")
				? ""
				: `[an image at ${part.image_url.slice(0, 200)}, which this provider cannot load]`;
		})
		.filter((text) => text !== "")
		.join("\n");
}

function imagesOf(parts: readonly ContentPart[]): Pick<OllamaMessage, "images"> {
	const images = parts.flatMap((part) => {
		if (part.type !== "input_image") return [];
		const data = /^data:[^,]*;base64,(.+)$/s.exec(part.image_url)?.[1];
		return data === undefined ? [] : [data];
	});
	return images.length === 0 ? {} : { images };
}

function toolMessages(tool_name: string, output: ToolOutput): readonly OllamaMessage[] {
	const content = typeof output === "string" ? output : textOf(output);
	const images = typeof output === "string" ? {} : imagesOf(output);
	const result: OllamaMessage = { role: "tool", content, tool_name };
	// Models look at images of users only.
	return "images" in images ? [result, { role: "user", content: `Images of ${tool_name}:`, ...images }] : [result];
}

function argumentsOf(text: string): Readonly<Record<string, unknown>> {
	const value = tryParseJson(text);
	if (isRecord(value)) return value;
	return text.trim() === "" ? {} : { arguments: text };
}

function assistantMessage(run: Run, provider: string): readonly OllamaMessage[] {
	const texts: string[] = [];
	const thinking: string[] = [];
	const calls: ToolCall[] = [];
	for (const item of run) {
		if (item.type === "message") texts.push(textOf(item.content));
		else if (item.type === "reasoning") {
			if (item.provider === provider) thinking.push(...(item.content ?? []).map(({ text }) => text));
		} else if (item.type === "function_call") {
			calls.push({ function: { name: item.name, arguments: argumentsOf(item.arguments) } });
		} else if (item.type === "custom_tool_call") {
			calls.push({ function: { name: item.name, arguments: { input: item.input } } });
		}
	}
	if (texts.length === 0 && calls.length === 0) return [];
	return [
		{
			role: "assistant",
			content: texts.join("\n\n"),
			...(thinking.length === 0 ? {} : { thinking: thinking.join("\n") }),
			...(calls.length === 0 ? {} : { tool_calls: calls }),
		},
	];
}

function messagesOf(run: Run, provider: string, names: ReadonlyMap<string, string>): readonly OllamaMessage[] {
	const [first] = run;
	if (first === undefined) return [];
	if (isModels(first)) return assistantMessage(run, provider);
	if (first.type === "function_call_output" || first.type === "custom_tool_call_output") {
		return toolMessages(names.get(first.call_id) ?? "tool", first.output);
	}
	if (first.type !== "message") return [];
	const role = first.role === "developer" ? "system" : "user";
	return [{ role, content: textOf(first.content), ...imagesOf(first.content) }];
}

/** What the model said and asked for between two inputs is one message; every input stands alone. */
const bothModels = (left: ConversationItem, right: ConversationItem): boolean => isModels(left) && isModels(right);

function createToMessages(provider: string): (items: readonly ConversationItem[]) => readonly OllamaMessage[] {
	const mapRun = createRunMapper<OllamaMessage>();
	return (items) => {
		const names = new Map<string, string>();
		for (const item of items) {
			if (item.type === "function_call" || item.type === "custom_tool_call") names.set(item.call_id, item.name);
		}
		return runsOf(items, bothModels).flatMap((run) => mapRun(run, () => messagesOf(run, provider, names)));
	};
}

/** Only what was asked for, of models that take it: others refuse the whole request. */
function think({ model, reasoning }: ModelRequest, info: ModelInfo): Pick<OllamaRequest, "think"> {
	const effort = reasoning?.effort;
	if (!info.supportsReasoning || effort === undefined) return {};
	// These think always, and take a level.
	if (model.includes("gpt-oss")) {
		const level =
			effort === "high" || effort === "medium" ? effort : effort === "max" || effort === "xhigh" ? "high" : "low";
		return { think: level };
	}
	return { think: effort !== "none" };
}

/** Maps requests; remembers the messages it has made, so that an unchanged one is the same object in every request. */
export type ToOllamaRequest = (request: ModelRequest, info: ModelInfo) => OllamaRequest;

/** Makes the mapping for `provider`, whose own reasoning is sent and no other's. */
export function createToOllamaRequest(provider: string): ToOllamaRequest {
	const toMessages = createToMessages(provider);
	let system: OllamaMessage = { role: "system", content: "" };
	return (request, info) => {
		const { model, instructions, tools, outputSchema, maxOutputTokens } = request;
		if (system.content !== instructions) system = { role: "system", content: instructions };
		return {
			model,
			stream: true,
			...(tools.length === 0
				? {}
				: {
						tools: tools.map(({ name, description, parameters }) => ({
							type: "function",
							function: { name, description, parameters },
						})),
					}),
			...(outputSchema === undefined ? {} : { format: outputSchema }),
			...think(request, info),
			// The size of the context stays the server's: a value from here would load the model anew.
			...(maxOutputTokens === undefined ? {} : { options: { num_predict: maxOutputTokens } }),
			messages: [...(instructions === "" ? [] : [system]), ...toMessages(request.input)],
		};
	};
}
