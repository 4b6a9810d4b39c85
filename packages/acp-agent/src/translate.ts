// From a session's events to the updates of the protocol, live and when a saved session is shown again. Keeps only what
// it needs to tell a beginning from what follows; every tool call that was told of is told to have ended.

import type { SessionUpdate, ToolCallContent } from "@agentclientprotocol/sdk";
import type { EventMsg, ExecOutcome, UserInput } from "@codex/protocol";
import { diffContent, ownServer, patchShape, textContent, toolShape } from "./tool-shape.ts";

/** What an editor can show besides the common updates. */
export interface ShownExtras {
	readonly notices: boolean;
	readonly compactions: boolean;
}

/** Who translates for whom. */
export interface TranslatorOptions {
	readonly sessionId: string;
	readonly cwd: string;
	readonly extras: ShownExtras;
}

type EventOf<Type extends EventMsg["type"]> = Extract<EventMsg, { readonly type: Type }>;
type Approval = EventOf<"exec_approval_request"> | EventOf<"patch_approval_request">;

/** Translates the events of one session. */
export interface Translator {
	/** The updates that an event comes to; often one, often none. */
	take(msg: EventMsg): readonly SessionUpdate[];
	/** The same for a saved event: what the user said is told too. */
	takeSaved(msg: EventMsg): readonly SessionUpdate[];
	/** The id under which the editor knows a call. */
	toolCallId(callId: string): string;
	/** Ends what was begun and never ended, as a torn session file leaves it. */
	end(): readonly SessionUpdate[];
}

// Live output shown of a command; its end brings all that is kept. 16 KiB: more than a screen.
const maxLiveOutput = 16 * 1024;
// An editor replaces a call's content whole: it is told of news of a quarter, or of 2 KiB.
const maxUnsent = 2048;

interface OpenCall {
	readonly wireId: string;
	output: string;
	sent: number;
	unsent: number;
}

/** One open stretch of the model's words, which deltas and the whole message share. */
interface Stretch {
	text: string;
	readonly messageId: string;
}

function outcomeText(outcome: ExecOutcome): string {
	switch (outcome.status) {
		case "exited":
			return outcome.exitCode === 0 ? "" : `exit code ${outcome.exitCode}`;
		case "signalled":
			return `ended by ${outcome.signal}`;
		case "timed_out":
			return "ended at its timeout";
		case "aborted":
			return "aborted";
		case "declined":
			return outcome.reason;
		case "spawn_failed":
			return outcome.message;
	}
}

const said = (text: string): ToolCallContent[] =>
	text === "" ? [] : [{ type: "content", content: { type: "text", text } }];

class EventTranslator implements Translator {
	readonly #options: TranslatorOptions;
	readonly #open = new Map<string, OpenCall>();
	readonly #uses = new Map<string, number>();
	#messages = 0;
	#answer: Stretch | undefined;
	#thought: Stretch | undefined;
	#thoughtChannel: "summary" | "raw" | undefined;
	#compactions = 0;

	constructor(options: TranslatorOptions) {
		this.#options = options;
	}

	toolCallId(callId: string): string {
		return this.#open.get(callId)?.wireId ?? callId;
	}

	take(msg: EventMsg): readonly SessionUpdate[] {
		switch (msg.type) {
			case "exec_approval_request":
			case "patch_approval_request":
				return this.#asked(msg);
			case "exec_command_begin":
			case "exec_command_output_delta":
			case "exec_command_end":
				return this.#command(msg);
			case "patch_apply_begin":
			case "patch_apply_end":
				return this.#patch(msg);
			case "tool_call_begin":
			case "tool_call_end":
				return this.#tool(msg);
			case "plan_update":
				return [{ sessionUpdate: "plan", entries: msg.plan.map(planEntry) }];
			case "token_count":
				return usage(msg);
			case "context_compacted":
				return this.#compacted(msg);
			default:
				return this.#words(msg);
		}
	}

	takeSaved(msg: EventMsg): readonly SessionUpdate[] {
		if (msg.type === "user_message") {
			const messageId = this.#messageId();
			return msg.items.map((item) => ({ sessionUpdate: "user_message_chunk", content: userContent(item), messageId }));
		}
		// What was asked was answered long ago.
		if (msg.type === "exec_approval_request" || msg.type === "patch_approval_request") return [];
		return this.take(msg);
	}

	end(): readonly SessionUpdate[] {
		return [...this.#open.keys()].flatMap((callId) =>
			this.#close(callId, { failed: true, content: said("no result") }),
		);
	}

