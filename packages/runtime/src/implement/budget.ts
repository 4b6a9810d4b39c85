// What is left of a piece of work's budget. Pure.

import type { BudgetLimits, BudgetSpend } from "@codex/protocol";

/** No spend. */
export const noSpend: BudgetSpend = Object.freeze({ attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 });

/** Both together. */
export function addSpend(left: BudgetSpend, right: BudgetSpend): BudgetSpend {
	return {
		attempts: left.attempts + right.attempts,
		wallMs: left.wallMs + right.wallMs,
		tokens: left.tokens + right.tokens,
		costUsd: left.costUsd + right.costUsd,
	};
}

type Amount = "attempts" | "tokens" | "costUsd";

function mapLimits(limits: BudgetLimits, change: (limit: number, amount: Amount) => number): BudgetLimits {
	const { maxAttempts, maxTokens, maxCostUsd, maxWallMs } = limits;
	return {
		...(maxWallMs === undefined ? {} : { maxWallMs }),
		...(maxAttempts === undefined ? {} : { maxAttempts: Math.floor(change(maxAttempts, "attempts")) }),
		...(maxTokens === undefined ? {} : { maxTokens: Math.floor(change(maxTokens, "tokens")) }),
		...(maxCostUsd === undefined ? {} : { maxCostUsd: change(maxCostUsd, "costUsd") }),
	};
}

/** An equal part for each of `count` that work beside each other; time is whole. */
export function partOf(limits: BudgetLimits, count: number): BudgetLimits {
	return mapLimits(limits, (limit) => limit / count);
}

/** What is left after `spend`; never below 0. */
export function limitsLeft(limits: BudgetLimits, spend: BudgetSpend): BudgetLimits {
	return mapLimits(limits, (limit, amount) => Math.max(0, limit - spend[amount]));
}
