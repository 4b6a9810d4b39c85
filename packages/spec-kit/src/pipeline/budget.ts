// The run's budget as arithmetic: what is left, what one call may have of it, what came back. No clock: time is what the
// events say. The parts of calls that run beside each other never add up to more than what is left.

import type { BudgetLimits, BudgetSpend } from "@codex/protocol";
import { type Call, callsOf, type RunState } from "./state.ts";

/** Both together. */
export function addSpend(left: BudgetSpend, right: BudgetSpend): BudgetSpend {
	return {
		attempts: left.attempts + right.attempts,
		wallMs: left.wallMs + right.wallMs,
		tokens: left.tokens + right.tokens,
		costUsd: left.costUsd + right.costUsd,
	};
}

/** What a call used of the run's budget; its time passes beside that of others and is counted by the run itself. */
export function withoutTime(spend: BudgetSpend): BudgetSpend {
	return { ...spend, wallMs: 0 };
}

/** What the calls that are under way were granted. */
function reserved(calls: readonly Call[]): BudgetSpend {
	let sum: BudgetSpend = { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 };
	for (const { state, granted } of calls) {
		if (state !== "running" || granted === undefined) continue;
		sum = addSpend(sum, {
			attempts: granted.maxAttempts ?? 0,
			wallMs: 0,
			tokens: granted.maxTokens ?? 0,
			costUsd: granted.maxCostUsd ?? 0,
		});
	}
	return sum;
}

/** What one of `waiting` calls (≥ 1) may have of what is left: time whole, everything else in equal parts. */
export function grantOf(state: RunState, waiting: number): BudgetLimits {
	const { limits, spend } = state;
	const held = reserved(callsOf(state.phase));
	const part = (limit: number | undefined, spent: number, kept: number): number | undefined =>
		limit === undefined ? undefined : Math.max(0, limit - spent - kept) / waiting;
	const attempts = part(limits.maxAttempts, spend.attempts, held.attempts);
	const tokens = part(limits.maxTokens, spend.tokens, held.tokens);
	const cost = part(limits.maxCostUsd, spend.costUsd, held.costUsd);
	return {
		...(attempts === undefined ? {} : { maxAttempts: Math.floor(attempts) }),
		...(limits.maxWallMs === undefined ? {} : { maxWallMs: Math.max(0, limits.maxWallMs - spend.wallMs) }),
		...(tokens === undefined ? {} : { maxTokens: Math.floor(tokens) }),
		...(cost === undefined ? {} : { maxCostUsd: cost }),
	};
}

/** The limit that leaves nothing for a call, as words, or `undefined` when a call can be made. */
export function exhausted(grant: BudgetLimits): string | undefined {
	if (grant.maxWallMs !== undefined && grant.maxWallMs <= 0) return "time";
	if (grant.maxAttempts !== undefined && grant.maxAttempts < 1) return "attempts";
	if (grant.maxTokens !== undefined && grant.maxTokens < 1) return "tokens";
	if (grant.maxCostUsd !== undefined && grant.maxCostUsd <= 0) return "money";
	return undefined;
}
