// The calm stream for people: what happens goes to stderr line by line, the final message to stdout, once, at the end.
// Nothing that a model or a tool wrote reaches a terminal without passing printable().

import type { Event, EventMsg, TokenCountEvent } from "@codex/protocol";
import type { SessionInfo } from "@codex/runtime";
import { printable, printableLine } from "../terminal/printable.ts";
import type { Style } from "../terminal/style.ts";
import { dispatchEvent, type EventHandlers, ignoreEvent } from "./event-handlers.ts";
import { abortMessage, type EventProcessor, type RunOutcome } from "./event-processor.ts";
import {
	argumentsText,
	commandEndText,
	durationText,
	patchText,
	planLines,
	tailLines,
	usageText,
} from "./human-text.ts";

/** Where the stream goes. */
export interface HumanSinks {
	/** Progress; gets whole lines. */
	readonly progress: (text: string) => void;
	/** The final message; called at most once. */
	readonly answer: (text: string) => void;
	readonly style: Style;
}

/** Makes the processor. */
export function createHumanProcessor(sinks: HumanSinks): EventProcessor {
	return new HumanProcessor(sinks);
}

// One line of a terminal of usual width.
const lineLength = 160;

class HumanProcessor implements EventProcessor {
	readonly #sinks: HumanSinks;
	readonly #commands = new Map<string, string>();
	readonly #patches = new Map<string, string>();
	/** A message is held back until it is known whether it is the last one. */
	#heldMessage: string | undefined;
	#lastBegun = "";
	#cwd = "/";
	#tokens: TokenCountEvent | undefined;
	readonly #handlers: EventHandlers = {
		agent_message: ({ message }) => {
			this.#releaseMessage();
			this.#heldMessage = message;
		},
		agent_reasoning: ({ text }) => {
			if (text.trim() !== "") this.#say(this.#sinks.style.dim(printable(text.trim())));
		},
		exec_command_begin: ({ callId, display }) => this.#beginCommand(callId, display),
		exec_command_end: (msg) => this.#endCommand(msg),
		patch_apply_begin: ({ callId, changes }) => void this.#patches.set(callId, patchText(changes, this.#cwd)),
		patch_apply_end: (msg) => this.#endPatch(msg),
		tool_call_end: (msg) => this.#endTool(msg),
		plan_update: (msg) => {
			for (const line of planLines(msg)) this.#say(line);
		},
		warning: ({ message }) => this.#warn(message),
		stream_error: ({ message }) => this.#warn(message),
		notice: ({ message }) => this.#say(this.#sinks.style.dim(printable(message))),
		context_compacted: ({ tokensBefore, tokensAfter }) => {
			this.#say(this.#sinks.style.dim(`summarised: about ${tokensBefore} tokens became ${tokensAfter}`));
		},
		token_count: (msg) => {
			this.#tokens = msg;
		},
		tool_call_begin: ignoreEvent,
		agent_message_delta: ignoreEvent,
		agent_reasoning_delta: ignoreEvent,
		agent_reasoning_section_break: ignoreEvent,
		exec_command_output_delta: ignoreEvent,
		exec_approval_request: ignoreEvent,
		patch_approval_request: ignoreEvent,
		session_configured: ignoreEvent,
		turn_started: ignoreEvent,
		user_message: ignoreEvent,
		rate_limits: ignoreEvent,
		turn_diff: ignoreEvent,
		// How the turn ended is said by end(), after the session has let go of everything.
		turn_completed: ignoreEvent,
		turn_failed: ignoreEvent,
		turn_aborted: ignoreEvent,
		shutdown_completed: ignoreEvent,
	};

	constructor(sinks: HumanSinks) {
		this.#sinks = sinks;
	}

	startFailed(lines: readonly string[]): void {
		const [first = "", ...rest] = lines;
		this.#line(`${this.#sinks.style.red("error:")} ${printable(first)}`);
		for (const line of rest) this.#line(printable(line));
	}

	started(info: SessionInfo): void {
		const { style } = this.#sinks;
		this.#cwd = info.cwd;
		const facts = [
			`model ${info.model} from ${info.provider}${info.because === "" ? "" : ` (${info.because})`}`,
			`folder ${info.cwd} · sandbox ${info.sandboxPolicy.mode} · approvals ${info.approvalPolicy}`,
			`session ${info.sessionId}${info.resumed ? " (resumed)" : ""}`,
		];
		for (const fact of facts) this.#line(style.dim(printable(fact)));
		for (const warning of info.warnings) this.#warn(warning);
	}

	take(event: Event): void {
		dispatchEvent(this.#handlers, event.msg);
	}

	end(outcome: RunOutcome): void {
		const { style } = this.#sinks;
		const last = outcome.kind === "completed" ? outcome.lastAgentMessage : null;
		if (last === null || this.#heldMessage !== last) this.#releaseMessage();
		if (outcome.kind === "failed") this.#line(`${style.red("error:")} ${printable(outcome.message)}`);
		if (outcome.kind === "aborted") this.#line(style.yellow(abortMessage(outcome.reason)));
		if (this.#tokens !== undefined) this.#line(style.dim(usageText(this.#tokens)));
		if (last !== null) this.#sinks.answer(printable(last));
	}

	#line(text: string): void {
		this.#sinks.progress(`${text}\n`);
	}

	/** A line of the run: what was held back comes before it. */
	#say(text: string): void {
		this.#releaseMessage();
		this.#line(text);
	}

	#warn(message: string): void {
		this.#say(`${this.#sinks.style.yellow("warning:")} ${printable(message)}`);
	}

	#releaseMessage(): void {
		const message = this.#heldMessage;
		this.#heldMessage = undefined;
		if (message !== undefined && message.trim() !== "") this.#line(printable(message.trim()));
	}

	#beginCommand(callId: string, display: string): void {
		const command = printableLine(display, lineLength);
		this.#commands.set(callId, command);
		this.#lastBegun = callId;
		this.#say(`${this.#sinks.style.bold("$")} ${command}`);
	}

	#endCommand(msg: Extract<EventMsg, { type: "exec_command_end" }>): void {
		const { style } = this.#sinks;
		// Beside other commands the line must say which one ended.
		const which = this.#lastBegun === msg.callId ? "" : `: ${this.#commands.get(msg.callId) ?? ""}`;
		this.#commands.delete(msg.callId);
		const good = msg.outcome.status === "exited" && msg.outcome.exitCode === 0;
		const text = `  ${commandEndText(msg)}${which}`;
		this.#say(good ? style.dim(text) : style.red(text));
		if (!good) for (const line of tailLines(msg.aggregatedOutput, 5)) this.#line(style.dim(`  ${line}`));
	}

	#endPatch(msg: Extract<EventMsg, { type: "patch_apply_end" }>): void {
		const { style } = this.#sinks;
		const changes = this.#patches.get(msg.callId) ?? "";
		this.#patches.delete(msg.callId);
		if (msg.status === "completed") {
			this.#say(`${style.bold("patch")} ${changes}`);
			return;
		}
		this.#say(`${style.bold("patch")} ${changes} ${style.red(msg.status)}`);
		for (const line of tailLines(msg.stderr, 5)) this.#line(style.dim(`  ${line}`));
	}

	#endTool(msg: Extract<EventMsg, { type: "tool_call_end" }>): void {
		const { style } = this.#sinks;
		const name = msg.server === "code" ? msg.tool : `${msg.server}.${msg.tool}`;
		const call = `${style.bold(printableLine(name, 64))} ${argumentsText(msg.arguments)}`.trimEnd();
		const failed = msg.status === "completed" ? "" : ` ${style.red(msg.status)}`;
		this.#say(`${call}${failed} ${style.dim(`in ${durationText(msg.durationMs)}`)}`);
		if (msg.status === "failed") for (const line of tailLines(msg.output, 3)) this.#line(style.dim(`  ${line}`));
	}
}
