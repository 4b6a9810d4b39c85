// A conversation item as a person would quote it.

import type { ContentPart, ConversationItem, ToolOutput } from "@codex/protocol";

function partsText(parts: readonly ContentPart[]): string {
	return parts
		.map((part) => (part.type === "input_image" ? `[image ${part.image_url.slice(0, 64)}]` : part.text))
		.join("\n");
}

/** The text of a tool's output; images by the beginning of their URL. */
export function outputText(output: ToolOutput): string {
	return typeof output === "string" ? output : partsText(output);
}

/** The text of an item. */
export function itemText(item: ConversationItem): string {
	switch (item.type) {
		case "message":
			return partsText(item.content);
		case "reasoning":
			return [...item.summary, ...(item.content ?? [])].map((part) => part.text).join("\n");
		case "function_call":
			return item.arguments;
		case "custom_tool_call":
			return item.input;
		case "function_call_output":
		case "custom_tool_call_output":
			return outputText(item.output);
	}
}

/** What an item is, for example `message/user`, `function_call shell` or `function_call_output`. */
export function itemLabel(item: ConversationItem): string {
	if (item.type === "message") return `message/${item.role}`;
	return "name" in item ? `${item.type} ${item.name}` : item.type;
}
