// Renders a scripted answer as the event stream of the Messages API.

import { type AnswerStep, argumentsText, deltasOf } from "./script.ts";

type WireObject = Readonly<Record<string, unknown>>;
type WireEvent = { readonly type: string } & WireObject;

interface RenderedBlock {
	readonly start: WireObject;
	readonly deltas: readonly WireObject[];
}

function thinkingBlock(step: AnswerStep): readonly RenderedBlock[] {
	if (step.reasoning === undefined) return [];
	const deltas = deltasOf(step.reasoning, step.deltaSize).map((thinking) => ({ type: "thinking_delta", thinking }));
	const signature = { type: "signature_delta", signature: "c2VhbGVkLXRob3VnaHQ=" };
	return [{ start: { type: "thinking", thinking: "", signature: "" }, deltas: [...deltas, signature] }];
}

function textBlock(step: AnswerStep): readonly RenderedBlock[] {
	if (step.text === undefined) return [];
	const deltas = deltasOf(step.text, step.deltaSize).map((text) => ({ type: "text_delta", text }));
	return [{ start: { type: "text", text: "" }, deltas }];
}

function callBlocks(step: AnswerStep, number: number): readonly RenderedBlock[] {
	return (step.calls ?? []).map((call, position) => {
		const id = call.callId ?? `toolu_${number}_${position}`;
		const deltas = deltasOf(argumentsText(call), step.deltaSize).map((partial_json) => ({
			type: "input_json_delta",
			partial_json,
		}));
		const named = step.omitCallIds === true ? {} : { id };
		return { start: { type: "tool_use", ...named, name: call.name, input: {} }, deltas };
	});
}

function usageOf(step: AnswerStep): { readonly start?: WireObject; readonly end?: WireObject } {
	if (step.usage === null) return {};
	const {
		inputTokens,
		outputTokens,
		cachedInputTokens = 0,
		reasoningOutputTokens,
	} = step.usage ?? { inputTokens: 10, outputTokens: 5 };
	const input = {
		input_tokens: inputTokens - cachedInputTokens,
		cache_creation_input_tokens: 0,
		cache_read_input_tokens: cachedInputTokens,
	};
	const thinking =
		reasoningOutputTokens === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoningOutputTokens } };
	return { start: { ...input, output_tokens: 1 }, end: { output_tokens: outputTokens, ...thinking } };
}

function stopReason(step: AnswerStep): string {
	if (step.stop === "length") return "max_tokens";
	if (step.stop === "content_filter") return "refusal";
	return (step.calls ?? []).length > 0 ? "tool_use" : "end_turn";
}

/** The events of `step` as the answer to request `number`, each as the text of one server-sent event. */
export function renderAnthropic(step: AnswerStep, number: number): readonly string[] {
	const usage = usageOf(step);
	const message = {
		id: `msg_${number}`,
		type: "message",
		role: "assistant",
		model: "scripted",
		content: [],
		stop_reason: null,
		stop_sequence: null,
		...(usage.start === undefined ? {} : { usage: usage.start }),
	};
	const events: WireEvent[] = [{ type: "message_start", message }, { type: "ping" }];
	const blocks = [...thinkingBlock(step), ...textBlock(step), ...callBlocks(step, number)];
	for (const [index, { start, deltas }] of blocks.entries()) {
		events.push({ type: "content_block_start", index, content_block: start });
		for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
		events.push({ type: "content_block_stop", index });
	}
	if (step.noFinalEvent !== true) {
		const delta = { stop_reason: stopReason(step), stop_sequence: null };
		events.push({ type: "message_delta", delta, ...(usage.end === undefined ? {} : { usage: usage.end }) });
		events.push({ type: "message_stop" });
	}
	return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}