	#messageId(): string {
		this.#messages += 1;
		return `${this.#options.sessionId}:${this.#messages}`;
	}

	/** What the model or the program says. */
	#words(msg: EventMsg): readonly SessionUpdate[] {
		switch (msg.type) {
			case "agent_message_delta":
				return this.#answerPiece(msg.delta);
			case "agent_message":
				return this.#wholeAnswer(msg.message);
			case "agent_reasoning_delta":
				return this.#thoughtPiece(msg.delta, msg.channel);
			case "agent_reasoning_section_break":
				return this.#thought === undefined ? [] : this.#thoughtPiece("\n\n", this.#thoughtChannel ?? "summary");
			case "agent_reasoning":
				return this.#wholeThought(msg.text);
			case "warning":
				return this.#notice("warning", msg.message);
			case "stream_error":
				// What came of the failed answer stands; the next one is a message of its own.
				this.#answer = undefined;
				this.#thought = undefined;
				this.#thoughtChannel = undefined;
				return this.#notice("warning", msg.message);
			case "notice":
				return this.#options.extras.notices ? this.#notice("info", msg.message) : [];
			default:
				return [];
		}
	}

	#answerPiece(text: string): readonly SessionUpdate[] {
		this.#answer ??= { text: "", messageId: this.#messageId() };
		this.#answer.text += text;
		return chunk("agent_message_chunk", text, this.#answer.messageId);
	}

	/** The rest of what its deltas brought; deltas may have been dropped. */
	#wholeAnswer(message: string): readonly SessionUpdate[] {
		const told = this.#answer;
		this.#answer = undefined;
		if (told === undefined) return chunk("agent_message_chunk", message, this.#messageId());
		if (message.startsWith(told.text)) {
			return chunk("agent_message_chunk", message.slice(told.text.length), told.messageId);
		}
		return chunk("agent_message_chunk", message, this.#messageId());
	}

	#thoughtPiece(text: string, channel: "summary" | "raw"): readonly SessionUpdate[] {
		// Of the raw thoughts and their summary the one that came first.
		this.#thoughtChannel ??= channel;
		if (this.#thoughtChannel !== channel) return [];
		this.#thought ??= { text: "", messageId: this.#messageId() };
		this.#thought.text += text;
		return chunk("agent_thought_chunk", text, this.#thought.messageId);
	}

	#wholeThought(text: string): readonly SessionUpdate[] {
		const told = this.#thought;
		this.#thought = undefined;
		this.#thoughtChannel = undefined;
		return told === undefined ? chunk("agent_thought_chunk", text, this.#messageId()) : [];
	}

	/** A call that begins; the id of an earlier, ended call may come again and is then told under another. */
	#begin(
		callId: string,
		call: Omit<Extract<SessionUpdate, { sessionUpdate: "tool_call" }>, "sessionUpdate" | "toolCallId">,
	): readonly SessionUpdate[] {
		const known = this.#open.get(callId);
		if (known !== undefined) {
			return [{ sessionUpdate: "tool_call_update", toolCallId: known.wireId, ...call }];
		}
		const uses = (this.#uses.get(callId) ?? 0) + 1;
		this.#uses.set(callId, uses);
		const wireId = uses === 1 ? callId : `${callId}#${uses}`;
		this.#open.set(callId, { wireId, output: "", sent: 0, unsent: 0 });
		return [{ sessionUpdate: "tool_call", toolCallId: wireId, ...call }];
	}

	#close(
		callId: string,
		end: { readonly failed: boolean; readonly content?: ToolCallContent[]; readonly rawOutput?: unknown },
	): readonly SessionUpdate[] {
		const known = this.#open.get(callId);
		if (known === undefined) return [];
		this.#open.delete(callId);
		const { failed, content, rawOutput } = end;
		return [
			{
				sessionUpdate: "tool_call_update",
				toolCallId: known.wireId,
				status: failed ? "failed" : "completed",
				...(content === undefined ? {} : { content }),
				...(rawOutput === undefined ? {} : { rawOutput }),
			},
		];
	}

	#asked(msg: Approval): readonly SessionUpdate[] {
		if (msg.type === "patch_approval_request") {
			const shape = patchShape(msg.changes, this.#options.cwd);
			return this.#begin(msg.callId, { ...shape, status: "pending", content: diffContent(msg.changes) });
		}
		return this.#begin(msg.callId, {
			title: commandTitle(msg),
			kind: "execute",
			status: "pending",
			rawInput: { command: msg.command, cwd: msg.cwd },
		});
	}

	#command(
		msg: EventOf<"exec_command_begin"> | EventOf<"exec_command_output_delta"> | EventOf<"exec_command_end">,
	): readonly SessionUpdate[] {
		switch (msg.type) {
			case "exec_command_begin":
				return this.#begin(msg.callId, {
					title: msg.display,
					kind: "execute",
					status: "in_progress",
					rawInput: { command: msg.command, cwd: msg.cwd },
				});
			case "exec_command_output_delta":
				return this.#liveOutput(msg.callId, msg.chunk);
			case "exec_command_end": {
				const { outcome, aggregatedOutput, durationMs } = msg;
				return this.#close(msg.callId, {
					failed: outcome.status !== "exited" || outcome.exitCode !== 0,
					content: [...textContent(aggregatedOutput), ...said(outcomeText(outcome))],
					rawOutput: { ...outcome, durationMs },
				});
			}
		}
	}

	#liveOutput(callId: string, piece: string): readonly SessionUpdate[] {
		const call = this.#open.get(callId);
		if (call === undefined) return [];
		const whole = call.output + piece;
		call.output = whole.length > maxLiveOutput ? whole.slice(-maxLiveOutput) : whole;
		call.unsent += piece.length;
		if (call.unsent < Math.min(call.sent / 4, maxUnsent)) return [];
		call.sent = call.output.length;
		call.unsent = 0;
		return [{ sessionUpdate: "tool_call_update", toolCallId: call.wireId, content: textContent(call.output) }];
	}

	#patch(msg: EventOf<"patch_apply_begin"> | EventOf<"patch_apply_end">): readonly SessionUpdate[] {
		if (msg.type === "patch_apply_begin") {
			const shape = patchShape(msg.changes, this.#options.cwd);
			const content = diffContent(msg.changes);
			return this.#begin(msg.callId, { ...shape, status: "in_progress", content });
		}
		const failed = msg.status !== "completed";
		// What was done is shown by its diff already.
		return this.#close(msg.callId, { failed, ...(failed ? { content: said(msg.stderr || msg.status) } : {}) });
	}

	#tool(msg: EventOf<"tool_call_begin"> | EventOf<"tool_call_end">): readonly SessionUpdate[] {
		// The plan has an update of its own.
		if (msg.server === ownServer && msg.tool === "update_plan") return [];
		if (msg.type === "tool_call_begin") {
			const shape = toolShape(msg, this.#options.cwd);
			return this.#begin(msg.callId, { ...shape, status: "in_progress", rawInput: msg.arguments });
		}
		return this.#close(msg.callId, {
			failed: msg.status !== "completed",
			content: textContent(msg.output),
			rawOutput: { status: msg.status, durationMs: msg.durationMs },
		});
	}

	#notice(severity: "info" | "warning", message: string): readonly SessionUpdate[] {
		if (this.#options.extras.notices) return [{ sessionUpdate: "notice", severity, title: message }];
		return chunk("agent_thought_chunk", `${message}\n\n`, this.#messageId());
	}

	#compacted(msg: EventOf<"context_compacted">): readonly SessionUpdate[] {
		const { summary, tokensBefore, tokensAfter } = msg;
		if (!this.#options.extras.compactions) {
			return this.#notice("info", `The conversation was summarised: ${tokensBefore} tokens became ${tokensAfter}`);
		}
		this.#compactions += 1;
		return [
			{
				sessionUpdate: "compaction_update",
				compactionId: `${this.#options.sessionId}:compaction:${this.#compactions}`,
				status: "completed",
				summary: [{ type: "text", text: summary }],
			},
		];
	}
}

