// The history as Gemini's contents: what follows one another from the same side is one content. Runs of items that have
// not changed give the same objects in every request.

import type { ContentPart, ConversationItem, FunctionCallItem, ToolOutput } from "@codex/protocol";
import type { Content, Part } from "@google/genai/web";
import { isRecord, tryParseJson } from "../stream/event-decoder.ts";
import { createRunMapper, isModels, type Run, runsOf } from "../wire/runs.ts";

// What the vendor documents for calls of which it never gave a signature: those of another model's history.
const foreignSignature = "skip_thought_signature_validator";

/** An id that we made because the server gave none: the server would not know it. */
const isOurs = (callId: string): boolean => /^call_[0-9a-f]{32}$/.test(callId);

function imagePart(url: string): Part {
	const [, mimeType, data] = /^data:([^;,]+);base64,(.+)$/s.exec(url) ?? [];
	if (mimeType !== undefined && data !== undefined) return { inlineData: { mimeType, data } };
	return { text: `[an image at ${url.slice(0, 200)}, which this provider cannot load]` };
}

function partsOf(parts: readonly ContentPart[]): readonly Part[] {
	return parts.map((part) => (part.type === "input_image" ? imagePart(part.image_url) : { text: part.text }));
}

function resultParts(callId: string, name: string, output: ToolOutput): readonly Part[] {
	const parts = typeof output === "string" ? [] : output;
	const text =
		typeof output === "string"
			? output
			: parts.flatMap((part) => (part.type === "input_image" ? [] : [part.text])).join("\n");
	const id = isOurs(callId) ? {} : { id: callId };
	const images = parts.filter((part) => part.type === "input_image");
	return [{ functionResponse: { ...id, name, response: { output: text } } }, ...partsOf(images)];
}

/** The names of the calls that a run of results answers. */
type Names = ReadonlyMap<string, string>;

function userContent(run: Run, names: Names): readonly Content[] {
	const results: Part[] = [];
	const images: Part[] = [];
	const rest: Part[] = [];
	for (const item of run) {
		if (item.type === "function_call_output" || item.type === "custom_tool_call_output") {
			const [result, ...shown] = resultParts(item.call_id, names.get(item.call_id) ?? "tool", item.output);
			if (result !== undefined) results.push(result);
			images.push(...shown);
		} else if (item.type === "message") rest.push(...partsOf(item.content));
	}
	const parts = [...results, ...images, ...rest];
	return parts.length === 0 ? [] : [{ role: "user", parts }];
}

function argsOf(text: string): Record<string, unknown> {
	const value = tryParseJson(text);
	if (isRecord(value)) return { ...value };
	return text.trim() === "" ? {} : { arguments: text };
}

function callPart(item: FunctionCallItem, needsSignature: boolean): Part {
	const id = isOurs(item.call_id) ? {} : { id: item.call_id };
	const thoughtSignature = item.signature ?? (needsSignature ? foreignSignature : undefined);
	return {
		functionCall: { ...id, name: item.name, args: argsOf(item.arguments) },
		...(thoughtSignature === undefined ? {} : { thoughtSignature }),
	};
}

function modelContent(run: Run, provider: string): readonly Content[] {
	const parts: Part[] = [];
	let calls = 0;
	let signature: string | undefined;
	for (const item of run) {
		if (item.type === "message") {
			const [first, ...more] = partsOf(item.content);
			if (first !== undefined) {
				parts.push(signature === undefined ? first : { ...first, thoughtSignature: signature }, ...more);
			}
			signature = undefined;
		} else if (item.type === "reasoning" && item.provider === provider) signature = item.encrypted_content;
		else if (item.type === "function_call") {
			// Of calls made together only the first carries a signature.
			parts.push(callPart(item, calls === 0));
			calls += 1;
		} else if (item.type === "custom_tool_call") {
			const { call_id, name, input } = item;
			const asFunction = { type: "function_call", call_id, name, arguments: JSON.stringify({ input }) } as const;
			parts.push(callPart(asFunction, calls === 0));
			calls += 1;
		}
	}
	return parts.length === 0 ? [] : [{ role: "model", parts }];
}

const sameSide = (left: ConversationItem, right: ConversationItem): boolean => isModels(left) === isModels(right);

/** Makes the mapping for `provider`, whose own signatures are sent and no other's. */
export function createToContents(provider: string): (items: readonly ConversationItem[]) => readonly Content[] {
	const mapRun = createRunMapper<Content>();
	return (items) => {
		const names = new Map<string, string>();
		for (const item of items) {
			if (item.type === "function_call" || item.type === "custom_tool_call") names.set(item.call_id, item.name);
		}
		return runsOf(items, sameSide).flatMap((run) =>
			mapRun(run, () => (run.some(isModels) ? modelContent(run, provider) : userContent(run, names))),
		);
	};
}
