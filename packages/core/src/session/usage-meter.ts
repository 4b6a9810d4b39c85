// What a session has used, and what it cost where the price is known.

import { addUsage, type ModelInfo, type TokenUsage } from "@codex/protocol";

/** Counts usage and cost. */
export interface UsageMeter {
	/** Adds a response. `costUsd` is this response's cost (0 when unknown); `totalCostUsd` is null once any price was unknown. */
	add(usage: TokenUsage): {
		readonly total: TokenUsage;
		readonly totalCostUsd: number | null;
		readonly costUsd: number;
	};
}

/** Cost of `usage` in US dollars, or `null` when the model's price is unknown. */
function responseCostUsd(info: ModelInfo, usage: TokenUsage): number | null {
	if (info.price === undefined) return null;
	const uncached = Math.max(0, usage.inputTokens - usage.cachedInputTokens);
	const perMillion =
		uncached * info.price.input +
		usage.cachedInputTokens * info.price.cachedInput +
		usage.outputTokens * info.price.output;
	return perMillion / 1_000_000;
}

/** Makes a meter that goes on from `earlier`, whose cost is not counted. */
export function createUsageMeter(info: ModelInfo, earlier: TokenUsage): UsageMeter {
	let total = earlier;
	let totalCostUsd: number | null = 0;
	return {
		add: (usage) => {
			total = addUsage(total, usage);
			const cost = responseCostUsd(info, usage);
			totalCostUsd = cost === null || totalCostUsd === null ? null : totalCostUsd + cost;
			return { total, totalCostUsd, costUsd: cost ?? 0 };
		},
	};
}