function chunk(
	kind: "agent_message_chunk" | "agent_thought_chunk",
	text: string,
	messageId: string,
): readonly SessionUpdate[] {
	return text === "" ? [] : [{ sessionUpdate: kind, content: { type: "text", text }, messageId }];
}

function userContent(item: UserInput): Extract<SessionUpdate, { sessionUpdate: "user_message_chunk" }>["content"] {
	switch (item.type) {
		case "text":
			return { type: "text", text: item.text };
		case "image": {
			const parts = /^data:([^;,]+);base64,(.*)$/s.exec(item.image_url);
			const [, mimeType, data] = parts ?? [];
			if (mimeType !== undefined && data !== undefined) return { type: "image", mimeType, data };
			return { type: "resource_link", name: "image", uri: item.image_url };
		}
		case "local_image":
			return { type: "text", text: `[image ${item.path}]` };
	}
}

const planEntry = ({
	step,
	status,
}: EventOf<"plan_update">["plan"][number]): Extract<SessionUpdate, { sessionUpdate: "plan" }>["entries"][number] => ({
	content: step,
	priority: "medium",
	status,
});

function usage({ last, contextWindow, totalCostUsd }: EventOf<"token_count">): readonly SessionUpdate[] {
	if (contextWindow === undefined) return [];
	return [
		{
			sessionUpdate: "usage_update",
			used: last.inputTokens + last.outputTokens,
			size: contextWindow,
			...(totalCostUsd === null ? {} : { cost: { amount: totalCostUsd, currency: "USD" } }),
		},
	];
}

/** A command that is asked about, as a person reads it. */
export function commandTitle({
	command,
	programs,
}: Pick<EventOf<"exec_approval_request">, "command" | "programs">): string {
	const [shell = "", flag = "", script] = command;
	if (script !== undefined && command.length === 3 && /(?:^|\/)(?:ba|da|z)?sh$/.test(shell) && /^-l?c$/.test(flag)) {
		return script;
	}
	return command.length > 0 ? command.join(" ") : (programs ?? []).join("; ");
}

/** Makes the translator of a session. */
export function createTranslator(options: TranslatorOptions): Translator {
	return new EventTranslator(options);
}
