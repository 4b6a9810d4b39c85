// One turn: sample, collect calls, run them, append, again, until the model gives its answer or a limit says stop.

import type {
	BudgetLimitKind,
	EventMsg,
	JsonObject,
	ModelError,
	ModelInfo,
	ModelRequest,
	StopReason,
	TokenUsage,
	ToolSpec,
	TurnAbortReason,
	TurnFailedEvent,
	TurnId,
} from "@codex/protocol";
import type { Budget, BudgetRefusal } from "@codex/resilience";
import type { CompactionEnd } from "../compaction/compactor.ts";
import type { History } from "../context/history.ts";
import { contextLeftPercent } from "../context/token-budget.ts";
import type { ModelStream } from "../ports/model-stream.ts";
import type { OutputValidator } from "../session/session-types.ts";
import type { CompletedCall, ToolScheduler } from "../tools/scheduler.ts";
import { createResponseCollector } from "./response-collector.ts";
import type { TurnRetry } from "./retry.ts";
import { type SampleOutcome, sample } from "./sample.ts";

/** What a turn works on. */
export interface TurnContext {
	readonly turnId: TurnId;
	readonly model: ModelStream;
	readonly modelInfo: ModelInfo;
	readonly history: History;
	readonly scheduler: ToolScheduler;
	readonly retry: TurnRetry;
	readonly budget: Budget;
	readonly maxTurns: number | undefined;
	/** Everything of a request but its input and its tools. */
	readonly requestHead: Omit<ModelRequest, "input" | "tools">;
	/** The tools of the next request: those of a server that has just started join here. */
	readonly tools: () => readonly ToolSpec[];
	readonly outputSchema?: { readonly schema: JsonObject; readonly validate: OutputValidator };
	readonly emit: (msg: EventMsg) => void;
	/** Moves input that arrived since into the history. */
	readonly drainSteering: () => Promise<void>;
	readonly hasSteering: () => boolean;
	/** Adds a response to the session's usage; returns the new total and its cost in dollars (null: price unknown). */
	readonly account: (usage: TokenUsage) => {
		readonly total: TokenUsage;
		readonly totalCostUsd: number | null;
		readonly costUsd: number;
	};
	readonly onCalls: (calls: readonly CompletedCall[]) => void;
	/** Keeps the history inside the window. */
	readonly window: {
		beforeRequest(): Promise<CompactionEnd>;
		afterOverflow(): Promise<CompactionEnd>;
		measured(usage: TokenUsage | undefined): void;
	};
	readonly signal: AbortSignal;
}

/** How a turn ended. */
export type TurnOutcome =
	| {
			readonly kind: "completed";
			readonly lastAgentMessage: string | null;
			/** Why the answer is not whole. */
			readonly cutShort?: "length" | "content_filter";
	  }
	| { readonly kind: "aborted"; readonly reason: TurnAbortReason }
	| { readonly kind: "failed"; readonly error: TurnFailedEvent["error"] };

type Step =
	/** `paid`: the retry that led here has taken its attempt already. */
	| { readonly kind: "again"; readonly paid: boolean }
	| { readonly kind: "answer"; readonly text: string | null; readonly stopReason: StopReason }
	| { readonly kind: "end"; readonly outcome: TurnOutcome };

const limitReached = (limit: BudgetLimitKind | "turns", granted: number): TurnOutcome => ({
	kind: "aborted",
	reason: { kind: "limit", limit, granted },
});

const refused = (refusal: BudgetRefusal): TurnOutcome => limitReached(refusal.kind, refusal.limit);

function failed(error: ModelError): TurnOutcome {
	return { kind: "failed", error: { kind: error.kind, message: error.message } };
}

/** The aborted outcome: a limit when the budget's own clock ran out, else an interrupt. */
function aborted(context: TurnContext): TurnOutcome {
	const refusal = context.budget.check();
	return refusal === undefined ? { kind: "aborted", reason: { kind: "interrupted" } } : refused(refusal);
}

/** Adds a response to the session's usage, and tells it. */
export function accountUsage(context: Omit<TurnContext, "window">, usage: TokenUsage | undefined): void {
	if (usage === undefined) return;
	const { total, totalCostUsd, costUsd } = context.account(usage);
	context.budget.spend({ tokens: usage.inputTokens + usage.outputTokens, costUsd });
	const { contextWindow, known } = context.modelInfo;
	context.emit({
		type: "token_count",
		turnId: context.turnId,
		last: usage,
		total,
		totalCostUsd,
		...(known ? { contextWindow, contextLeftPercent: contextLeftPercent(usage, contextWindow) } : {}),
	});
}

