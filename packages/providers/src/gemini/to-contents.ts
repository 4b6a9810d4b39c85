// The history as Gemini's contents: what follows one another from the same side is one content. Runs of items that have
// not changed give the same objects in every request.

import type { ConversationItem, FunctionCallItem, ReasoningItem, ToolOutputItem } from "@codex/protocol";
import type { Content, Part } from "@google/genai/web";
import { isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createRunMapper, isModels, type Run, runsOf } from "../wire/runs.ts";
import { functionName } from "./function-names.ts";
import { partsOf } from "./images.ts";
import { type CallsById, callsOf, idOf, resultParts } from "./results.ts";

// What the vendor documents for calls of which it never gave a signature: those of another model's history.
const foreignSignature = "skip_thought_signature_validator";

const isOutput = (item: ConversationItem): item is ToolOutputItem =>
	item.type === "function_call_output" || item.type === "custom_tool_call_output";

function userContents(run: Run, calls: CallsById, nested: boolean): readonly Content[] {
	const { responses, images } = resultParts(run.filter(isOutput), calls, nested);
	const said = run.flatMap((item) => (item.type === "message" ? partsOf(item.content) : []));
	// Older models count every part beside results as one, and refuse what has more of them than calls.
	const contents =
		responses.length > 0 && images.length > 0
			? [responses, [...images, ...said]]
			: [[...responses, ...images, ...said]];
	return contents.flatMap((parts) => (parts.length === 0 ? [] : [{ role: "user", parts: [...parts] }]));
}

function argsOf(text: string): Record<string, unknown> {
	const value = tryParseJson(text);
	if (isRecord(value)) return { ...value };
	return text.trim() === "" ? {} : { arguments: text };
}

function callPart(item: FunctionCallItem, needsSignature: boolean): Part {
	const thoughtSignature = item.signature ?? (needsSignature ? foreignSignature : undefined);
	return {
		functionCall: { ...idOf(item.call_id), name: functionName(item.name), args: argsOf(item.arguments) },
		...(thoughtSignature === undefined ? {} : { thoughtSignature }),
	};
}

/** A thought that came with a signature of its own; `undefined` for a signature that belongs to the text after it. */
function thoughtPart({ summary, encrypted_content }: ReasoningItem): Part | undefined {
	const text = summary.map((part) => part.text).join("");
	return text === "" || encrypted_content === undefined
		? undefined
		: { thought: true, text, thoughtSignature: encrypted_content };
}

const sealed = (parts: readonly Part[], thoughtSignature: string | undefined): readonly Part[] =>
	parts.map((part, index) => (index === 0 && thoughtSignature !== undefined ? { ...part, thoughtSignature } : part));

function modelContent(run: Run): readonly Content[] {
	const parts: Part[] = [];
	let calls = 0;
	let signature: string | undefined;
	for (const item of run) {
		if (item.type === "reasoning") {
			const thought = thoughtPart(item);
			if (thought !== undefined) parts.push(thought);
			signature = thought === undefined ? item.encrypted_content : undefined;
			continue;
		}
		if (item.type === "message") parts.push(...sealed(partsOf(item.content), signature));
		else if (item.type === "function_call" || item.type === "custom_tool_call") {
			const call =
				item.type === "function_call"
					? item
					: ({ ...item, type: "function_call", arguments: JSON.stringify({ input: item.input }) } as const);
			// Of calls made together only the first carries a signature.
			parts.push(callPart(call, calls === 0));
			calls += 1;
		}
		signature = undefined;
	}
	// Thoughts alone are no answer.
	return parts.every((part) => part.thought === true) ? [] : [{ role: "model", parts }];
}

const sameSide = (left: ConversationItem, right: ConversationItem): boolean => isModels(left) === isModels(right);

/** Maps a history. `nested` is whether the model takes images inside the results of calls. */
export type ToContents = (items: readonly ConversationItem[], nested: boolean) => readonly Content[];

/** Makes the mapping for `provider`, whose own signatures are sent and no other's. */
export function createToContents(provider: string): ToContents {
	const mapNested = createRunMapper<Content>();
	const mapApart = createRunMapper<Content>();
	return (items, nested) => {
		const calls = callsOf(items);
		const mapRun = nested ? mapNested : mapApart;
		// What is not sent must not stand between two of the user's.
		const sent = items.filter(
			(item) => item.type !== "reasoning" || (item.provider === provider && item.encrypted_content !== undefined),
		);
		return runsOf(sent, sameSide).flatMap((run) =>
			mapRun(run, () => (run.some(isModels) ? modelContent(run) : userContents(run, calls, nested))),
		);
	};
}
