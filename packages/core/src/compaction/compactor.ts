// Keeps a conversation inside the model's window: by notes that the model writes when a limit comes near or a request was
// refused, then by cutting what is kept. Every way ends: what has not grown is not compacted again.

import type { CompactionReason, EventMsg, ModelInfo, ModelRequest, TokenUsage, TurnId } from "@codex/protocol";
import type { Budget, BudgetRefusal } from "@codex/resilience";
import type { History } from "../context/history.ts";
import { promptText } from "../context/prompts/compact.gen.ts";
import type { ModelStream } from "../ports/model-stream.ts";
import type { TurnRetry } from "../turn/retry.ts";
import { messageText, sample } from "../turn/sample.ts";
import { type KeepLimits, replacementHistory } from "./kept-items.ts";
import { earlierNotes, noSummary, summaryRequest, transcript, withEarlierConstraints } from "./summary.ts";

// 90 %: as Codex does it.
const autoShare = 0.9;
// A compaction that would free less than this share of the limit is not worth its loss.
const growthShare = 0.1;
// The instructions and the tools: what a request has besides its history.
const headTokens = 12_000;
const bytesPerToken = 4;
// A transcript that is refused as too long is halved at most so often: 1/32 fits where anything does.
const maxHalvings = 5;
// 20,000: what Codex keeps of the user's messages.
const keptUserTokens = 20_000;
const keptNotesTokens = 16_000;

/** What a compactor works on, for one turn. */
export interface CompactionWork {
	readonly turnId: TurnId;
	readonly model: ModelStream;
	readonly history: History;
	readonly requestHead: Omit<ModelRequest, "input" | "tools">;
	readonly retry: TurnRetry;
	readonly budget: Budget;
	readonly emit: (msg: EventMsg) => void;
	/** Counts what a summary cost. */
	readonly account: (usage: TokenUsage | undefined) => void;
	readonly signal: AbortSignal;
}

/** How a compaction ended. */
export type CompactionEnd =
	| { readonly kind: "done" }
	/** Nothing was done: there is too little to gain. */
	| { readonly kind: "nothing" }
	| { readonly kind: "aborted" }
	| { readonly kind: "budget"; readonly refusal: BudgetRefusal };

/** Watches the window over the turns of one session. */
export interface Compactor {
	/** Before a request: compacts when the limit is reached. */
	beforeRequest(work: CompactionWork): Promise<CompactionEnd>;
	/** After a request that was refused as too long: `done` when the next one will be shorter. */
	afterOverflow(work: CompactionWork): Promise<CompactionEnd>;
	/** Because the user asks. */
	onDemand(work: CompactionWork): Promise<CompactionEnd>;
	/** A response came, and this is what it counted. */
	measured(usage: TokenUsage | undefined, history: History): void;
}

/** The settings of a compactor. */
export interface CompactorSettings {
	readonly model: ModelInfo;
	/** Tokens at which the history is compacted. Default: 90 % of the window; none while the window is unknown. */
	readonly limit?: number;
	/** Replaces the built-in prompt. */
	readonly prompt?: string;
}

type Notes = { readonly kind: "ok"; readonly text: string } | Extract<CompactionEnd, { kind: "aborted" | "budget" }>;

/** Whether there is anything but what a compaction keeps. */
const hasAnswer = ({ items }: History): boolean =>
	items.some((item) => item.type !== "message" || item.role === "assistant");

/** Makes the compactor of a session. */
export function createCompactor(settings: CompactorSettings): Compactor {
	return new WindowCompactor(settings);
}

class WindowCompactor implements Compactor {
	readonly #window: number;
	readonly #limit: number | undefined;
	readonly #prompt: string;
	/** What the last response counted, and the estimate of the history then. */
	#counted: { readonly tokens: number; readonly estimate: number } | undefined;
	/** Tokens after the last compaction. */
	#floor = 0;
	/** Requests refused as too long since the last response. */
	#refusals = 0;

	constructor({ model, limit, prompt }: CompactorSettings) {
		this.#window = model.contextWindow;
		this.#limit = limit ?? (model.known ? Math.floor(model.contextWindow * autoShare) : undefined);
		this.#prompt = prompt === undefined || prompt.trim() === "" ? promptText : prompt;
	}

