// The JSONL wire of `code exec --json`: events become lines, item by item. Pure but for the given writer. Every item that
// was started is completed before its turn ends, and after the line that ends a turn there is no other.

import {
	type Event,
	type ExecEvent,
	type ExecEventBody,
	type ExecItem,
	type ExecUsage,
	execEventVersion,
	type PlanStep,
	type TodoListItem,
	type TokenUsage,
	zeroUsage,
} from "@codex/protocol";
import { dispatchEvent, type EventHandlers, ignoreEvent } from "./event-handlers.ts";
import { abortMessage, type EventProcessor, type RunOutcome } from "./event-processor.ts";
import { type BeginEvent, beginItem, type EndEvent, endItem, type OpenItem, unfinishedItem } from "./jsonl-items.ts";

// Readers that split at every Unicode line end (Node's readline, which the SDK uses) would cut a line in two there.
const lineSeparators = /[\u2028\u2029]/g;

/** One line of the wire without its line feed; splits nowhere, whatever text it holds. */
export function execLine(event: ExecEvent): string {
	return JSON.stringify(event).replace(lineSeparators, (character) => (character === "\u2028" ? "\\u2028" : "\\u2029"));
}

function execUsage(usage: TokenUsage): ExecUsage {
	return {
		input_tokens: usage.inputTokens,
		cached_input_tokens: usage.cachedInputTokens,
		cache_write_input_tokens: usage.cacheWriteInputTokens,
		output_tokens: usage.outputTokens,
		reasoning_output_tokens: usage.reasoningOutputTokens,
	};
}

/** Makes the processor; `writeLine` gets whole lines without their line feed. */
export function createJsonlProcessor(writeLine: (line: string) => void): EventProcessor {
	return new JsonlProcessor(writeLine);
}

class JsonlProcessor implements EventProcessor {
	readonly #writeLine: (line: string) => void;
	readonly #open = new Map<string, OpenItem>();
	#seq = 0;
	#nextItem = 0;
	#todo: TodoListItem | undefined;
	#usage: TokenUsage = zeroUsage;
	#threadStarted = false;
	#turnEnded = false;
	readonly #handlers: EventHandlers = {
		session_configured: ({ sessionId }) => this.#startThread(sessionId),
		turn_started: () => this.#write({ type: "turn.started" }),
		agent_message: ({ message }) => this.#complete({ type: "agent_message", text: message }),
		agent_reasoning: ({ text }) => {
			if (text.trim() !== "") this.#complete({ type: "reasoning", text });
		},
		warning: ({ message }) => this.#complete({ type: "error", message }),
		stream_error: ({ message }) => this.#write({ type: "error", message }),
		exec_command_begin: (msg) => this.#begin(msg),
		exec_command_end: (msg) => this.#end(msg),
		// A patch is told once, when it is done: so the wire has it.
		patch_apply_begin: (msg) => void this.#open.set(msg.callId, beginItem(msg)),
		patch_apply_end: (msg) => this.#end(msg),
		tool_call_begin: (msg) => this.#begin(msg),
		tool_call_end: (msg) => this.#end(msg),
		plan_update: ({ plan }) => this.#updatePlan(plan),
		token_count: ({ total }) => {
			this.#usage = total;
		},
		turn_completed: () => this.#completeTurn(),
		turn_failed: ({ error }) => {
			this.#write({ type: "error", message: error.message });
			this.#failTurn(error.message);
		},
		turn_aborted: ({ reason }) => this.#failTurn(abortMessage(reason)),
		agent_message_delta: ignoreEvent,
		agent_reasoning_delta: ignoreEvent,
		agent_reasoning_section_break: ignoreEvent,
		exec_command_output_delta: ignoreEvent,
		exec_approval_request: ignoreEvent,
		patch_approval_request: ignoreEvent,
		notice: ignoreEvent,
		context_compacted: ignoreEvent,
		user_message: ignoreEvent,
		rate_limits: ignoreEvent,
		turn_diff: ignoreEvent,
		shutdown_completed: ignoreEvent,
	};

	constructor(writeLine: (line: string) => void) {
		this.#writeLine = writeLine;
	}

	startFailed(lines: readonly string[]): void {
		this.#write({ type: "error", message: lines.join("\n") });
	}

	started(): void {
		// The session's first event says all.
	}

	take(event: Event): void {
		if (!this.#turnEnded) dispatchEvent(this.#handlers, event.msg);
	}

	end(outcome: RunOutcome): void {
		if (this.#turnEnded) return;
		// The run was cut before or beside its turn: the last line still says how it ended.
		if (outcome.kind === "completed") this.#completeTurn();
		else this.#failTurn(outcome.kind === "aborted" ? abortMessage(outcome.reason) : outcome.message);
	}

	#write(body: ExecEventBody): void {
		this.#writeLine(execLine({ ...body, v: execEventVersion, seq: this.#seq }));
		this.#seq += 1;
	}

	#newId(): string {
		const id = `item_${this.#nextItem}`;
		this.#nextItem += 1;
		return id;
	}

	/** An item that was not told yet gets its id now. */
	#idOf(open: OpenItem | undefined): string {
		return open === undefined || open.id === "" ? this.#newId() : open.id;
	}

	#startThread(threadId: string): void {
		if (this.#threadStarted) return;
		this.#threadStarted = true;
		this.#write({ type: "thread.started", thread_id: threadId });
	}

	#complete(
		item:
			| { readonly type: "agent_message" | "reasoning"; readonly text: string }
			| { readonly type: "error"; readonly message: string },
	): void {
		this.#write({ type: "item.completed", item: { id: this.#newId(), ...item } });
	}

	#begin(event: BeginEvent): void {
		const item: OpenItem = { ...beginItem(event), id: this.#newId() };
		this.#open.set(event.callId, item);
		this.#write({ type: "item.started", item });
	}

	#end(event: EndEvent): void {
		const open = this.#open.get(event.callId);
		this.#open.delete(event.callId);
		this.#write({ type: "item.completed", item: { ...endItem(event, open), id: this.#idOf(open) } });
	}

	#updatePlan(plan: readonly PlanStep[]): void {
		const type = this.#todo === undefined ? "item.started" : "item.updated";
		const items = plan.map(({ step, status }) => ({ text: step, completed: status === "completed" }));
		const item: TodoListItem = { id: this.#todo?.id ?? this.#newId(), type: "todo_list", items };
		this.#todo = item;
		this.#write({ type, item });
	}

	#closeItems(): void {
		const unfinished: ExecItem[] = [...this.#open.values()].map((open) => ({
			...unfinishedItem(open),
			id: this.#idOf(open),
		}));
		if (this.#todo !== undefined) unfinished.push(this.#todo);
		this.#open.clear();
		this.#todo = undefined;
		for (const item of unfinished) this.#write({ type: "item.completed", item });
	}

	#completeTurn(): void {
		this.#closeItems();
		this.#turnEnded = true;
		this.#write({ type: "turn.completed", usage: execUsage(this.#usage) });
	}

	#failTurn(message: string): void {
		this.#closeItems();
		this.#turnEnded = true;
		this.#write({ type: "turn.failed", error: { message: message === "" ? "turn failed" : message } });
	}
}
