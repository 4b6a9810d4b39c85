// A session as a person reads it: Markdown. Pure; secrets were masked before.

import type { SavedCompaction } from "@codex/core";
import type { ConversationItem, MessageItem, SessionMeta, ToolOutput } from "@codex/protocol";

/** What is written of a session. */
export interface SessionContent {
	readonly meta: SessionMeta;
	readonly items: readonly ConversationItem[];
}

/** A fence that no line of the text can close. */
function fenced(text: string, language = ""): string {
	const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
	const fence = "`".repeat(longest + 1);
	return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

function messageText({ content }: MessageItem): string {
	return content.map((part) => (part.type === "input_image" ? "*(an image)*" : part.text)).join("\n\n");
}

function outputText(output: ToolOutput): string {
	if (typeof output === "string") return output;
	return output.map((part) => (part.type === "input_image" ? "(an image)" : part.text)).join("\n");
}

const headings = { user: "## User", assistant: "## Assistant", developer: "## Developer" };

function itemText(item: ConversationItem): string | undefined {
	switch (item.type) {
		case "message":
			return `${headings[item.role]}\n\n${messageText(item)}`;
		case "reasoning": {
			const summary = item.summary.map(({ text }) => text).join("\n\n");
			return summary === "" ? undefined : `### Reasoning\n\n${summary}`;
		}
		case "function_call":
			return `### Call of \`${item.name}\` (${item.call_id})\n\n${fenced(item.arguments, "json")}`;
		case "custom_tool_call":
			return `### Call of \`${item.name}\` (${item.call_id})\n\n${fenced(item.input)}`;
		case "function_call_output":
		case "custom_tool_call_output":
			return `### Result (${item.call_id})\n\n${fenced(outputText(item.output))}`;
	}
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What compactions took out of the context, as Markdown, ending in a newline. */
export function compactionsMarkdown(compactions: readonly SavedCompaction[]): string {
	if (compactions.length === 0) return "Nothing has left the context: there was no compaction.\n";
	const parts = compactions.flatMap(({ reason, summary, removed, tokensBefore, tokensAfter }, index) => [
		`# Compaction ${index + 1}${reason === "" ? "" : ` (${reason})`}: about ${tokensBefore} tokens became ${tokensAfter}`,
		`## Notes that stand for it\n\n${fenced(summary)}`,
		`## ${plural(removed.length, "item")} left the context`,
		...removed.map(itemText).filter((text) => text !== undefined),
	]);
	return `${parts.join("\n\n")}\n`;
}

/** The whole session as Markdown, ending in a newline. */
export function sessionMarkdown({ meta, items }: SessionContent): string {
	const head = [
		`# Session ${meta.id}`,
		[`- started: ${meta.timestamp}`, `- folder: ${meta.cwd}`, `- provider: ${meta.model_provider || "unknown"}`].join(
			"\n",
		),
	];
	const parts = items.map(itemText).filter((text) => text !== undefined);
	return `${[...head, ...parts].join("\n\n")}\n`;
}
