// Asking one question at a time: which one is shown, answering, skipping, going back. Pure, so that a terminal, a form and
// a test ask in the same way.

import type { Answer, Question } from "../issue.ts";

/** Where somebody is in a list of questions. */
export interface Questionnaire {
	readonly questions: readonly Question[];
	/** Position of the question that is shown; the number of questions when all are through. */
	readonly index: number;
	/** Answers so far, by position; going back keeps them until they are given anew. */
	readonly answers: readonly Answer[];
}

/** What a person does. */
export type QuestionInput =
	/** Takes one of the question's options, by position from 0. */
	| { readonly type: "option"; readonly index: number }
	/** Takes the recommended option. */
	| { readonly type: "recommended" }
	/** Answers in own words. */
	| { readonly type: "other"; readonly text: string }
	| { readonly type: "skip" }
	| { readonly type: "back" };

/** Begins with the first question. */
export function startQuestionnaire(questions: readonly Question[]): Questionnaire {
	return { questions, index: 0, answers: [] };
}

/** The question that is shown; `undefined` when all are through. */
export function currentQuestion(questionnaire: Questionnaire): Question | undefined {
	return questionnaire.questions[questionnaire.index];
}

function answerOf(question: Question, input: Exclude<QuestionInput, { readonly type: "back" }>): Answer | undefined {
	const { id } = question;
	if (input.type === "skip") return { id, kind: "skipped" };
	const text =
		input.type === "other"
			? input.text.trim()
			: question.options[input.type === "option" ? input.index : (question.recommended ?? -1)];
	return text === undefined || text === "" ? undefined : { id, kind: "answered", text };
}

/**
 * Takes what a person did. What answers nothing (an option that does not exist, no recommended one, empty words) leaves
 * the questionnaire as it is; `back` on the first question too.
 */
export function stepQuestionnaire(questionnaire: Questionnaire, input: QuestionInput): Questionnaire {
	const { questions, index, answers } = questionnaire;
	if (input.type === "back") return index === 0 ? questionnaire : { questions, index: index - 1, answers };
	const question = questions[index];
	const answer = question === undefined ? undefined : answerOf(question, input);
	if (answer === undefined) return questionnaire;
	return { questions, index: index + 1, answers: [...answers.slice(0, index), answer, ...answers.slice(index + 1)] };
}

/** The answers, once every question is through. */
export function questionnaireAnswers(questionnaire: Questionnaire): readonly Answer[] | undefined {
	return questionnaire.index >= questionnaire.questions.length ? questionnaire.answers : undefined;
}
