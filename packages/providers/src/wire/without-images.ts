// History for a model that takes no images: words stand where they were, so that a session may go on with such a model.

import type { ContentPart, ConversationItem, ModelRequest } from "@codex/protocol";

const note: ContentPart = { type: "input_text", text: "[an image that this model cannot see]" };

const isImage = (part: ContentPart): boolean => part.type === "input_image";

const replaced = (parts: readonly ContentPart[]): readonly ContentPart[] =>
	parts.map((part) => (isImage(part) ? note : part));

function withoutImages(item: ConversationItem): ConversationItem {
	if (item.type === "message") return item.content.some(isImage) ? { ...item, content: replaced(item.content) } : item;
	if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") return item;
	return typeof item.output !== "string" && item.output.some(isImage)
		? { ...item, output: replaced(item.output) }
		: item;
}

/** Makes a mapping that leaves images out; an unchanged item gives the same object every time. */
export function createImageRemover(): (request: ModelRequest) => ModelRequest {
	const mapped = new WeakMap<ConversationItem, ConversationItem>();
	return (request) => ({
		...request,
		input: request.input.map((item) => {
			const known = mapped.get(item) ?? withoutImages(item);
			mapped.set(item, known);
			return known;
		}),
	});
}
