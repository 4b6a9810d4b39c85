// The session: one queue of submissions, at most one turn at a time. It knows protocol in and events out, and nothing of
// screens, vendors or files beyond its ports.

import {
	asSubmissionId,
	type EventMsg,
	type FileChange,
	newTurnId,
	type Submission,
	type SubmissionId,
	type TokenUsage,
	type TurnId,
	toError,
	zeroUsage,
} from "@codex/protocol";
import { type CompactionWork, type Compactor, createCompactor } from "../compaction/compactor.ts";
import { baseInstructions } from "../context/base-instructions.ts";
import { dateIn, type EnvironmentFacts } from "../context/environment-context.ts";
import { createHistory } from "../context/history.ts";
import { instructionsMessage, missingContext } from "../context/initial-context.ts";
import { readProjectDocs } from "../context/project-docs.ts";
import { openFileGuard } from "../ports/file-guard.ts";
import { type ApprovalDesk, createApprovalDesk } from "../tools/approvals/approval-desk.ts";
import { withMcpTools } from "../tools/mcp/mcp-registry.ts";
import { createToolRegistry, type ToolRegistry } from "../tools/registry.ts";
import { type CompletedCall, createToolScheduler, type ToolScheduler } from "../tools/scheduler.ts";
import type { ToolContext } from "../tools/tool.ts";
import { createTurnRetry } from "../turn/retry.ts";
import { accountUsage, runTurn, type TurnContext, type TurnOutcome } from "../turn/run-turn.ts";
import { createInputQueue, type QueuedInput } from "./input-queue.ts";
import { requestHead } from "./request-head.ts";
import type { OutputValidator, Session, SessionPorts, SessionSettings } from "./session-types.ts";
import { createTurnCheckpoints, type TurnCheckpoints } from "./turn-checkpoints.ts";
import { afterCompaction, closingEvent } from "./turn-end.ts";
import { createUsageMeter } from "./usage-meter.ts";
import { userMessage } from "./user-input.ts";

interface RunningTurn {
	readonly id: SubmissionId;
	readonly turnId: TurnId;
	readonly controller: AbortController;
	readonly diffs: string[];
}

const interruptedMarker =
	"<turn_aborted>\nThe user interrupted the previous turn on purpose. Commands that ran then may have been killed half way.\n</turn_aborted>";

// An effect that is not on record would be done again by a resume.
const cannotRecord =
	"not run: the session can no longer be saved, so nothing more is changed. Tell the user that the disk refuses Code's session file, and end.";

/**
 * Starts a session and emits `session_configured`.
 *
 * Contract: `submit` never throws and answers through events only. Every turn that starts is closed by exactly one of
 * `turn_completed`, `turn_failed`, `turn_aborted`, also on interrupt and shutdown; an interrupt takes at most 200 ms.
 */
export function createSession(settings: SessionSettings, ports: SessionPorts): Session {
	return new SessionLoop(settings, ports);
}

class SessionLoop implements Session {
	readonly closed: Promise<void>;
	readonly #settings: SessionSettings;
	readonly #ports: SessionPorts;
	readonly #queue = createInputQueue();
	readonly #registry: ToolRegistry;
	readonly #history;
	readonly #meter;
	readonly #info;
	readonly #facts: EnvironmentFacts;
	readonly #instructions: string;
	readonly #projectDocs;
	readonly #approvals: ApprovalDesk;
	readonly #compactor: Compactor;
	readonly #checkpoints: TurnCheckpoints;
	#resolveClosed: () => void = () => undefined;
	#turn: RunningTurn | undefined;
	#worker: Promise<void> | undefined;
	#shutdown: SubmissionId | undefined;
	#ended = false;
	#approvalBlocked = false;
	#contextReady = false;

