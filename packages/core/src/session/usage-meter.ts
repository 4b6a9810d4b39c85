// What a session has used, and what it cost where the price is known.

import { addUsage, type ModelInfo, responseCostUsd, type TokenUsage } from "@codex/protocol";

/** Counts usage and cost. */
export interface UsageMeter {
	/** Adds a response. `costUsd` is this response's cost (0 when unknown); `totalCostUsd` is null once any price was unknown. */
	add(usage: TokenUsage): {
		readonly total: TokenUsage;
		readonly totalCostUsd: number | null;
		readonly costUsd: number;
	};
}

/** Makes a meter that goes on from `earlier`, whose cost is not counted. */
export function createUsageMeter(info: ModelInfo, earlier: TokenUsage): UsageMeter {
	let total = earlier;
	let totalCostUsd: number | null = 0;
	return {
		add: (usage) => {
			total = addUsage(total, usage);
			const cost = responseCostUsd(info.price, usage);
			totalCostUsd = cost === null || totalCostUsd === null ? null : totalCostUsd + cost;
			return { total, totalCostUsd, costUsd: cost ?? 0 };
		},
	};
}