	measured(usage: TokenUsage | undefined, history: History): void {
		this.#refusals = 0;
		if (usage === undefined || this.#limit === undefined) return;
		this.#counted = { tokens: usage.inputTokens + usage.outputTokens, estimate: history.tokens };
	}

	async beforeRequest(work: CompactionWork): Promise<CompactionEnd> {
		const limit = this.#limit;
		if (limit === undefined) return { kind: "nothing" };
		const used = this.#used(work.history);
		if (used < limit || used - this.#floor < limit * growthShare || !hasAnswer(work.history))
			return { kind: "nothing" };
		const message = `the context holds about ${used} of ${this.#window} tokens: the conversation is summarised to go on (the whole log is kept)`;
		work.emit({ type: "notice", message });
		return await this.#compact(work, "limit");
	}

	async afterOverflow(work: CompactionWork): Promise<CompactionEnd> {
		this.#refusals += 1;
		const { history, emit } = work;
		// Only the user's own words: what of them may go is theirs to say.
		if (!hasAnswer(history) && earlierNotes(history.items) === undefined) return { kind: "nothing" };
		if (this.#refusals === 1) {
			const message =
				"the conversation does not fit the model's window: it is summarised to go on (the whole log is kept)";
			emit({ type: "notice", message });
			return await this.#compact(work, "overflow");
		}
		// The notes were not enough: what is kept is cut, twice at most.
		if (this.#refusals > 3) return { kind: "nothing" };
		const before = this.#used(history);
		const share = this.#refusals === 2 ? 0.25 : 0.05;
		this.#replace(work, earlierNotes(history.items) ?? noSummary, { reason: "overflow", before, share });
		return { kind: "done" };
	}

	async onDemand(work: CompactionWork): Promise<CompactionEnd> {
		return hasAnswer(work.history) ? await this.#compact(work, "user") : { kind: "nothing" };
	}

	#used(history: History): number {
		if (this.#counted === undefined) return headTokens + history.tokens;
		return this.#counted.tokens + Math.max(0, history.tokens - this.#counted.estimate);
	}

	async #compact(work: CompactionWork, reason: CompactionReason): Promise<CompactionEnd> {
		const before = this.#used(work.history);
		const notes = await this.#notes(work);
		if (notes.kind !== "ok") return notes;
		const text = withEarlierConstraints(notes.text, earlierNotes(work.history.items));
		this.#replace(work, text, { reason, before, share: 1 });
		return { kind: "done" };
	}

	#replace(
		{ history, emit, turnId }: CompactionWork,
		notes: string,
		{ reason, before, share }: { readonly reason: CompactionReason; readonly before: number; readonly share: number },
	): void {
		const itemsBefore = history.items.length;
		const items = replacementHistory(history.items, notes, this.#limits(share));
		history.replace({ message: notes, replacement_history: items, reason, tokens_before: before });
		this.#counted = undefined;
		this.#floor = this.#used(history);
		const counts = { itemsBefore, itemsAfter: items.length, tokensBefore: before, tokensAfter: this.#floor };
		emit({ type: "context_compacted", turnId, reason, summary: notes, ...counts });
	}

	/** Small windows keep less: all together at most half of the window, at `share` 1. */
	#limits(share: number): KeepLimits {
		const part = (most: number, ofWindow: number): number =>
			Math.max(64, Math.floor(share * Math.min(most, this.#window * ofWindow)));
		return {
			userTokens: part(keptUserTokens, 0.2),
			notesTokens: part(keptNotesTokens, 0.1),
			headTokens: part(Number.MAX_SAFE_INTEGER, 0.2),
		};
	}

	/** Asks the model for notes. A model that fails gives notes that say so: the user's messages go on without. */
	async #notes(work: CompactionWork): Promise<Notes> {
		const { emit, budget, retry, signal } = work;
		const room = Math.max(1, (this.#limit ?? this.#window) - headTokens - keptNotesTokens);
		let maxBytes = Math.max(8192, room * bytesPerToken);
		let halvings = 0;
		let isPaid = false;
		for (;;) {
			if (signal.aborted) return { kind: "aborted" };
			const refusal = isPaid ? undefined : budget.tryAttempt();
			if (refusal !== undefined) return { kind: "budget", refusal };
			isPaid = false;
			const answer = await this.#ask(work, maxBytes);
			if (signal.aborted) return { kind: "aborted" };
			if (answer.kind === "ok") {
				retry.reset();
				return { kind: "ok", text: answer.text.trim() === "" ? noSummary : answer.text.trim() };
			}
			if (answer.error.kind === "context_length" && halvings < maxHalvings) {
				halvings += 1;
				maxBytes = Math.floor(maxBytes / 2);
				continue;
			}
			const decision = await retry.next(answer.error, answer.started, signal);
			if (decision.kind === "aborted" || decision.kind === "budget") return decision;
			isPaid = decision.kind === "go";
			if (isPaid) continue;
			emit({ type: "warning", message: `the conversation could not be summarised: ${answer.error.message}` });
			return { kind: "ok", text: noSummary };
		}
	}

	async #ask({ model, history, requestHead, signal, emit, account }: CompactionWork, maxBytes: number) {
		let text = "";
		const { outputSchema: _, ...head } = requestHead;
		const outcome = await sample({
			model,
			request: {
				...head,
				tools: [],
				parallelToolCalls: false,
				input: [summaryRequest(transcript(history.items, maxBytes), this.#prompt)],
			},
			signal,
			// The notes are for the model: only what concerns the account is told.
			emit: (msg) => {
				if (msg.type === "rate_limits") emit(msg);
			},
			onItem: (item) => {
				if (item.type === "message") text += messageText(item);
			},
		});
		account(outcome.usage);
		return outcome.kind === "done" ? ({ kind: "ok", text } as const) : outcome;
	}
}