	constructor(settings: SessionSettings, ports: SessionPorts) {
		this.#settings = settings;
		this.#ports = ports;
		this.#registry = ports.mcp === undefined ? createToolRegistry() : withMcpTools(createToolRegistry(), ports.mcp);
		this.#info = ports.model.modelInfo(settings.model);
		this.#meter = createUsageMeter(this.#info, settings.resume?.usage ?? zeroUsage);
		this.#history = createHistory(ports.rollout, settings.resume?.history ?? []);
		this.#approvals = createApprovalDesk({
			isStaffed: settings.canAsk ?? false,
			...(ports.saveRules === undefined ? {} : { saveRules: ports.saveRules }),
		});
		this.#checkpoints = createTurnCheckpoints({
			checkpoints: ports.checkpoints,
			rollout: ports.rollout,
			emit: (msg) => ports.emit(this.#turn?.id ?? asSubmissionId(""), msg),
		});
		this.#compactor = createCompactor({
			model: this.#info,
			...(settings.autoCompactTokenLimit === undefined ? {} : { limit: settings.autoCompactTokenLimit }),
			...(settings.compactPrompt === undefined ? {} : { prompt: settings.compactPrompt }),
		});
		this.#instructions = settings.baseInstructions ?? baseInstructions(settings.model);
		this.#facts = {
			cwd: settings.cwd,
			approvalPolicy: settings.approvalPolicy,
			sandboxPolicy: settings.sandboxPolicy,
			additionalRoots: settings.additionalRoots,
			shellName: settings.shellName,
			currentDate: dateIn(settings.timezone, ports.clock.nowMs()),
			timezone: settings.timezone,
		};
		this.closed = new Promise((resolve) => {
			this.#resolveClosed = resolve;
		});
		// Started now, awaited by the first turn: the file reads run beside everything else that starts.
		this.#projectDocs = readProjectDocs({
			cwd: settings.cwd,
			maxBytes: settings.resume === undefined ? settings.projectDocMaxBytes : 0,
			fallbackNames: settings.projectDocFallbackNames,
		});
		if (settings.resume === undefined) ports.rollout.append([{ type: "session_meta", payload: settings.meta }]);
		this.#announce();
	}

	get approvalBlocked(): boolean {
		return this.#approvalBlocked;
	}

	submit(submission: Submission): void {
		if (this.#shutdown !== undefined) return;
		const { id, op } = submission;
		switch (op.type) {
			case "user_input": {
				const input = toQueued(id, op);
				if (this.#turn === undefined) this.#queue.enqueue(input);
				else this.#queue.steer(input);
				return this.#wake();
			}
			case "queue_user_input":
				this.#queue.enqueue(toQueued(id, op));
				return this.#wake();
			case "compact":
				this.#queue.enqueue({ id, items: [], compact: true });
				return this.#wake();
			case "interrupt":
				this.#turn?.controller.abort();
				return;
			case "exec_approval":
			case "patch_approval":
				return this.#answer(id, op);
			case "shutdown":
				this.#shutdown = id;
				this.#queue.clear();
				this.#turn?.controller.abort();
				return this.#wake();
		}
	}

	#answer(id: SubmissionId, op: Extract<Submission["op"], { type: "exec_approval" | "patch_approval" }>): void {
		const kind = op.type === "exec_approval" ? "command" : "patch";
		if (!this.#approvals.answer(kind, op)) {
			const message = `nothing waits for an approval of call ${op.callId}`;
			return this.#ports.emit(id, { type: "warning", message });
		}
		if (op.decision === "abort") this.#turn?.controller.abort();
	}

	async idle(): Promise<void> {
		while (this.#worker !== undefined) await this.#worker;
	}

	#announce(): void {
		const { settings, rollout } = { settings: this.#settings, rollout: this.#ports.rollout };
		this.#ports.emit(asSubmissionId(""), {
			type: "session_configured",
			sessionId: settings.sessionId,
			model: settings.model,
			provider: this.#ports.model.provider,
			cwd: settings.cwd,
			approvalPolicy: settings.approvalPolicy,
			sandboxPolicy: settings.sandboxPolicy,
			...(settings.effort === undefined ? {} : { effort: settings.effort }),
			...(rollout.path === undefined ? {} : { rolloutPath: rollout.path }),
			resumed: settings.resume !== undefined,
		});
		if (!this.#info.known) {
			this.#ports.emit(asSubmissionId(""), {
				type: "notice",
				message: `nothing is known of the model \`${settings.model}\`; a context window of ${this.#info.contextWindow} tokens is assumed`,
			});
		}
	}

	#wake(): void {
		if (this.#worker !== undefined) return;
		this.#worker = this.#work().finally(() => {
			this.#worker = undefined;
			// A submission may have come between the worker's last look and now.
			this.#queue.promoteSteering();
			if (this.#queue.hasTurns || (this.#shutdown !== undefined && !this.#ended)) this.#wake();
		});
	}

	async #work(): Promise<void> {
		for (;;) {
			const input = this.#shutdown === undefined ? this.#queue.takeTurn() : undefined;
			if (input === undefined) break;
			await this.#runTask(input);
			this.#queue.promoteSteering();
		}
		if (this.#shutdown === undefined || this.#ended) return;
		this.#ended = true;
		this.#ports.emit(this.#shutdown, { type: "shutdown_completed" });
		await this.#ports.rollout.close();
		this.#resolveClosed();
	}

	async #runTask(input: QueuedInput): Promise<void> {
		const turn: RunningTurn = {
			id: input.id,
			turnId: newTurnId(),
			controller: new AbortController(),
			diffs: [],
		};
		this.#turn = turn;
		const emit = (msg: EventMsg): void => this.#ports.emit(turn.id, msg);
		emit({
			type: "turn_started",
			turnId: turn.turnId,
			...(this.#info.known ? { contextWindow: this.#info.contextWindow } : {}),
		});
		let outcome: TurnOutcome;
		try {
			outcome = await this.#play(turn, input, emit);
		} catch (thrown) {
			outcome = { kind: "failed", error: { kind: "internal", message: toError(thrown).message } };
		}
		if (outcome.kind === "aborted" && outcome.reason.kind === "interrupted") {
			this.#history.append({
				type: "message",
				role: "user",
				content: [{ type: "input_text", text: interruptedMarker }],
			});
		}
		if (turn.diffs.length > 0) {
			emit({ type: "turn_diff", turnId: turn.turnId, unifiedDiff: turn.diffs.join("") });
		}
		await this.#checkpoints.after(turn.turnId);
		this.#turn = undefined;
		emit(closingEvent(turn.turnId, outcome));
		await this.#ports.rollout.flush();
	}

	async #play(turn: RunningTurn, input: QueuedInput, emit: (msg: EventMsg) => void): Promise<TurnOutcome> {
		const schema = await this.#compile(input);
		if (schema instanceof Error) {
			return { kind: "failed", error: { kind: "output_schema", message: schema.message } };
		}
		await this.#ensureContext(emit);
		if (input.compact !== true) await this.#join(turn, input, false);
		const context = this.#turnContext(turn, input, { emit, schema });
		if (input.compact !== true) return runTurn(context);
		const end = await this.#compactor.onDemand(this.#compactionWork(context));
		if (end.kind === "nothing") emit({ type: "notice", message: "there is nothing to summarise yet" });
		return afterCompaction(end);
	}

	#compactionWork(context: Omit<TurnContext, "window">): CompactionWork {
		const { turnId, model, history, requestHead, retry, budget, emit, signal } = context;
		const account = (usage: TokenUsage | undefined): void => accountUsage(context, usage);
		return { turnId, model, history, requestHead, retry, budget, emit, account, signal };
	}

	#turnContext(
		turn: RunningTurn,
		input: QueuedInput,
		{ emit, schema }: { readonly emit: (msg: EventMsg) => void; readonly schema: TurnContext["outputSchema"] },
	): TurnContext {
		const signal = AbortSignal.any([turn.controller.signal, this.#ports.budget.signal]);
		const { settings, ports } = { settings: this.#settings, ports: this.#ports };
		const context = {
			turnId: turn.turnId,
			model: ports.model,
			modelInfo: this.#info,
			history: this.#history,
			scheduler: this.#scheduler(turn, emit),
			retry: createTurnRetry({
				turnId: turn.turnId,
				requestMaxRetries: settings.requestMaxRetries,
				streamMaxRetries: settings.streamMaxRetries,
				budget: ports.budget,
				clock: ports.clock,
				emit,
			}),
			budget: ports.budget,
			maxTurns: settings.maxTurns,
			requestHead: requestHead({
				settings,
				info: this.#info,
				instructions: this.#instructions,
				...(input.outputSchema === undefined ? {} : { outputSchema: input.outputSchema }),
			}),
			tools: () => this.#registry.specs(),
			...(schema === undefined ? {} : { outputSchema: schema }),
			emit,
			drainSteering: async () => {
				for (const steering of this.#queue.takeSteering()) await this.#join(turn, steering, true);
			},
			hasSteering: () => this.#queue.hasSteering,
			account: (usage) => this.#meter.add(usage),
			onCalls: (calls) => this.#noteApprovals(calls),
			signal,
		} satisfies Omit<TurnContext, "window">;
		const work = this.#compactionWork(context);
		return {
			...context,
			window: {
				beforeRequest: () => this.#compactor.beforeRequest(work),
				afterOverflow: () => this.#compactor.afterOverflow(work),
				measured: (usage) => this.#compactor.measured(usage, this.#history),
			},
		};
	}

	async #compile(input: QueuedInput): Promise<TurnContext["outputSchema"] | Error> {
		if (input.outputSchema === undefined) return undefined;
		try {
			const validate: OutputValidator = await this.#ports.compileSchema(input.outputSchema);
			return { schema: input.outputSchema, validate };
		} catch (thrown) {
			return toError(thrown);
		}
	}

	async #ensureContext(emit: (msg: EventMsg) => void): Promise<void> {
		const { settings } = { settings: this.#settings };
		if (!this.#contextReady) {
			const { docs, problems } = await this.#projectDocs;
			for (const message of problems) emit({ type: "warning", message });
			for (const doc of docs) {
				if (doc.truncated) emit({ type: "notice", message: `${doc.path} was cut at project_doc_max_bytes` });
			}
			const instructions = instructionsMessage(settings.cwd, settings.userInstructions, docs);
			this.#history.append(...missingContext(this.#history.items, instructions, this.#facts));
			this.#contextReady = true;
		}
		this.#ports.rollout.append([
			{
				type: "turn_context",
				payload: {
					cwd: settings.cwd,
					approval_policy: settings.approvalPolicy,
					sandbox_policy: settings.sandboxPolicy,
					model: settings.model,
					...(settings.effort === undefined ? {} : { effort: settings.effort }),
					...(settings.summary === undefined ? {} : { summary: settings.summary }),
				},
			},
		]);
	}

	async #join(turn: RunningTurn, input: QueuedInput, steering: boolean): Promise<void> {
		this.#history.append(await userMessage(input.items, this.#settings.cwd));
		this.#ports.emit(input.id, { type: "user_message", turnId: turn.turnId, items: input.items, steering });
	}

	#noteApprovals(calls: readonly CompletedCall[]): void {
		for (const call of calls) {
			if (call.status === "declined") this.#approvalBlocked = true;
			if (call.status === "ok") this.#approvalBlocked = false;
		}
	}

	#scheduler(turn: RunningTurn, emit: (msg: EventMsg) => void): ToolScheduler {
		const { settings, ports } = { settings: this.#settings, ports: this.#ports };
		const roots = settings.sandboxPolicy.mode === "workspace-write" ? [settings.cwd, ...settings.additionalRoots] : [];
		const recordChanges = (changes: readonly FileChange[]): void => {
			for (const change of changes) turn.diffs.push(change.unifiedDiff);
		};
		return createToolScheduler({
			registry: this.#registry,
			contextFor: (callId, signal): ToolContext => ({
				callId,
				cwd: settings.cwd,
				writableRoots: roots,
				unconfined: settings.sandboxPolicy.mode === "danger-full-access",
				permission: settings.permission,
				approvals: this.#approvals,
				files: ports.files ?? openFileGuard,
				...(ports.editor === undefined ? {} : { editor: ports.editor }),
				policy: { approvalPolicy: settings.approvalPolicy, sandboxMode: settings.sandboxPolicy.mode },
				runner: ports.runner,
				shellEnv: settings.shellEnv,
				outputTokenLimit: settings.toolOutputTokenLimit,
				model: this.#info,
				clock: ports.clock,
				signal,
				emit,
				beforeEffect: async ({ mayChangeFiles } = { mayChangeFiles: true }) => {
					if (mayChangeFiles) await this.#checkpoints.before(turn.turnId, signal);
					await ports.rollout.flush();
					return ports.rollout.isBroken?.() === true ? cannotRecord : undefined;
				},
				recordChanges,
			}),
			...(ports.recordedTool === undefined ? {} : { recordedTool: ports.recordedTool }),
			...(ports.onToolCall === undefined ? {} : { onToolCall: ports.onToolCall }),
		});
	}
}

function toQueued(
	id: SubmissionId,
	op: Extract<Submission["op"], { type: "user_input" | "queue_user_input" }>,
): QueuedInput {
	return { id, items: op.items, ...(op.outputSchema === undefined ? {} : { outputSchema: op.outputSchema }) };
}
