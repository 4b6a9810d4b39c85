// What a compaction keeps: the instructions, the surroundings, the user's own messages, and a bridge with the notes. Pure.

import type { ConversationItem, MessageItem } from "@codex/protocol";
import { estimateTokens } from "../context/estimate-tokens.ts";
import { truncateMiddle } from "../context/truncate.ts";
import { messageText } from "../turn/sample.ts";

const bytesPerToken = 4;
const bridgeTag = "<conversation_summary>";
const bridgeEnd = "</conversation_summary>";

/** How much is kept. */
export interface KeepLimits {
	/** Of the user's messages together; the newest first. */
	readonly userTokens: number;
	/** Of the notes. */
	readonly notesTokens: number;
	/** Of the instructions at the head. */
	readonly headTokens: number;
}

const startsWith = (item: ConversationItem, start: string): boolean =>
	item.type === "message" && item.role === "user" && messageText(item).startsWith(start);

/** Whether the item tells the model of its surroundings. */
export const isEnvironment = (item: ConversationItem): boolean => startsWith(item, "<environment_context>");

const isInstructions = (item: ConversationItem): boolean => startsWith(item, "# AGENTS.md instructions for ");

/** Whether the item carries the notes of an earlier compaction. */
export const isBridge = (item: ConversationItem): boolean => startsWith(item, bridgeTag);

const isMarker = (item: ConversationItem): boolean => startsWith(item, "<turn_aborted>");

function isUsers(item: ConversationItem): item is MessageItem {
	if (item.type !== "message" || item.role !== "user") return false;
	return !isEnvironment(item) && !isInstructions(item) && !isBridge(item) && !isMarker(item);
}

const userText = (text: string): MessageItem => ({
	type: "message",
	role: "user",
	content: [{ type: "input_text", text }],
});

/** A message of at most `tokens`, cut in its middle; pictures become a word. The item itself when it fits. */
function shortened(item: MessageItem, tokens: number): MessageItem {
	const hasImage = item.content.some(({ type }) => type === "input_image");
	if (!hasImage && estimateTokens(item) <= tokens) return item;
	const text = item.content.map((part) => (part.type === "input_image" ? "[an image was here]" : part.text));
	return userText(truncateMiddle(text.join("\n"), tokens * bytesPerToken));
}

// A message shorter than this says nothing any more.
const leastTokens = 64;

/** The newest messages that fit, oldest first; the one that does not fit whole is cut, those before it are left out. */
function newestThatFit(messages: readonly MessageItem[], tokens: number): readonly MessageItem[] {
	const kept: MessageItem[] = [];
	let left = tokens;
	for (const message of messages.toReversed()) {
		if (left < leastTokens) break;
		const short = shortened(message, left);
		kept.push(short);
		left -= estimateTokens(short);
	}
	return kept.toReversed();
}

/** The first message says what all is about: it stays, cut to a quarter of the limit when it must. */
function keptUsers(messages: readonly MessageItem[], tokens: number): readonly MessageItem[] {
	const fitting = newestThatFit(messages, tokens);
	const [first] = messages;
	if (first === undefined || fitting.length === messages.length) return fitting;
	const goal = shortened(first, Math.floor(tokens / 4));
	return [goal, ...newestThatFit(messages.slice(1), tokens - estimateTokens(goal))];
}

function bridge(notes: string, tokens: number): MessageItem {
	const text = truncateMiddle(notes.replaceAll(bridgeEnd, "<\\/conversation_summary>"), tokens * bytesPerToken);
	return userText(
		`${bridgeTag}\nThe conversation so far was summarised to free the context window. The user's messages here are their own words; your answers, your calls and their results are gone. These are your notes on them. Files may have changed since: read again what you are about to change.\n\n${text}\n${bridgeEnd}`,
	);
}

/**
 * The history that replaces `items`: instructions, surroundings, the user's messages that were answered, the notes, then
 * the user's messages that wait for an answer.
 */
export function replacementHistory(
	items: readonly ConversationItem[],
	notes: string,
	limits: KeepLimits,
): readonly ConversationItem[] {
	const instructions = items.find(isInstructions);
	const surroundings = items.findLast(isEnvironment);
	const answered = items.findLastIndex((item) => item.type !== "message" || item.role !== "user") + 1;
	const waiting = keptUsers(items.slice(answered).filter(isUsers), limits.userTokens);
	const left = limits.userTokens - waiting.reduce((sum, item) => sum + estimateTokens(item), 0);
	return [
		...(instructions?.type !== "message" ? [] : [shortened(instructions, limits.headTokens)]),
		...(surroundings === undefined ? [] : [surroundings]),
		...keptUsers(items.slice(0, answered).filter(isUsers), left),
		bridge(notes, limits.notesTokens),
		...waiting,
	];
}
