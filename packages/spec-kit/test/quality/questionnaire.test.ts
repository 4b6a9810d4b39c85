// One question at a time, for whoever shows them.

import { describe, expect, it } from "vitest";
import type { Question } from "../../src/issue.ts";
import {
	currentQuestion,
	type QuestionInput,
	type Questionnaire,
	questionnaireAnswers,
	startQuestionnaire,
	stepQuestionnaire,
} from "../../src/quality/questionnaire.ts";

const question = (id: string, recommended?: number): Question => ({
	id,
	text: `${id}?`,
	context: "",
	magnitude: "important",
	options: ["yes", "no"],
	...(recommended === undefined ? {} : { recommended }),
	agentAnswers: {},
});

const steps = (questions: readonly Question[], inputs: readonly QuestionInput[]): Questionnaire =>
	inputs.reduce(stepQuestionnaire, startQuestionnaire(questions));

describe("a questionnaire", () => {
	const questions = [question("a", 1), question("b"), question("c")];

	it("shows one question after the other, and has answers only at the end", () => {
		const begun = startQuestionnaire(questions);
		expect(currentQuestion(begun)?.id).toBe("a");
		expect(questionnaireAnswers(begun)).toBeUndefined();
		const done = steps(questions, [{ type: "recommended" }, { type: "other", text: " in words " }, { type: "skip" }]);
		expect(currentQuestion(done)).toBeUndefined();
		expect(questionnaireAnswers(done)).toEqual([
			{ id: "a", kind: "answered", text: "no" },
			{ id: "b", kind: "answered", text: "in words" },
			{ id: "c", kind: "skipped" },
		]);
	});

	it("goes back, keeps what was answered until it is answered anew, and does not fall off its beginning", () => {
		const back = steps(questions, [
			{ type: "back" },
			{ type: "option", index: 0 },
			{ type: "skip" },
			{ type: "back" },
			{ type: "back" },
		]);
		expect(currentQuestion(back)?.id).toBe("a");
		const again = [{ type: "option", index: 1 }, { type: "skip" }, { type: "skip" }] as const;
		const done = again.reduce(stepQuestionnaire, back);
		expect(questionnaireAnswers(done)).toEqual([
			{ id: "a", kind: "answered", text: "no" },
			{ id: "b", kind: "skipped" },
			{ id: "c", kind: "skipped" },
		]);
	});

	it.each([
		{ type: "option", index: 2 },
		{ type: "option", index: -1 },
		{ type: "other", text: "  " },
	] as const)("is not moved by %j", (input) => {
		expect(steps(questions, [input]).index).toBe(0);
	});

	it("is not moved by taking a recommendation that there is none of, nor past its end", () => {
		expect(steps([question("b")], [{ type: "recommended" }]).index).toBe(0);
		expect(steps([question("b")], [{ type: "skip" }, { type: "skip" }]).index).toBe(1);
		expect(questionnaireAnswers(startQuestionnaire([]))).toEqual([]);
	});
});