/** What a compaction means for the turn: `undefined` when it goes on. */
function stoppedBy(context: TurnContext, end: CompactionEnd): TurnOutcome | undefined {
	if (end.kind === "aborted") return aborted(context);
	return end.kind === "budget" ? refused(end.refusal) : undefined;
}

async function afterFailure(context: TurnContext, outcome: Extract<SampleOutcome, { kind: "error" }>): Promise<Step> {
	if (context.signal.aborted) return { kind: "end", outcome: aborted(context) };
	if (outcome.error.kind === "context_length") {
		const end = await context.window.afterOverflow();
		const stop = stoppedBy(context, end);
		if (stop !== undefined) return { kind: "end", outcome: stop };
		return end.kind === "done" ? { kind: "again", paid: false } : { kind: "end", outcome: failed(outcome.error) };
	}
	const decision = await context.retry.next(outcome.error, outcome.started, context.signal);
	switch (decision.kind) {
		case "go":
			return { kind: "again", paid: true };
		case "aborted":
			return { kind: "end", outcome: aborted(context) };
		case "budget":
			return { kind: "end", outcome: refused(decision.refusal) };
		case "give_up":
			return { kind: "end", outcome: failed(outcome.error) };
	}
}

async function respond(context: TurnContext): Promise<Step> {
	const collector = createResponseCollector({
		history: context.history,
		scheduler: context.scheduler,
		emit: context.emit,
		provider: context.model.provider,
		signal: context.signal,
	});
	const outcome = await sample({
		model: context.model,
		request: { ...context.requestHead, tools: context.tools(), input: context.history.items.slice() },
		signal: context.signal,
		emit: context.emit,
		onItem: collector.take,
	});
	accountUsage(context, outcome.usage);
	context.onCalls(await collector.finish());
	if (context.signal.aborted) return { kind: "end", outcome: aborted(context) };
	if (outcome.kind === "error") return afterFailure(context, outcome);
	context.retry.reset();
	context.window.measured(outcome.usage);
	if (collector.callCount > 0) return { kind: "again", paid: false };
	return { kind: "answer", text: collector.lastMessage, stopReason: outcome.stopReason };
}

function warnOfCut(context: TurnContext, stopReason: StopReason): void {
	if (stopReason === "length") {
		context.emit({ type: "warning", message: "the answer was cut off at the model's output limit" });
	}
	if (stopReason === "content_filter") {
		context.emit({ type: "warning", message: "the provider's content filter stopped the answer" });
	}
}

/** A sentence for the model when its answer does not fit the schema; `undefined` when it fits or there is no schema. */
function schemaComplaint(context: TurnContext, text: string | null): string | undefined {
	return context.outputSchema?.validate(text ?? "");
}

/** Whether one more request may be sent. */
function mayGoOn(context: TurnContext, responses: number): TurnOutcome | undefined {
	if (context.signal.aborted) return aborted(context);
	if (context.maxTurns !== undefined && responses >= context.maxTurns) return limitReached("turns", context.maxTurns);
	const refusal = context.budget.check();
	return refusal === undefined ? undefined : refused(refusal);
}

/**
 * Runs one turn to its end.
 *
 * Contract: never rejects. Ends within 200 ms of an abort, with every call of the history answered. Requests sent are
 * bounded by the budget: first tries and retries each take an attempt.
 */
export async function runTurn(context: TurnContext): Promise<TurnOutcome> {
	let responses = 0;
	let paid = false;
	let repaired = false;
	for (;;) {
		await context.drainSteering();
		const stop = mayGoOn(context, paid ? 0 : responses) ?? stoppedBy(context, await context.window.beforeRequest());
		if (stop !== undefined) return stop;
		if (!paid) {
			const refusal = context.budget.tryAttempt();
			if (refusal !== undefined) return refused(refusal);
			responses += 1;
		}
		const step = await respond(context);
		if (step.kind === "end") return step.outcome;
		paid = step.kind === "again" && step.paid;
		if (step.kind === "again") continue;
		if (context.hasSteering()) continue;
		warnOfCut(context, step.stopReason);
		const complaint = schemaComplaint(context, step.text);
		if (complaint === undefined) return completed(step);
		if (repaired) return { kind: "failed", error: { kind: "output_schema", message: complaint } };
		repaired = true;
		context.history.append(repairRequest(complaint));
	}
}

function completed({ text, stopReason }: Extract<Step, { readonly kind: "answer" }>): TurnOutcome {
	const isCut = stopReason === "length" || stopReason === "content_filter";
	return { kind: "completed", lastAgentMessage: text, ...(isCut ? { cutShort: stopReason } : {}) };
}

function repairRequest(complaint: string) {
	const text = `Your last message does not fit the required JSON Schema: ${complaint}. Answer again with only the JSON that fits it.`;
	return { type: "message", role: "user", content: [{ type: "input_text", text }] } as const;
}
