// Renders a scripted answer as the lines of Ollama's `/api/chat`.

import { type AnswerStep, argumentsText, deltasOf } from "./script.ts";

type WireObject = Readonly<Record<string, unknown>>;

function callObjects(step: AnswerStep): readonly WireObject[] {
	return (step.calls ?? []).map((call) => {
		const text = argumentsText(call);
		const id = call.callId === undefined || step.omitCallIds === true ? {} : { id: call.callId };
		return { ...id, function: { name: call.name, arguments: text === "" ? {} : JSON.parse(text) } };
	});
}

/** The lines of `step`; the number of the request stands nowhere in them. */
export function renderOllama(step: AnswerStep, _number: number): readonly string[] {
	const line = (message: WireObject, more: WireObject = { done: false }): WireObject => ({
		model: "scripted",
		created_at: "2026-01-01T00:00:00Z",
		message: { role: "assistant", content: "", ...message },
		...more,
	});
	const lines: WireObject[] = [];
	for (const thinking of deltasOf(step.reasoning ?? [], step.deltaSize)) lines.push(line({ thinking }));
	for (const content of deltasOf(step.text ?? [], step.deltaSize)) lines.push(line({ content }));
	const tool_calls = callObjects(step);
	if (tool_calls.length > 0) lines.push(line({ tool_calls }));
	if (step.noFinalEvent !== true) {
		const usage = step.usage === null ? undefined : (step.usage ?? { inputTokens: 10, outputTokens: 5 });
		const counts = usage === undefined ? {} : { prompt_eval_count: usage.inputTokens, eval_count: usage.outputTokens };
		lines.push(line({}, { done: true, done_reason: step.stop === "length" ? "length" : "stop", ...counts }));
	}
	return lines.map((each) => `${JSON.stringify(each)}\n`);
}
