// The history cut where the speaker changes. Wires that want one message a speaker map run by run; a run of items that has
// not changed gives the same messages in every request, so that their bytes are made once.

import type { ConversationItem } from "@codex/protocol";

/** Items that follow one another and belong together; never empty. */
export type Run = readonly ConversationItem[];

/** Whether the model said it: its words, its reasoning, its calls. */
export function isModels(item: ConversationItem): boolean {
	return (
		item.type === "reasoning" ||
		item.type === "function_call" ||
		item.type === "custom_tool_call" ||
		(item.type === "message" && item.role === "assistant")
	);
}

/** Cuts `items` between two of which `together` is false. */
export function runsOf(
	items: readonly ConversationItem[],
	together: (left: ConversationItem, right: ConversationItem) => boolean,
): readonly Run[] {
	const runs: ConversationItem[][] = [];
	for (const item of items) {
		const last = runs.at(-1);
		const previous = last?.at(-1);
		if (last !== undefined && previous !== undefined && together(previous, item)) last.push(item);
		else runs.push([item]);
	}
	return runs;
}

const sameRun = (left: Run, right: Run): boolean =>
	left.length === right.length && left.every((item, index) => item === right[index]);

/** Maps runs and remembers what it made of each, by the identity of its items. */
export function createRunMapper<T>(): (run: Run, map: (run: Run) => readonly T[]) => readonly T[] {
	const mapped = new WeakMap<ConversationItem, { readonly run: Run; readonly made: readonly T[] }>();
	return (run, map) => {
		const [first] = run;
		if (first === undefined) return [];
		const known = mapped.get(first);
		if (known !== undefined && sameRun(known.run, run)) return known.made;
		const made = map(run);
		mapped.set(first, { run, made });
		return made;
	};
}
