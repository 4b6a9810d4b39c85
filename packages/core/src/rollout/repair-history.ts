// Makes a history one that every vendor accepts: each tool call has exactly one output, after it. Pure.

import type { ConversationItem, ToolCallItem, ToolOutputItem } from "@codex/protocol";
import type { EndedCall } from "./ended-calls.ts";

type CallKind = "function" | "custom";

const kinds: { readonly [T in (ToolCallItem | ToolOutputItem)["type"]]: CallKind } = {
	function_call: "function",
	function_call_output: "function",
	custom_tool_call: "custom",
	custom_tool_call_output: "custom",
};

const isCall = (item: ConversationItem): item is ToolCallItem =>
	item.type === "function_call" || item.type === "custom_tool_call";

const isOutput = (item: ConversationItem): item is ToolOutputItem =>
	item.type === "function_call_output" || item.type === "custom_tool_call_output";

const keyOf = (item: ToolCallItem | ToolOutputItem): string => `${kinds[item.type]} ${item.call_id}`;

/** What the model is told of a call whose answer was lost and of which nothing more is known. */
export const lostOutput =
	"interrupted: the program was stopped before this call had a result. It may have run, in part or whole, or still be running, and was not run again. Find out what it did before you repeat it.";

function outputFor(call: ToolCallItem, ended: EndedCall | undefined): ToolOutputItem {
	const { call_id } = call;
	const output =
		ended === undefined
			? lostOutput
			: `interrupted: the program was stopped after this call ran, before its result was saved: ${ended.how}. It was not run again. Its output:\n${ended.output}`;
	return call.type === "function_call"
		? { type: "function_call_output", call_id, output }
		: { type: "custom_tool_call_output", call_id, output };
}

interface Pairs {
	/** The output of the call at an index. */
	readonly outputs: ReadonlyMap<number, ToolOutputItem>;
	/** The index of the call that the output at an index answers. */
	readonly calls: ReadonlyMap<number, number>;
}

/** Pairs each output with the latest call of its id before it, unless that one has its answer. */
function pairUp(items: readonly ConversationItem[]): Pairs {
	const latest = new Map<string, number>();
	const outputs = new Map<number, ToolOutputItem>();
	const calls = new Map<number, number>();
	for (const [index, item] of items.entries()) {
		if (isCall(item)) latest.set(keyOf(item), index);
		if (!isOutput(item)) continue;
		const call = latest.get(keyOf(item));
		if (call === undefined || outputs.has(call)) continue;
		outputs.set(call, item);
		calls.set(index, call);
	}
	return { outputs, calls };
}

/**
 * The items with exactly one output for each call, otherwise in their order; the items themselves are not copied.
 *
 * A call is answered before the next input (a message of a user or developer) at the latest: by its own output, also
 * when that came later, or by one that says that it was interrupted and what `ended` knows. Outputs without a call before them and second outputs are dropped.
 * A history that is whole comes out as it is.
 */
export function repairHistory(
	items: readonly ConversationItem[],
	ended: ReadonlyMap<string, EndedCall> = new Map(),
): readonly ConversationItem[] {
	const pairs = pairUp(items);
	const repaired: ConversationItem[] = [];
	const open = new Map<number, ToolCallItem>();
	const answerAll = (): void => {
		for (const [index, call] of open)
			repaired.push(pairs.outputs.get(index) ?? outputFor(call, ended.get(call.call_id)));
		open.clear();
	};
	for (const [index, item] of items.entries()) {
		if (isOutput(item)) {
			const call = pairs.calls.get(index);
			if (call !== undefined && open.delete(call)) repaired.push(item);
			continue;
		}
		if (item.type === "message" && item.role !== "assistant") answerAll();
		if (isCall(item)) open.set(index, item);
		repaired.push(item);
	}
	answerAll();
	return repaired;
}
