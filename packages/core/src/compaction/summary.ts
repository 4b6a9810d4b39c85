// The notes that stand for a conversation: asking for them, and what is done to the model's answer before it counts.
// Pure text.

import type { ContentPart, ConversationItem, ToolOutput } from "@codex/protocol";
import { truncateMiddle } from "../context/truncate.ts";
import { messageText } from "../turn/sample.ts";
import { isBridge, isEnvironment } from "./kept-items.ts";

// How much of one item the summarising model sees (reference 3.6).
const messageBytes = 8 * 1024;
const toolBytes = 4 * 1024;

/** What stands for a summary that the model did not give. */
export const noSummary = "(no summary available)";

const outputText = (output: ToolOutput): string =>
	typeof output === "string" ? output : output.map(partText).join("\n");

function partText(part: ContentPart): string {
	return part.type === "input_image" ? "[an image was here]" : part.text;
}

/** One item for the transcript; `undefined` for what the notes need not cover. */
function entry(item: ConversationItem): string | undefined {
	switch (item.type) {
		case "message": {
			if (isEnvironment(item)) return undefined;
			const text = truncateMiddle(item.content.map(partText).join("\n"), messageBytes);
			if (isBridge(item)) return `[earlier notes]\n${text}`;
			return `[${item.role}]\n${text}`;
		}
		case "reasoning":
			return undefined;
		case "function_call":
			return `[call of ${item.name}]\n${truncateMiddle(item.arguments, toolBytes)}`;
		case "custom_tool_call":
			return `[call of ${item.name}]\n${truncateMiddle(item.input, toolBytes)}`;
		case "function_call_output":
		case "custom_tool_call_output":
			return `[its result]\n${truncateMiddle(outputText(item.output), toolBytes)}`;
	}
}

/**
 * The conversation as one text of at most `maxBytes`. When it is longer, entries go from the oldest on, users' messages
 * last, and a line says how many are missing.
 */
export function transcript(items: readonly ConversationItem[], maxBytes: number): string {
	const entries = items.flatMap((item) => {
		const text = entry(item);
		if (text === undefined) return [];
		const isUsers = item.type === "message" && item.role !== "assistant";
		// What stands in the transcript must not end it.
		return [{ text: text.replaceAll("</transcript", "<\\/transcript"), isUsers, isDropped: false }];
	});
	let bytes = entries.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 2, 0);
	for (const users of [false, true]) {
		for (const each of entries) {
			if (bytes <= maxBytes) break;
			if (each.isDropped || each.isUsers !== users) continue;
			each.isDropped = true;
			bytes -= Buffer.byteLength(each.text) + 2;
		}
	}
	const kept = entries.filter(({ isDropped }) => !isDropped);
	const missing = entries.length - kept.length;
	const gap = missing === 0 ? [] : [`[${missing} older entries left out]`];
	return [...gap, ...kept.map(({ text }) => text)].join("\n\n");
}

/** The one message of a summarising request. */
export function summaryRequest(text: string, prompt: string): ConversationItem {
	const request = `<transcript>\n${text}\n</transcript>\n\n${prompt.trim()}`;
	return { type: "message", role: "user", content: [{ type: "input_text", text: request }] };
}

const heading = /^#{1,3}\s*constraints\s*:?\s*$/i;

/** The lines of the section on constraints, without repeats. */
function constraintsIn(notes: string): readonly string[] {
	const lines = notes.split("\n");
	const start = lines.findIndex((line) => heading.test(line));
	if (start === -1) return [];
	const rest = lines.slice(start + 1);
	const end = rest.findIndex((line) => /^#{1,3}\s/.test(line));
	const section = end === -1 ? rest : rest.slice(0, end);
	return [...new Set(section.map((line) => line.trimEnd()).filter((line) => /^\s*[-*]\s+\S/.test(line)))];
}

// More would be a text of its own rather than a list of limits.
const maxCarried = 50;

const bare = (line: string): string => line.replace(/^\s*[-*]\s+/, "").toLowerCase();

/** The new notes with every constraint of the notes before that they left out: a summary of a summary must lose none. */
export function withEarlierConstraints(notes: string, earlier: string | undefined): string {
	if (earlier === undefined) return notes;
	const text = notes.toLowerCase();
	const lost = constraintsIn(earlier).filter((line) => !text.includes(bare(line)));
	if (lost.length === 0) return notes;
	const carried = lost.slice(0, maxCarried).join("\n");
	const lines = notes.split("\n");
	const at = lines.findIndex((line) => heading.test(line));
	if (at === -1) return `${notes.trimEnd()}\n\n# Constraints\n${carried}`;
	return [...lines.slice(0, at + 1), carried, ...lines.slice(at + 1)].join("\n");
}

/** The text of the earlier notes in a history, or `undefined`. */
export function earlierNotes(items: readonly ConversationItem[]): string | undefined {
	const bridge = items.findLast(isBridge);
	return bridge?.type === "message" ? messageText(bridge) : undefined;
}
