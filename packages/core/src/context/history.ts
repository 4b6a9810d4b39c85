// The conversation of a session, mirrored to the rollout as it grows. Append-only, but for a compaction, which replaces it
// and says so in the rollout. The one place that both are written.

import type { CompactedRecord, ConversationItem } from "@codex/protocol";
import type { RolloutWriter } from "../ports/rollout-store.ts";
import { estimateTokens } from "./estimate-tokens.ts";

/** The conversation so far. */
export interface History {
	/** The items, oldest first. The array is not copied: it grows while the session lives, until it is replaced. */
	readonly items: readonly ConversationItem[];
	/** Tokens of the items, about. */
	readonly tokens: number;
	/** Appends items and records them. */
	append(...items: readonly ConversationItem[]): void;
	/** Goes on with other items, and records them as what replaced those so far. */
	replace(record: CompactedRecord): void;
}

const sum = (items: readonly ConversationItem[]): number =>
	items.reduce((tokens, item) => tokens + estimateTokens(item), 0);

/** Makes a history that begins with `earlier`, which is not recorded again. */
export function createHistory(rollout: RolloutWriter, earlier: readonly ConversationItem[]): History {
	let items: ConversationItem[] = [...earlier];
	let tokens: number | undefined;
	return {
		get items() {
			return items;
		},
		get tokens() {
			// Most sessions are never asked: then nothing is counted.
			tokens ??= sum(items);
			return tokens;
		},
		append: (...added) => {
			if (added.length === 0) return;
			items.push(...added);
			if (tokens !== undefined) tokens += sum(added);
			rollout.append(added.map((payload) => ({ type: "response_item", payload })));
		},
		replace: (record) => {
			items = [...record.replacement_history];
			tokens = undefined;
			rollout.append([{ type: "compacted", payload: record }]);
		},
	};
}
