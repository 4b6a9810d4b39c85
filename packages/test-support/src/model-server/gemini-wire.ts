// Renders a scripted answer as the event stream of Gemini. Calls carry an id only when the script names one.

import { type AnswerStep, argumentsText, deltasOf } from "./script.ts";

type WireObject = Readonly<Record<string, unknown>>;

const sealed = "c2VhbGVkLXRob3VnaHQ=";

function parseArguments(text: string): unknown {
	return text === "" ? undefined : JSON.parse(text);
}

function callParts(step: AnswerStep): readonly WireObject[] {
	return (step.calls ?? []).map((call, position) => {
		const args = parseArguments(argumentsText(call));
		const id = call.callId === undefined || step.omitCallIds === true ? {} : { id: call.callId };
		return {
			functionCall: { ...id, name: call.name, ...(args === undefined ? {} : { args }) },
			// Of calls made together only the first carries one.
			...(position === 0 ? { thoughtSignature: sealed } : {}),
		};
	});
}

function usageOf(step: AnswerStep): WireObject {
	if (step.usage === null) return {};
	const {
		inputTokens,
		outputTokens,
		cachedInputTokens,
		reasoningOutputTokens = 0,
	} = step.usage ?? { inputTokens: 10, outputTokens: 5 };
	return {
		usageMetadata: {
			promptTokenCount: inputTokens,
			...(cachedInputTokens === undefined ? {} : { cachedContentTokenCount: cachedInputTokens }),
			candidatesTokenCount: outputTokens - reasoningOutputTokens,
			...(reasoningOutputTokens === 0 ? {} : { thoughtsTokenCount: reasoningOutputTokens }),
			totalTokenCount: inputTokens + outputTokens,
		},
	};
}

function finishReason(step: AnswerStep): string {
	if (step.stop === "length") return "MAX_TOKENS";
	return step.stop === "content_filter" ? "SAFETY" : "STOP";
}

/** The events of `step` as the answer to request `number`, each as the text of one server-sent event. */
export function renderGemini(step: AnswerStep, number: number): readonly string[] {
	const parts: WireObject[] = [];
	for (const text of deltasOf(step.reasoning ?? [], step.deltaSize)) parts.push({ text, thought: true });
	for (const text of deltasOf(step.text ?? [], step.deltaSize)) parts.push({ text });
	parts.push(...callParts(step));
	const common = { modelVersion: "scripted", responseId: `resp_${number}` };
	const events: WireObject[] = parts.map((part) => ({
		candidates: [{ content: { role: "model", parts: [part] }, index: 0 }],
		...common,
	}));
	if (step.noFinalEvent !== true) {
		// Where nothing was called, what was thought is signed behind the text.
		const signed = step.reasoning === undefined || (step.calls ?? []).length > 0 ? {} : { thoughtSignature: sealed };
		const last = { role: "model", parts: [{ text: "", ...signed }] };
		const candidate = { content: last, finishReason: finishReason(step), index: 0 };
		events.push({ candidates: [candidate], ...usageOf(step), ...common });
	}
	return events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`);
}
