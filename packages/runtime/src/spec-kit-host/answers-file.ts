// The file of answers, `{"answers": [{"id", "answer"}]}`: what a person says to questions of a paused run. Pure.

import type { GivenAnswer } from "@codex/spec-kit";

/** The answers, or what is wrong with the text. */
export type AnswersResult =
	| { readonly ok: true; readonly answers: readonly GivenAnswer[] }
	| { readonly ok: false; readonly message: string };

const shape = 'it must hold {"answers": [{"id": "…", "answer": "…"}]}';

function answerOf(value: unknown): GivenAnswer | undefined {
	if (typeof value !== "object" || value === null || !("id" in value) || !("answer" in value)) return undefined;
	const { id, answer } = value;
	return typeof id === "string" && typeof answer === "string" ? { id, answer } : undefined;
}

/** Reads the text. Ids must not repeat. */
export function readAnswers(text: string): AnswersResult {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch {
		return { ok: false, message: "it is not JSON" };
	}
	const list = typeof parsed === "object" && parsed !== null && "answers" in parsed ? parsed.answers : undefined;
	if (!Array.isArray(list)) return { ok: false, message: shape };
	const answers: GivenAnswer[] = [];
	for (const each of list) {
		const answer = answerOf(each);
		if (answer === undefined) return { ok: false, message: shape };
		if (answers.some(({ id }) => id === answer.id)) {
			return { ok: false, message: `the question ${JSON.stringify(answer.id.slice(0, 80))} is answered twice` };
		}
		answers.push(answer);
	}
	return { ok: true, answers };
}
