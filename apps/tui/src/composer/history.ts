// Earlier prompts: walking through them with the arrows and searching them. Pure; the file is an effect's business.

/** The prompts of this and earlier sessions, and where a walk through them stands. */
export interface PromptHistory {
	/** Oldest first, without neighbours that are the same. */
	readonly entries: readonly string[];
	/** The walk: the entry that is shown, and what was being typed before. */
	readonly walk: { readonly at: number; readonly draft: string } | undefined;
}

/** No prompts yet. */
export const emptyHistory: PromptHistory = { entries: [], walk: undefined };

// 5000 in memory: years of prompts, some megabytes at most.
const maxEntries = 5000;

/** Adds a prompt; a copy of the last one is not kept. */
export function remember(history: PromptHistory, prompt: string): PromptHistory {
	const isSame = history.entries.at(-1) === prompt || prompt.trim() === "";
	return { entries: isSame ? history.entries : [...history.entries, prompt].slice(-maxEntries), walk: undefined };
}

/** Takes over what the file held; what was typed meanwhile stays newest. */
export function loadEntries(history: PromptHistory, entries: readonly string[]): PromptHistory {
	const all = [...entries, ...history.entries].filter((entry, at, list) => entry !== list[at - 1]);
	return { ...history, entries: all.slice(-maxEntries) };
}

/** One entry back or forth. `text` is what stands in the composer; `undefined` when there is no such entry. */
export function walkHistory(
	history: PromptHistory,
	text: string,
	direction: "earlier" | "later",
): { readonly history: PromptHistory; readonly text: string } | undefined {
	const { entries, walk } = history;
	const from = walk?.at ?? entries.length;
	const draft = walk?.draft ?? text;
	let at = from + (direction === "earlier" ? -1 : 1);
	// An entry that is the same as the draft would look as if nothing had happened.
	if (direction === "earlier" && walk === undefined && entries[at] === text && text !== "") at -= 1;
	if (at < 0 || from >= entries.length + (direction === "later" ? 0 : 1)) return undefined;
	if (at >= entries.length) return walk === undefined ? undefined : { history: { entries, walk: undefined }, text: draft };
	return { history: { entries, walk: { at, draft } }, text: entries[at] ?? "" };
}

/** The entries that hold all words of the query, newest first, each once. */
export function searchHistory(history: PromptHistory, query: string, limit: number): readonly string[] {
	const words = query.toLowerCase().split(/\s+/).filter(Boolean);
	const found = new Set<string>();
	for (let at = history.entries.length - 1; at >= 0 && found.size < limit; at -= 1) {
		const entry = history.entries[at] ?? "";
		const lower = entry.toLowerCase();
		if (words.every((word) => lower.includes(word))) found.add(entry);
	}
	return [...found];
}
