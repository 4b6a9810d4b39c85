// A quick guess at the tokens of history items, between two counts by the model itself. Errs a little to the high side for
// English text and code.

import type { ContentPart, ConversationItem, ToolOutput } from "@codex/protocol";

const bytesPerToken = 4;
// Roles, ids and separators of one item.
const itemTokens = 8;
// About what vendors count for a picture of a screen (OpenAI: 765 to 1,445 for high detail, Anthropic: up to 1,600).
const imageTokens = 1600;

const textTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken);

const partTokens = (part: ContentPart): number => (part.type === "input_image" ? imageTokens : textTokens(part.text));

const partsTokens = (parts: readonly ContentPart[]): number => parts.reduce((sum, part) => sum + partTokens(part), 0);

const outputTokens = (output: ToolOutput): number =>
	typeof output === "string" ? textTokens(output) : partsTokens(output);

/** Tokens of one item, about. */
export function estimateTokens(item: ConversationItem): number {
	switch (item.type) {
		case "message":
			return itemTokens + partsTokens(item.content);
		case "reasoning":
			return itemTokens + textTokens(item.encrypted_content ?? item.summary.map(({ text }) => text).join("\n"));
		case "function_call":
			return itemTokens + textTokens(item.arguments);
		case "custom_tool_call":
			return itemTokens + textTokens(item.input);
		case "function_call_output":
		case "custom_tool_call_output":
			return itemTokens + outputTokens(item.output);
	}
}
