// Renders a scripted answer as the event stream of the Chat Completions API.

import { type AnswerStep, argumentsText, deltasOf, type ScriptedCall } from "./script.ts";

type Json = Readonly<Record<string, unknown>>;

/** The call's fragments: the first has name and id, all have a piece of the arguments. */
function callFragments(step: AnswerStep, call: ScriptedCall, number: number, position: number): readonly Json[] {
	const whole = argumentsText(call);
	const pieces = step.wholeCalls === true ? [whole] : ["", ...deltasOf(whole, step.deltaSize)];
	const index = step.omitCallIndex === true ? {} : { index: position };
	const id = step.omitCallIds === true ? {} : { id: call.callId ?? `call_${number}_${position}` };
	return pieces.map((piece, fragment) =>
		fragment === 0
			? { ...index, ...id, type: "function", function: { name: call.name, arguments: piece } }
			: { ...index, function: { arguments: piece } },
	);
}

function finishReason(step: AnswerStep): string {
	if (step.stop !== undefined) return step.stop;
	return (step.calls ?? []).length > 0 ? "tool_calls" : "stop";
}

function usageOf(step: AnswerStep): Json | undefined {
	if (step.usage === null) return undefined;
	const usage = step.usage ?? { inputTokens: 10, outputTokens: 5 };
	return {
		prompt_tokens: usage.inputTokens,
		completion_tokens: usage.outputTokens,
		total_tokens: usage.inputTokens + usage.outputTokens,
		prompt_tokens_details: { cached_tokens: usage.cachedInputTokens ?? 0 },
		completion_tokens_details: { reasoning_tokens: usage.reasoningOutputTokens ?? 0 },
	};
}

function deltasOfAnswer(step: AnswerStep, number: number): readonly Json[] {
	const deltas: Json[] = [{ role: "assistant", content: "" }];
	const field = step.reasoningField ?? "reasoning_content";
	for (const piece of deltasOf(step.reasoning ?? [], step.deltaSize)) deltas.push({ [field]: piece });
	for (const piece of deltasOf(step.text ?? [], step.deltaSize)) deltas.push({ content: piece });
	for (const [position, call] of (step.calls ?? []).entries()) {
		for (const fragment of callFragments(step, call, number, position)) deltas.push({ tool_calls: [fragment] });
	}
	return deltas;
}

/** The events of `step` as the answer to request `number`, each as the text of one server-sent event. */
export function renderChat(step: AnswerStep, number: number): readonly string[] {
	const head = { id: `chatcmpl-${number}`, object: "chat.completion.chunk", created: 0, model: "scripted" };
	const choice = (delta: Json, finish_reason: string | null = null): Json => ({
		...head,
		choices: [{ index: 0, delta, finish_reason }],
	});
	const chunks: Json[] = deltasOfAnswer(step, number).map((delta) => choice(delta));
	const usage = usageOf(step);
	if (step.noFinalEvent !== true) {
		if (step.omitFinishReason !== true) chunks.push(choice({}, finishReason(step)));
		if (usage !== undefined) chunks.push({ ...head, choices: [], usage });
	}
	const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
	if (step.noFinalEvent !== true && step.omitDone !== true) events.push("data: [DONE]\n\n");
	return events;
}
