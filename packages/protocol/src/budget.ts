// Plain budget types that cross package borders. The live `Budget` is resilience's.

/**
 * What may be spent. A missing field is unlimited.
 *
 * Attempts are whole requests sent to a model (first tries and retries alike), ≥ 0.
 */
export interface BudgetLimits {
	readonly maxAttempts?: number;
	/** Wall clock in milliseconds from the creation of the budget. */
	readonly maxWallMs?: number;
	/** Input (uncached and cached) plus output tokens. */
	readonly maxTokens?: number;
	/** US dollars. Spending of an unknown price is never guessed: it is counted as 0 and reported as unknown. */
	readonly maxCostUsd?: number;
}

/** What has been spent so far, in the units of {@link BudgetLimits}. */
export interface BudgetSpend {
	readonly attempts: number;
	readonly wallMs: number;
	readonly tokens: number;
	readonly costUsd: number;
}

/** The limit that was reached. */
export type BudgetLimitKind = "attempts" | "wall_clock" | "tokens" | "cost";
