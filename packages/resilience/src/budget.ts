// The one budget. It is handed down like an AbortSignal: every layer spends from what it was given, and a child can never
// grant more than its parents have left. Refusals are values.

import type { BudgetLimitKind, BudgetLimits, BudgetSpend, Clock } from "@codex/protocol";

/** Which limit said no. */
export interface BudgetRefusal {
	readonly kind: BudgetLimitKind;
	/** What was granted: attempts, milliseconds, tokens or US dollars. */
	readonly limit: number;
	/** What was spent when it said no, in the same unit. */
	readonly spent: number;
	/** The label of the budget in the chain whose limit it is. */
	readonly whose: string;
}

/** What a budget is made with. */
export interface BudgetOptions {
	readonly clock: Clock;
	readonly parent?: Budget;
	/** Aborts {@link Budget.signal} with it. */
	readonly signal?: AbortSignal;
	/** Names the budget in refusals. Default `budget`, below a parent the parent's label and `.child`. */
	readonly label?: string;
}

/**
 * A grant of attempts, wall clock, tokens and money, and what was spent of it.
 *
 * Spending goes to all ancestors too. A limit that is negative or not a number grants nothing; an infinite one is none.
 * Nothing here throws.
 */
export interface Budget {
	/** Names the budget in refusals. */
	readonly label: string;
	/** Aborts at the wall clock limit, with an ancestor's signal and with the signal that the budget was made with. */
	readonly signal: AbortSignal;
	/** A smaller grant out of this one. Its wall clock starts now. */
	child(limits: BudgetLimits, options?: { readonly signal?: AbortSignal; readonly label?: string }): Budget;
	/**
	 * Takes one attempt here and in every ancestor, or takes none and names a limit that was reached. Call it once before
	 * each request; between two calls nothing else can take the attempt.
	 */
	tryAttempt(): BudgetRefusal | undefined;
	/** What {@link Budget.tryAttempt} would answer, without taking anything. */
	peekAttempt(): BudgetRefusal | undefined;
	/**
	 * Books what a response used, here and in every ancestor. Never refuses, because it has happened: the next attempt is
	 * refused instead. Negative and non-finite amounts count as 0.
	 */
	spend(amount: { readonly tokens?: number; readonly costUsd?: number }): void;
	/** The limit of wall clock, tokens or money, here or in an ancestor, that is reached. Attempts are not looked at: the last one may still be at work. */
	check(): BudgetRefusal | undefined;
	/** The wall clock limit, here or in an ancestor, that would be reached within `ms` from now. */
	checkWait(ms: number): BudgetRefusal | undefined;
	/** What is left, the least over this budget and its ancestors; a missing field is unlimited. */
	remaining(): BudgetLimits;
	/** The milliseconds that are left, as in {@link Budget.remaining}; `undefined` when unlimited. */
	remainingWallMs(): number | undefined;
	/** What was spent here and below. */
	spent(): BudgetSpend;
	/**
	 * Stops the timer of the wall clock limit, so that `signal` no longer aborts at it; the limit itself still holds. Call it
	 * when the work is over. Children have timers of their own.
	 */
	dispose(): void;
}

// A billionth of a dollar: far below the price of a token, far above the errors of adding such prices up.
const costTolerance = 1e-9;

const amountOf = (value: number | undefined): number =>
	value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;

function limitOf(value: number | undefined): number | undefined {
	if (value === undefined || value === Number.POSITIVE_INFINITY) return undefined;
	return value > 0 ? value : 0;
}

function leastOf(own: number | undefined, above: number | undefined): number | undefined {
	if (own === undefined) return above;
	return above === undefined ? own : Math.min(own, above);
}

class LiveBudget implements Budget {
	readonly label: string;
	readonly signal: AbortSignal;
	readonly #limits: Readonly<Record<BudgetLimitKind, number | undefined>>;
	readonly #clock: Clock;
	readonly #parent: Budget | undefined;
	readonly #startedMs: number;
	readonly #cancelTimer: () => void;
	// A timer may fire a hair before the clock reads the limit; what has fired counts as reached.
	#expired = false;
	#attempts = 0;
	#tokens = 0;
	#costUsd = 0;

