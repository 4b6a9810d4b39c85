// The conversation of a session: append-only, mirrored to the rollout as it grows. The one place that both are written.

import type { ConversationItem } from "@codex/protocol";
import type { RolloutWriter } from "../ports/rollout-store.ts";

/** The conversation so far. */
export interface History {
	/** The items, oldest first. The array is not copied: it grows while the session lives. */
	readonly items: readonly ConversationItem[];
	/** Appends items and records them. */
	append(...items: readonly ConversationItem[]): void;
}

/** Makes a history that begins with `earlier`, which is not recorded again. */
export function createHistory(rollout: RolloutWriter, earlier: readonly ConversationItem[]): History {
	const items: ConversationItem[] = [...earlier];
	return {
		items,
		append: (...added) => {
			if (added.length === 0) return;
			items.push(...added);
			rollout.append(added.map((payload) => ({ type: "response_item", payload })));
		},
	};
}
