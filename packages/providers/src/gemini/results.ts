// The results of calls as Gemini's function responses, in the order of the calls: without ids that is how they are told
// apart.

import type { ConversationItem, ToolOutput, ToolOutputItem } from "@codex/protocol";
import type { FunctionResponsePart, Part } from "@google/genai/web";
import { functionName } from "./function-names.ts";
import { partsOf } from "./images.ts";

/** The calls of a history by their id: which function, and in which place. */
export type CallsById = ReadonlyMap<string, { readonly name: string; readonly place: number }>;

/** Finds the calls of `items`. Of two with the same id the later one counts. */
export function callsOf(items: readonly ConversationItem[]): CallsById {
	const calls = new Map<string, { readonly name: string; readonly place: number }>();
	for (const [place, item] of items.entries()) {
		if (item.type === "function_call" || item.type === "custom_tool_call") {
			calls.set(item.call_id, { name: functionName(item.name), place });
		}
	}
	return calls;
}

/** `id` for a call whose id the server gave, nothing for one of ours, which the server never saw. */
export function idOf(callId: string): { readonly id?: string } {
	if (/^call_[0-9a-f]{32}$/.test(callId)) return {};
	// Other vendors' ids may hold more than this one's do; the same one gives the same text in the call and its result.
	return { id: callId.replaceAll(/[^A-Za-z0-9_-]/g, "_") };
}

const textOf = (parts: readonly Part[]): string => parts.flatMap(({ text }) => text ?? []).join("\n");

function imagesOf(parts: readonly Part[]): readonly FunctionResponsePart[] {
	return parts.flatMap(({ inlineData }) => (inlineData === undefined ? [] : [{ inlineData }]));
}

const outputParts = (output: ToolOutput): readonly Part[] =>
	typeof output === "string" ? [{ text: output }] : partsOf(output);

/** What the results of one run become. */
export interface ResultParts {
	/** One part a result, and nothing else: the vendor counts them. */
	readonly responses: readonly Part[];
	/** The images that have no place in the results. */
	readonly images: readonly Part[];
}

/** Maps results. `nested` puts their images inside; before the third generation they must stand elsewhere. */
export function resultParts(items: readonly ToolOutputItem[], calls: CallsById, nested: boolean): ResultParts {
	const place = ({ call_id }: ToolOutputItem): number => calls.get(call_id)?.place ?? 0;
	const responses: Part[] = [];
	const images: Part[] = [];
	for (const { call_id, output } of items.toSorted((left, right) => place(left) - place(right))) {
		const parts = outputParts(output);
		const shown = imagesOf(parts);
		const name = calls.get(call_id)?.name ?? "tool";
		const inside = nested && shown.length > 0 ? { parts: [...shown] } : {};
		responses.push({ functionResponse: { ...idOf(call_id), name, response: { output: textOf(parts) }, ...inside } });
		if (!nested) images.push(...shown);
	}
	return { responses, images };
}