	constructor(limits: BudgetLimits, options: BudgetOptions) {
		const { clock, parent } = options;
		this.label = options.label ?? (parent === undefined ? "budget" : `${parent.label}.child`);
		this.#limits = {
			attempts: limitOf(limits.maxAttempts),
			wall_clock: limitOf(limits.maxWallMs),
			tokens: limitOf(limits.maxTokens),
			cost: limitOf(limits.maxCostUsd),
		};
		this.#clock = clock;
		this.#parent = parent;
		this.#startedMs = clock.monotonicMs();
		const controller = new AbortController();
		const maxWallMs = this.#limits.wall_clock;
		this.#cancelTimer =
			maxWallMs === undefined
				? () => undefined
				: clock.timer(maxWallMs, () => {
						this.#expired = true;
						controller.abort();
					});
		const signals = [controller.signal];
		if (parent !== undefined) signals.push(parent.signal);
		if (options.signal !== undefined) signals.push(options.signal);
		this.signal = signals.length === 1 ? controller.signal : AbortSignal.any(signals);
	}

	child(limits: BudgetLimits, options: { readonly signal?: AbortSignal; readonly label?: string } = {}): Budget {
		return new LiveBudget(limits, { clock: this.#clock, parent: this, ...options });
	}

	tryAttempt(): BudgetRefusal | undefined {
		const refusal = this.#ownRefusal("attempts") ?? this.#ownCheck() ?? this.#parent?.tryAttempt();
		if (refusal === undefined) this.#attempts += 1;
		return refusal;
	}

	peekAttempt(): BudgetRefusal | undefined {
		return this.#ownRefusal("attempts") ?? this.#ownCheck() ?? this.#parent?.peekAttempt();
	}

	spend(amount: { readonly tokens?: number; readonly costUsd?: number }): void {
		this.#tokens += amountOf(amount.tokens);
		this.#costUsd += amountOf(amount.costUsd);
		this.#parent?.spend(amount);
	}

	check(): BudgetRefusal | undefined {
		return this.#ownCheck() ?? this.#parent?.check();
	}

	checkWait(ms: number): BudgetRefusal | undefined {
		return this.#ownRefusal("wall_clock", amountOf(ms)) ?? this.#parent?.checkWait(ms);
	}

	remaining(): BudgetLimits {
		const above = this.#parent?.remaining() ?? {};
		const maxAttempts = leastOf(this.#left("attempts"), above.maxAttempts);
		const maxWallMs = leastOf(this.#left("wall_clock"), above.maxWallMs);
		const maxTokens = leastOf(this.#left("tokens"), above.maxTokens);
		const maxCostUsd = leastOf(this.#left("cost"), above.maxCostUsd);
		return {
			...(maxAttempts === undefined ? {} : { maxAttempts }),
			...(maxWallMs === undefined ? {} : { maxWallMs }),
			...(maxTokens === undefined ? {} : { maxTokens }),
			...(maxCostUsd === undefined ? {} : { maxCostUsd }),
		};
	}

	remainingWallMs(): number | undefined {
		return leastOf(this.#left("wall_clock"), this.#parent?.remainingWallMs());
	}

	spent(): BudgetSpend {
		return {
			attempts: this.#attempts,
			wallMs: this.#spentOf("wall_clock"),
			tokens: this.#tokens,
			costUsd: this.#costUsd,
		};
	}

	dispose(): void {
		this.#cancelTimer();
	}

	#ownCheck(): BudgetRefusal | undefined {
		return this.#ownRefusal("wall_clock") ?? this.#ownRefusal("tokens") ?? this.#ownRefusal("cost");
	}

	/** The refusal of this budget's own limit, with `more` spent on top. */
	#ownRefusal(kind: BudgetLimitKind, more = 0): BudgetRefusal | undefined {
		const limit = this.#limits[kind];
		if (limit === undefined) return undefined;
		const left = this.#left(kind) ?? 0;
		// An empty grant is reached before anything is spent; a wait that ends at the limit comes too late.
		if (left > more) return undefined;
		return { kind, limit, spent: this.#spentOf(kind), whose: this.label };
	}

	#left(kind: BudgetLimitKind): number | undefined {
		const limit = this.#limits[kind];
		if (limit === undefined) return undefined;
		if (kind === "wall_clock" && this.#expired) return 0;
		const left = limit - this.#spentOf(kind);
		return left > (kind === "cost" ? costTolerance : 0) ? left : 0;
	}

	#spentOf(kind: BudgetLimitKind): number {
		switch (kind) {
			case "attempts":
				return this.#attempts;
			case "wall_clock":
				return this.#clock.monotonicMs() - this.#startedMs;
			case "tokens":
				return this.#tokens;
			case "cost":
				return this.#costUsd;
		}
	}
}

/** Makes a budget. Its wall clock starts now; a limit of it costs one timer, until {@link Budget.dispose}. */
export function createBudget(limits: BudgetLimits, options: BudgetOptions): Budget {
	return new LiveBudget(limits, options);
}
