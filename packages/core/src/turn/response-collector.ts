// Takes the finished items of one response: records them, tells them, starts their tools at once, and appends all tool
// outputs in the model's order when the response is over.

import type { EventMsg, MessageItem, ReasoningItem, ToolCallItem } from "@codex/protocol";
import type { History } from "../context/history.ts";
import type { CompletedCall, ToolScheduler } from "../tools/scheduler.ts";
import { messageText } from "./sample.ts";

/** Collects one response. */
export interface ResponseCollector {
	/** Takes a finished item. */
	readonly take: (item: MessageItem | ReasoningItem | ToolCallItem) => void;
	/**
	 * Waits for the tools and appends their outputs. Reasoning that nothing followed is dropped, because vendors refuse a
	 * history that ends in it.
	 */
	finish(): Promise<readonly CompletedCall[]>;
	/** Calls so far. */
	readonly callCount: number;
	/** The text of the last message, or `null`. */
	readonly lastMessage: string | null;
}

/** What a collector works on. */
export interface CollectorPorts {
	readonly history: History;
	readonly scheduler: ToolScheduler;
	readonly emit: (msg: EventMsg) => void;
	readonly provider: string;
	readonly signal: AbortSignal;
}

/** Makes a collector for one response. */
export function createResponseCollector(ports: CollectorPorts): ResponseCollector {
	const running: Promise<CompletedCall>[] = [];
	let heldReasoning: ReasoningItem[] = [];
	let lastMessage: string | null = null;

	const takeReasoning = (item: ReasoningItem): void => {
		heldReasoning.push({ ...item, provider: ports.provider });
		const text = item.summary.map((part) => part.text).join("\n");
		if (text.trim() !== "") ports.emit({ type: "agent_reasoning", text });
	};
	const record = (item: MessageItem | ToolCallItem): void => {
		ports.history.append(...heldReasoning, item);
		heldReasoning = [];
	};

	return {
		take: (item) => {
			if (item.type === "reasoning") return takeReasoning(item);
			record(item);
			if (item.type === "message") {
				lastMessage = messageText(item);
				ports.emit({ type: "agent_message", message: lastMessage });
				return;
			}
			running.push(ports.scheduler.start(item, ports.signal));
		},
		finish: async () => {
			const completed = await Promise.all(running);
			ports.history.append(...completed.map((call) => call.item));
			const attached = completed.flatMap((call) => call.attach ?? []);
			if (attached.length > 0) ports.history.append({ type: "message", role: "user", content: attached });
			return completed;
		},
		get callCount() {
			return running.length;
		},
		get lastMessage() {
			return lastMessage;
		},
	};
}
