// What compactions took out of a session's context, from its file, which keeps all of it.

import type { ConversationItem } from "@codex/protocol";
import { estimateTokens } from "../context/estimate-tokens.ts";
import { type RolloutStep, readSteps } from "./read-rollout.ts";

/** One compaction. */
export interface SavedCompaction {
	/** Why: `limit`, `overflow`, `user`; `""` when another program does not say. */
	readonly reason: string;
	readonly summary: string;
	/** Items that left the context, oldest first. */
	readonly removed: readonly ConversationItem[];
	/** Items that went on, the notes among them. */
	readonly kept: readonly ConversationItem[];
	/** Tokens of the items before and after, about. */
	readonly tokensBefore: number;
	readonly tokensAfter: number;
}

const tokensOf = (items: readonly ConversationItem[]): number =>
	items.reduce((sum, item) => sum + estimateTokens(item), 0);

/** The compactions of the steps of one branch. */
function compactionsOf(steps: readonly RolloutStep[]): readonly SavedCompaction[] {
	const found: SavedCompaction[] = [];
	let history: ConversationItem[] = [];
	for (const step of steps) {
		if (step.kind === "item") history.push(step.item);
		if (step.kind !== "replace") continue;
		const kept = new Set(step.items.map((item) => JSON.stringify(item)));
		found.push({
			reason: step.reason,
			summary: step.summary,
			removed: history.filter((item) => !kept.has(JSON.stringify(item))),
			kept: step.items,
			tokensBefore: tokensOf(history),
			tokensAfter: tokensOf(step.items),
		});
		history = [...step.items];
	}
	return found;
}

/** Reads the compactions of the rollout at `path`, or one sentence that says why that cannot be. Never rejects. */
export async function readCompactions(
	path: string,
): Promise<
	| { readonly kind: "ok"; readonly compactions: readonly SavedCompaction[] }
	| { readonly kind: "error"; readonly message: string }
> {
	const read = await readSteps(path);
	return read.kind === "error" ? read : { kind: "ok", compactions: compactionsOf(read.steps) };
}
