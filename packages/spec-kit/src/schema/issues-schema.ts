// The answers of quality gates. All gates are asked for one normalised list of issues; the shapes that the older prompts
// asked for pass as well, so that no answer is thrown away for its form.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";
import type { AnswerSchema } from "../consensus/answer.ts";
import type { Gate } from "../stage.ts";
import { listOf, note, optional, selfDescription, toAnswerSchema, wordList, words } from "./answer-parts-schema.ts";

const confidence = z.enum(["high", "medium", "low"]);
const magnitude = z.enum(["critical", "important", "minor"]);
const resolvability = z.enum(["auto-fix", "suggest-fix", "need-human"]);

function issueFields(gate: Gate): Readonly<Record<string, z.ZodType>> {
	return {
		id: words,
		question: words,
		answer: note,
		confidence,
		magnitude,
		resolvability,
		context: note,
		reasoning: note,
		suggested_fix: optional(z.nullable(z.string())),
		affected_artifacts: optional(wordList),
		...(gate === "clarify" ? { affected_requirements: optional(wordList) } : {}),
		...(gate === "analyze" ? { type: optional(note) } : {}),
	};
}

const score = z.number().min(0).max(10);

const requirementsShape = z.looseObject({
	requirements: z.array(
		z.looseObject({
			id: words,
			text: words,
			scores: z.exactOptional(z.record(z.string(), score)),
			overall: score,
			needs_improvement: z.exactOptional(z.boolean()),
			suggested_improvement: z.exactOptional(z.nullable(z.string())),
		}),
	),
});

const findingsShape = z.looseObject({
	issues: z.array(
		z.looseObject({
			id: words,
			description: words,
			severity: note,
			suggested_fix: z.exactOptional(z.nullable(z.string())),
		}),
	),
});

const olderShapes: Readonly<Record<Gate, readonly z.ZodType[]>> = {
	clarify: [],
	checklist: [requirementsShape],
	analyze: [findingsShape],
};

const samples: Readonly<Record<Gate, JsonObject>> = {
	clarify: {
		issues: [
			{
				id: "Q1",
				question: "How long is a reset link valid?",
				answer: "30 minutes",
				confidence: "medium",
				magnitude: "important",
				resolvability: "suggest-fix",
				context: "FR-1 names no time",
				reasoning: "Common practice",
				affected_requirements: ["FR-1"],
				affected_artifacts: ["spec.md"],
			},
		],
	},
	checklist: {
		issues: [
			{
				id: "FR-2",
				question: "FR-2: The reset is fast",
				answer: "The reset mail is sent within 5 s in 95 % of cases",
				confidence: "high",
				magnitude: "important",
				resolvability: "suggest-fix",
				context: "testability 3 of 10",
				reasoning: "No number can be tested",
				suggested_fix: "The reset mail is sent within 5 s in 95 % of cases",
			},
		],
	},
	analyze: {
		issues: [
			{
				id: "A1",
				type: "coverage_gap",
				question: "No task covers FR-2",
				answer: "Add a task that measures the time to the mail",
				confidence: "high",
				magnitude: "important",
				resolvability: "suggest-fix",
				context: "tasks.md",
				reasoning: "FR-2 stands in spec.md alone",
				affected_artifacts: ["tasks.md"],
			},
		],
	},
};

const built = new Map<string, AnswerSchema>();

/**
 * What an agent must answer to a gate: `{ issues: [...] }` in the normalised shape, empty when it found nothing. `parse`
 * also takes the older shapes: scored requirements for checklist, typed findings for analyze. `foundIssues` reads both.
 */
export function gateSchema(gate: Gate): AnswerSchema {
	const known = built.get(gate);
	if (known !== undefined) return known;
	const asked = z.object({ ...selfDescription, issues: listOf(issueFields(gate)) });
	const normal = toAnswerSchema(`${gate}_issues`, asked, samples[gate]);
	const schema: AnswerSchema = {
		name: normal.name,
		sample: normal.sample,
		get jsonSchema(): JsonObject {
			return normal.jsonSchema;
		},
		parse(value) {
			const parsed = normal.parse(value);
			if (parsed.ok || !olderShapes[gate].some((shape) => shape.safeParse(value).success)) return parsed;
			return { ok: true, value: value as JsonObject };
		},
	};
	built.set(gate, schema);
	return schema;
}

/** What the validator must answer: for each issue it was shown, by its number from 1, whether the majority is right. */
export function validatorSchema(): AnswerSchema {
	const known = built.get("validator");
	if (known !== undefined) return known;
	const judgement = {
		issue_index: z.int().min(1),
		agrees_with_majority: z.boolean(),
		reasoning: note,
		recommended_answer: z.nullable(z.string()),
		confidence,
		critical_flag: optional(z.boolean()),
	};
	const schema = toAnswerSchema("gate_validation", z.object({ ...selfDescription, judgements: listOf(judgement) }), {
		judgements: [
			{
				issue_index: 1,
				agrees_with_majority: true,
				reasoning: "The PRD says the same",
				recommended_answer: null,
				confidence: "high",
			},
		],
	});
	built.set("validator", schema);
	return schema;
}
