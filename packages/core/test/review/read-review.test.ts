// What models write as a review, and what is made of it.

import { describe, expect, test } from "vitest";
import { readReview } from "../../src/index.ts";

const finding = (more: object = {}) => ({
	title: "[P1] Close the file",
	body: "It stays open when parsing fails.",
	confidence_score: 0.9,
	priority: 1,
	code_location: { absolute_file_path: "/r/a.ts", line_range: { start: 3, end: 4 } },
	...more,
});

const whole = (findings: readonly object[], more: object = {}) => ({
	findings,
	overall_correctness: "patch is incorrect",
	overall_explanation: "A file leaks.",
	overall_confidence_score: 0.7,
	...more,
});

describe("an answer in the form", () => {
	test("is taken as it is", () => {
		expect(readReview(JSON.stringify(whole([finding()])))).toEqual({ review: whole([finding()]), structured: true });
	});

	test("is found between other words and in a fence", () => {
		const text = `Here it is:\n\`\`\`json\n${JSON.stringify(whole([finding()]))}\n\`\`\`\nBye.`;
		expect(readReview(text)).toEqual({ review: whole([finding()]), structured: true });
	});

	test.each([
		["no scores", { confidence_score: undefined, priority: undefined }, { confidence_score: null, priority: 1 }],
		["null scores", { confidence_score: null, priority: null }, { confidence_score: null, priority: 1 }],
		["scores in quotes", { confidence_score: "0.5", priority: "2" }, { confidence_score: 0.5, priority: 2 }],
		["scores out of range", { confidence_score: 90, priority: 9 }, { confidence_score: null, priority: 1 }],
		["no priority anywhere", { title: "Close it", priority: null }, { title: "Close it", priority: null }],
		[
			"a range that goes backwards",
			{ code_location: { absolute_file_path: "/r/a.ts", line_range: { start: "9", end: 7 } } },
			{ code_location: { absolute_file_path: "/r/a.ts", line_range: { start: 7, end: 9 } } },
		],
	])("%s", (_name, given, expected) => {
		const { review, structured } = readReview(JSON.stringify(whole([finding(given)])));
		expect(structured).toBe(true);
		expect(review.findings).toEqual([finding(expected)]);
	});

	test("without a verdict is a review all the same", () => {
		expect(readReview('{"findings": []}')).toEqual({
			review: { findings: [], overall_correctness: "", overall_explanation: "", overall_confidence_score: null },
			structured: true,
		});
	});
});

describe("any other answer becomes the explanation", () => {
	test.each([
		"All is well.",
		"",
		"{",
		"} {",
		'{"findings": "none"}',
		JSON.stringify(whole([finding({ code_location: { absolute_file_path: "/r/a.ts" } })])),
		JSON.stringify(whole([finding({ code_location: { absolute_file_path: "", line_range: { start: 1, end: 1 } } })])),
		JSON.stringify(whole([finding({ code_location: { absolute_file_path: "/a", line_range: { start: 0, end: 1 } } })])),
	])("%s", (text) => {
		const { review, structured } = readReview(text);
		expect(structured).toBe(false);
		expect(review).toMatchObject({ findings: [], overall_correctness: "", overall_explanation: text });
	});
});
