// Renders a scripted answer as the event stream of the Responses API.

import { type AnswerStep, argumentsText, deltasOf, wholeText } from "./script.ts";

type WireItem = Readonly<Record<string, unknown>>;
type WireEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

interface RenderedItem {
	readonly item: WireItem;
	/** Events between `output_item.added` and `output_item.done`. */
	readonly inner: readonly WireEvent[];
}

function reasoningItem(step: AnswerStep, id: string): readonly RenderedItem[] {
	if (step.reasoning === undefined) return [];
	const place = { item_id: id, summary_index: 0 };
	const inner: WireEvent[] = [{ type: "response.reasoning_summary_part.added", ...place }];
	for (const delta of deltasOf(step.reasoning, step.deltaSize)) {
		inner.push({ type: "response.reasoning_summary_text.delta", ...place, delta });
	}
	inner.push({ type: "response.reasoning_summary_text.done", ...place, text: wholeText(step.reasoning) });
	const summary = [{ type: "summary_text", text: wholeText(step.reasoning) }];
	return [{ item: { type: "reasoning", id, summary, encrypted_content: `sealed-${id}` }, inner }];
}

function messageItem(step: AnswerStep, id: string): readonly RenderedItem[] {
	if (step.text === undefined) return [];
	const place = { item_id: id, content_index: 0 };
	const inner = deltasOf(step.text, step.deltaSize).map((delta) => ({
		type: "response.output_text.delta",
		...place,
		delta,
	}));
	const content = [{ type: "output_text", text: wholeText(step.text), annotations: [] }];
	const status = step.stop === undefined ? "completed" : "incomplete";
	return [{ item: { type: "message", id, role: "assistant", status, content }, inner }];
}

function callItems(step: AnswerStep, number: number): readonly RenderedItem[] {
	return (step.calls ?? []).map((call, position) => {
		const id = `fc_${number}_${position}`;
		const inner = deltasOf(argumentsText(call), step.deltaSize).map((delta) => ({
			type: "response.function_call_arguments.delta",
			item_id: id,
			delta,
		}));
		const item = {
			type: "function_call",
			id,
			status: "completed",
			call_id: call.callId ?? `call_${number}_${position}`,
			name: call.name,
			arguments: argumentsText(call),
		};
		return { item, inner };
	});
}

function usageOf(step: AnswerStep): WireItem | null {
	if (step.usage === null) return null;
	const usage = step.usage ?? { inputTokens: 10, outputTokens: 5 };
	return {
		input_tokens: usage.inputTokens,
		input_tokens_details: { cached_tokens: usage.cachedInputTokens ?? 0, cache_write_tokens: 0 },
		output_tokens: usage.outputTokens,
		output_tokens_details: { reasoning_tokens: usage.reasoningOutputTokens ?? 0 },
		total_tokens: usage.inputTokens + usage.outputTokens,
	};
}

function finalEvent(step: AnswerStep, id: string, output: readonly WireItem[]): WireEvent {
	const usage = usageOf(step);
	if (step.stop === undefined) {
		return { type: "response.completed", response: { id, object: "response", status: "completed", output, usage } };
	}
	const reason = step.stop === "length" ? "max_output_tokens" : "content_filter";
	const response = { id, object: "response", status: "incomplete", incomplete_details: { reason }, output, usage };
	return { type: "response.incomplete", response };
}

/** The events of `step` as the answer to request `number`, each as the text of one server-sent event. */
export function renderResponses(step: AnswerStep, number: number): readonly string[] {
	const id = `resp_${number}`;
	const items = [
		...reasoningItem(step, `rs_${number}`),
		...messageItem(step, `msg_${number}`),
		...callItems(step, number),
	];
	const events: WireEvent[] = [
		{ type: "response.created", response: { id, object: "response", status: "in_progress", output: [] } },
	];
	for (const [output_index, { item, inner }] of items.entries()) {
		const begun = { ...item, status: "in_progress" };
		events.push({ type: "response.output_item.added", output_index, item: begun });
		for (const event of inner) events.push({ ...event, output_index });
		if (step.itemsInFinalEventOnly !== true) events.push({ type: "response.output_item.done", output_index, item });
	}
	const output = items.map(({ item }) => item);
	if (step.noFinalEvent !== true) events.push(finalEvent(step, id, output));
	return events.map(
		(event, position) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: position })}\n\n`,
	);
}
