// Runs one piece of work for one agent: a session of our own core, which ends with its answer. The work cannot ask anybody,
// keeps to its limits, and is gone soon after an abort. What calls it decides what an answer is worth.

import path from "node:path";
import type { ConfigFlags } from "@codex/config";
import type { BudgetLimits, BudgetSpend, Event, EventMsg, TokenUsage } from "@codex/protocol";
import { toError, zeroUsage } from "@codex/protocol";
import type { AgentOutcome } from "@codex/spec-kit";
import type { RuntimeContext } from "../runtime-context.ts";
import type { SessionHandle, SessionLimits, StartRequest } from "../session/start-request.ts";
import { startSession } from "../session/start-session.ts";
import type { AgentRunner, AgentTask, SessionSeat } from "./agent-task.ts";
import type { CommandAgents } from "./command-agents.ts";
import type { CommandSeat } from "./command-seat.ts";

/** Where the answers of a run's agents are kept, or come from: one recording a call. */
export interface AgentRecordings {
	readonly kind: "record" | "replay";
	/** Absolute. */
	readonly folder: string;
}

/** What all agents of a run share. */
export interface AgentSettings {
	/** The user's own flags; the seat's model and provider go over them. */
	readonly flags: ConfigFlags;
	/** With `replay` no model is asked; a call without a recording has nobody to answer it. */
	readonly recordings?: AgentRecordings;
	/** Runs programs; absent: seats of programs are missing. */
	readonly commands?: CommandAgents;
}

const noSpend: BudgetSpend = { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 };

function limitsOf({ maxAttempts, maxWallMs, maxCostUsd, maxTokens }: BudgetLimits): SessionLimits {
	return {
		maxTurns: maxAttempts === undefined ? undefined : Math.max(1, Math.floor(maxAttempts)),
		timeoutMs: maxWallMs,
		idleTimeoutMs: undefined,
		maxCostUsd,
		...(maxTokens === undefined ? {} : { maxTokens }),
	};
}

/** The first limit of which nothing is left. */
function exhausted({ maxAttempts, maxWallMs, maxTokens, maxCostUsd }: BudgetLimits): string | undefined {
	if (maxAttempts !== undefined && maxAttempts < 1) return "requests";
	if (maxWallMs !== undefined && maxWallMs <= 0) return "time";
	if (maxTokens !== undefined && maxTokens <= 0) return "tokens";
	return maxCostUsd !== undefined && maxCostUsd <= 0 ? "money" : undefined;
}

type SessionTask = AgentTask & { readonly seat: SessionSeat };

function flagsOf(base: ConfigFlags, { seat, access }: SessionTask): ConfigFlags {
	const { fullAuto: _fullAuto, bypass: _bypass, ...flags } = base;
	return {
		...flags,
		...(seat.model === undefined ? {} : { model: seat.model }),
		sandboxMode: access,
		approvalPolicy: "never",
		overrides: [
			...base.overrides,
			...(seat.provider === undefined ? [] : [`model_provider=${JSON.stringify(seat.provider)}`]),
			...(seat.effort === undefined ? [] : [`model_reasoning_effort=${JSON.stringify(seat.effort)}`]),
		],
	};
}

/** The recording of a call. Ids begin with the run, which is another one each time; the rest names the call. */
function recordingOf({ kind, folder }: AgentRecordings, { id }: AgentTask): Partial<StartRequest> {
	const name = id
		.split("/")
		.slice(1)
		.join("_")
		.replaceAll(/[^\w.-]/g, "-");
	const file = path.join(folder, `${name}.jsonl`);
	return kind === "record" ? { recordFile: file } : { replayFile: file };
}

/** What one session has said so far. */
class Listener {
	readonly #begunMs: number;
	readonly #nowMs: () => number;
	readonly #onProgress: AgentTask["onProgress"];
	#usage: TokenUsage = zeroUsage;
	#costUsd = 0;
	#attempts = 0;
	#text = "";
	readonly ended: Promise<EventMsg>;
	#end: (msg: EventMsg) => void = () => undefined;

	constructor(nowMs: () => number, onProgress: AgentTask["onProgress"]) {
		this.#nowMs = nowMs;
		this.#begunMs = nowMs();
		this.#onProgress = onProgress;
		this.ended = new Promise((resolve) => {
			this.#end = resolve;
		});
	}

	get usage(): TokenUsage {
		return this.#usage;
	}

	/** The last whole message. */
	get text(): string {
		return this.#text;
	}

