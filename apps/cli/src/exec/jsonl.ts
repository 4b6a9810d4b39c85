// The JSONL wire of `code exec --json`: events become lines, item by item. Pure but for the given writer. Every item that
// was started is completed before its turn ends, and after the line that ends a turn there is no other.

import {
	assertNever,
	type Event,
	type EventMsg,
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
import { abortMessage, type EventProcessor, type RunOutcome } from "./event-processor.ts";
import { beginItem, endItem, type OpenItem, unfinishedItem } from "./jsonl-items.ts";

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
		if (!this.#turnEnded) this.#takeMessage(event.msg);
	}

	end(outcome: RunOutcome): void {
		if (this.#turnEnded) return;
		// The run was cut before or beside its turn: the last line still says how it ended.
		if (outcome.kind === "completed") this.#completeTurn();
		else this.#failTurn(outcome.kind === "aborted" ? abortMessage(outcome.reason) : outcome.message);
	}

	#takeMessage(msg: EventMsg): void {
		switch (msg.type) {
			case "session_configured":
				return this.#startThread(msg.sessionId);
			case "turn_started":
				return this.#write({ type: "turn.started" });
			case "agent_message":
				return this.#complete({ type: "agent_message", text: msg.message });
			case "agent_reasoning":
				if (msg.text.trim() !== "") this.#complete({ type: "reasoning", text: msg.text });
				return;
			case "warning":
				return this.#complete({ type: "error", message: msg.message });
			case "stream_error":
				return this.#write({ type: "error", message: msg.message });
			case "exec_command_begin":
			case "patch_apply_begin":
			case "tool_call_begin":
				return this.#begin(msg.callId, beginItem(msg));
			case "exec_command_end":
			case "patch_apply_end":
			case "tool_call_end":
				return this.#end(msg.callId, endItem(msg, this.#open.get(msg.callId)));
			case "plan_update":
				return this.#updatePlan(msg.plan);
			case "token_count":
				this.#usage = msg.total;
				return;
			case "turn_completed":
				return this.#completeTurn();
			case "turn_failed":
				this.#write({ type: "error", message: msg.error.message });
				return this.#failTurn(msg.error.message);
			case "turn_aborted":
				return this.#failTurn(abortMessage(msg.reason));
			case "agent_message_delta":
			case "agent_reasoning_delta":
			case "agent_reasoning_section_break":
			case "exec_command_output_delta":
			case "exec_approval_request":
			case "patch_approval_request":
			case "notice":
			case "user_message":
			case "rate_limits":
			case "turn_diff":
			case "shutdown_completed":
				return;
			default:
				return assertNever(msg);
		}
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

	#begin(callId: string, open: OpenItem): void {
		const item: OpenItem = { ...open, id: this.#newId() };
		this.#open.set(callId, item);
		this.#write({ type: "item.started", item });
	}

	#end(callId: string, ended: OpenItem): void {
		const id = this.#open.get(callId)?.id ?? this.#newId();
		this.#open.delete(callId);
		this.#write({ type: "item.completed", item: { ...ended, id } });
	}

	#updatePlan(plan: readonly PlanStep[]): void {
		const type = this.#todo === undefined ? "item.started" : "item.updated";
		const items = plan.map(({ step, status }) => ({ text: step, completed: status === "completed" }));
		const item: TodoListItem = { id: this.#todo?.id ?? this.#newId(), type: "todo_list", items };
		this.#todo = item;
		this.#write({ type, item });
	}

	#closeItems(): void {
		const unfinished: ExecItem[] = [...this.#open.values()].map(unfinishedItem);
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
