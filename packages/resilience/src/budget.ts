// The one budget. It is handed down like an AbortSignal: every layer spends from what it was given, and a child can never
// grant more than its parents have left. Refusals are values.

import type { BudgetLimitKind, BudgetLimits, BudgetSpend, Clock } from "@codex/protocol";

/** Which limit said no. */
export interface BudgetRefusal {
	readonly kind: BudgetLimitKind;
	/** What was granted, in the unit of the limit. */
	readonly limit: number;
	/** What was spent when it said no. */
	readonly spent: number;
}

/** What a budget is made with. */
export interface BudgetOptions {
	readonly clock: Clock;
	readonly parent?: Budget;
	/** Aborts {@link Budget.signal} with it. */
	readonly signal?: AbortSignal;
}

/**
 * A grant of attempts, wall clock, tokens and money, and what was spent of it.
 *
 * Spending goes to all ancestors too. `signal` aborts at the wall clock limit and when an ancestor's does.
 */
export interface Budget {
	/** A smaller grant out of this one. */
	child(limits: BudgetLimits, options?: { readonly signal?: AbortSignal }): Budget;
	/** Takes one attempt here and in every ancestor, or takes none and names the limit that was reached. */
	tryAttempt(): BudgetRefusal | undefined;
	/** Books what a response used; never refuses, because it has happened. Negative and non-finite amounts count as 0. */
	spend(amount: { readonly tokens?: number; readonly costUsd?: number }): void;
	/** The first limit, of this budget or an ancestor, that is reached; attempts are not looked at. */
	check(): BudgetRefusal | undefined;
	/** What is left, the least over this budget and its ancestors; a missing field is unlimited. */
	remaining(): BudgetLimits;
	/** What was spent here. */
	spent(): BudgetSpend;
	readonly signal: AbortSignal;
	/** Stops the timer of the wall clock limit. The budget may still be read. */
	dispose(): void;
}

const amountOf = (value: number | undefined): number =>
	value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;

class LiveBudget implements Budget {
	readonly signal: AbortSignal;
	readonly #limits: BudgetLimits;
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
		this.#limits = limits;
		this.#clock = options.clock;
		this.#parent = options.parent;
		this.#startedMs = options.clock.monotonicMs();
		const controller = new AbortController();
		this.#cancelTimer =
			limits.maxWallMs === undefined
				? () => undefined
				: this.#clock.timer(limits.maxWallMs, () => {
						this.#expired = true;
						controller.abort();
					});
		const signals = [controller.signal];
		if (options.parent !== undefined) signals.push(options.parent.signal);
		if (options.signal !== undefined) signals.push(options.signal);
		this.signal = signals.length === 1 ? controller.signal : AbortSignal.any(signals);
	}

	child(limits: BudgetLimits, options: { readonly signal?: AbortSignal } = {}): Budget {
		return new LiveBudget(limits, { clock: this.#clock, parent: this, ...options });
	}

	tryAttempt(): BudgetRefusal | undefined {
		const own = this.#refusal("attempts") ?? this.#ownCheck();
		if (own !== undefined) return own;
		const above = this.#parent?.tryAttempt();
		if (above !== undefined) return above;
		this.#attempts += 1;
		return undefined;
	}

	spend(amount: { readonly tokens?: number; readonly costUsd?: number }): void {
		this.#tokens += amountOf(amount.tokens);
		this.#costUsd += amountOf(amount.costUsd);
		this.#parent?.spend(amount);
	}

	check(): BudgetRefusal | undefined {
		return this.#ownCheck() ?? this.#parent?.check();
	}

	remaining(): BudgetLimits {
		const above = this.#parent?.remaining() ?? {};
		const spent = this.spent();
		const least = (limit: number | undefined, used: number, parent: number | undefined): number | undefined => {
			const own = limit === undefined ? undefined : Math.max(0, limit - used);
			if (own === undefined) return parent;
			return parent === undefined ? own : Math.min(own, parent);
		};
		const maxAttempts = least(this.#limits.maxAttempts, spent.attempts, above.maxAttempts);
		const maxWallMs = least(this.#limits.maxWallMs, spent.wallMs, above.maxWallMs);
		const maxTokens = least(this.#limits.maxTokens, spent.tokens, above.maxTokens);
		const maxCostUsd = least(this.#limits.maxCostUsd, spent.costUsd, above.maxCostUsd);
		return {
			...(maxAttempts === undefined ? {} : { maxAttempts }),
			...(maxWallMs === undefined ? {} : { maxWallMs }),
			...(maxTokens === undefined ? {} : { maxTokens }),
			...(maxCostUsd === undefined ? {} : { maxCostUsd }),
		};
	}

	spent(): BudgetSpend {
		const wallMs = this.#clock.monotonicMs() - this.#startedMs;
		return { attempts: this.#attempts, wallMs, tokens: this.#tokens, costUsd: this.#costUsd };
	}

	dispose(): void {
		this.#cancelTimer();
	}

	#ownCheck(): BudgetRefusal | undefined {
		return this.#refusal("wall_clock") ?? this.#refusal("tokens") ?? this.#refusal("cost");
	}

	#refusal(kind: BudgetLimitKind): BudgetRefusal | undefined {
		const [limit, spent] = this.#state(kind);
		if (limit === undefined) return undefined;
		const reached = spent >= limit || (kind === "wall_clock" && this.#expired);
		return reached ? { kind, limit, spent } : undefined;
	}

	#state(kind: BudgetLimitKind): readonly [number | undefined, number] {
		switch (kind) {
			case "attempts":
				return [this.#limits.maxAttempts, this.#attempts];
			case "wall_clock":
				return [this.#limits.maxWallMs, this.#clock.monotonicMs() - this.#startedMs];
			case "tokens":
				return [this.#limits.maxTokens, this.#tokens];
			case "cost":
				return [this.#limits.maxCostUsd, this.#costUsd];
		}
	}
}

/** Makes a budget. Its wall clock starts now. */
export function createBudget(limits: BudgetLimits, options: BudgetOptions): Budget {
	return new LiveBudget(limits, options);
}