	get spend(): BudgetSpend {
		const { inputTokens, outputTokens } = this.#usage;
		return {
			attempts: this.#attempts,
			wallMs: Math.max(0, Math.round(this.#nowMs() - this.#begunMs)),
			tokens: inputTokens + outputTokens,
			costUsd: this.#costUsd,
		};
	}

	take({ msg }: Event): void {
		switch (msg.type) {
			case "token_count":
				this.#usage = msg.total;
				this.#costUsd = msg.totalCostUsd ?? 0;
				this.#attempts += 1;
				break;
			case "stream_error":
				this.#attempts += 1;
				this.#say(msg.message);
				break;
			case "agent_message":
				this.#text = msg.message;
				break;
			case "exec_command_begin":
				this.#say(msg.display);
				break;
			case "tool_call_begin":
				this.#say(`${msg.server} ${msg.tool}`);
				break;
			case "turn_completed":
			case "turn_failed":
			case "turn_aborted":
				this.#end(msg);
				break;
			default:
				break;
		}
	}

	#say(line: string): void {
		this.#onProgress?.({ lastLine: line.replaceAll(/\s+/g, " ").slice(0, 200), spend: this.spend });
	}
}

function outcomeOf(
	msg: EventMsg,
	listener: Listener,
	{ model, isAborted }: { readonly model: string; readonly isAborted: boolean },
): AgentOutcome {
	const { spend, usage, text } = listener;
	const answered = (said: string): AgentOutcome => ({ kind: "answered", text: said, model, usage, spend });
	if (isAborted) return { kind: "cancelled", reason: "cancelled", spend, model };
	switch (msg.type) {
		case "turn_completed":
			return answered(msg.lastAgentMessage ?? "");
		case "turn_failed":
			// It answered, in another form than it was asked for: whoever asked may still read it.
			if (msg.error.kind === "output_schema" && text !== "") return answered(text);
			return { kind: "failed", reason: msg.error.message, spend, model };
		case "turn_aborted": {
			if (msg.reason.kind === "interrupted") return { kind: "failed", reason: "interrupted", spend, model };
			const { limit, granted } = msg.reason;
			const reason = `its limit of ${granted} (${limit}) was reached`;
			return { kind: limit === "wall_clock" ? "timed_out" : "limit", reason, spend, model };
		}
		default:
			return { kind: "failed", reason: "the session ended without an answer", spend, model };
	}
}

async function converse(
	session: SessionHandle,
	task: AgentTask,
	listener: Listener,
	signal: AbortSignal,
): Promise<AgentOutcome> {
	const interrupt = (): void => session.interrupt();
	session.subscribe((event) => listener.take(event));
	session.submit({
		type: "user_input",
		items: [{ type: "text", text: task.prompt }],
		...(task.schema === undefined ? {} : { outputSchema: task.schema }),
	});
	signal.addEventListener("abort", interrupt, { once: true });
	if (signal.aborted) interrupt();
	try {
		const msg = await listener.ended;
		return outcomeOf(msg, listener, { model: session.info.model, isAborted: signal.aborted });
	} finally {
		signal.removeEventListener("abort", interrupt);
		await session.close();
	}
}

/** A runner on the runtime's sessions. */
export function createAgentRunner(context: RuntimeContext, settings: AgentSettings): AgentRunner {
	const runCommand = async (seat: CommandSeat, task: AgentTask, signal: AbortSignal): Promise<AgentOutcome> => {
		const { commands, recordings } = settings;
		const missing = (reason: string): AgentOutcome => ({ kind: "missing", reason, spend: noSpend });
		if (commands === undefined) return missing("programs are not run as agents here");
		// Only what sessions of ours say can be recorded; a replay must not ask anybody.
		if (recordings?.kind === "replay") return missing(`${seat.name} is a program: its answers are not recorded`);
		return await commands.run({ ...task, seat }, signal);
	};
	const run = async (task: AgentTask, signal: AbortSignal): Promise<AgentOutcome> => {
		const none = exhausted(task.limits);
		if (none !== undefined) return { kind: "limit", reason: `no ${none} are left for it`, spend: noSpend };
		const { seat } = task;
		if (seat.kind === "command") return await runCommand(seat, task, signal);
		const request: StartRequest = {
			source: "subagent",
			flags: flagsOf(settings.flags, { ...task, seat }),
			cwd: task.cwd,
			additionalRoots: [],
			limits: limitsOf(task.limits),
			ephemeral: true,
			requireRepository: false,
			allowUnpriced: true,
			...(settings.recordings === undefined ? {} : recordingOf(settings.recordings, task)),
			...(task.schema === undefined ? {} : { outputSchema: task.schema }),
		};
		const started = await startSession(context, request);
		if (started.kind === "error") return { kind: "missing", reason: started.lines.join(" "), spend: noSpend };
		const listener = new Listener(() => context.clock.monotonicMs(), task.onProgress);
		return await converse(started.session, task, listener, signal);
	};
	return {
		run: async (task, signal) => {
			try {
				return await run(task, signal);
			} catch (thrown) {
				return { kind: "failed", reason: toError(thrown).message, spend: noSpend };
			}
		},
	};
}
