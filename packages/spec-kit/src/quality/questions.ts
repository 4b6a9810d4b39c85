// From issues to questions for a person, and from the validator's word to what happens next. Nothing is dropped: what is
// not asked is deferred and on record.

import type { JsonObject } from "@codex/protocol";
import { itemsOf, textOf } from "../consensus/json.ts";
import type { Question } from "../issue.ts";
import type { MergedIssue } from "./merged-issue.ts";

/** The option that leaves the documents as they are. */
export const leaveAsItIs = "Leave it as it is";

/** What a checkpoint asks, and what it leaves for the record. */
export interface QuestionPlan {
	readonly questions: readonly Question[];
	/** Issues beyond the limit, least grave last. They stay open. */
	readonly deferred: readonly MergedIssue[];
}

const gravity = { critical: 0, important: 1, minor: 2 } as const;

/** An issue that the validator sent on to a person carries what it said. */
export interface EscalatedIssue extends MergedIssue {
	readonly validatorReason?: string;
	/** What the validator would answer. */
	readonly recommendedAnswer?: string;
}

function toQuestion(issue: EscalatedIssue): Question {
	const { recommendedAnswer, validatorReason, majorityAnswer, suggestedFix, answers } = issue;
	const proposals = [recommendedAnswer, majorityAnswer, ...Object.values(answers), suggestedFix];
	const options = [...new Set(proposals.filter((text): text is string => text !== undefined && text !== ""))];
	const preferred = recommendedAnswer ?? (majorityAnswer === "" ? undefined : majorityAnswer);
	return {
		id: issue.id,
		text: issue.question,
		context: issue.context,
		magnitude: issue.magnitude,
		options: [...options, leaveAsItIs],
		...(preferred === undefined || preferred === "" ? {} : { recommended: options.indexOf(preferred) }),
		agentAnswers: answers,
		...(validatorReason === undefined ? {} : { validatorReason }),
	};
}

/**
 * The questions of a checkpoint: at most `max` (default 5; none below 1), gravest first, then those that agents agree on
 * least. Every question can be left as it is; the proposal that most agents share is the recommended one.
 */
export function questionsOf(issues: readonly EscalatedIssue[], max = 5): QuestionPlan {
	const ordered = issues
		.map((issue, index) => ({ issue, index }))
		.sort(
			(left, right) =>
				gravity[left.issue.magnitude] - gravity[right.issue.magnitude] ||
				left.issue.agreement - right.issue.agreement ||
				left.index - right.index,
		)
		.map(({ issue }) => issue);
	const count = Math.max(0, Math.floor(max));
	return { questions: ordered.slice(0, count).map(toQuestion), deferred: ordered.slice(count) };
}

/** What the validator's answer makes of the issues it was shown. */
export interface ValidationOutcome {
	/** Majority answers to apply. */
	readonly apply: readonly MergedIssue[];
	/** Issues for a person. */
	readonly ask: readonly EscalatedIssue[];
}

/**
 * Reads the validator's answer about `issues`, numbered from 1 in their order. Only a clear yes applies a majority
 * answer. No answer, a missing or contradictory judgement, low confidence, or a critical flag: the issue is asked.
 */
export function judgeValidation(issues: readonly MergedIssue[], answer: JsonObject | undefined): ValidationOutcome {
	const judgements = answer === undefined ? [] : itemsOf(answer, "judgements");
	const apply: MergedIssue[] = [];
	const ask: EscalatedIssue[] = [];
	for (const [index, issue] of issues.entries()) {
		const own = judgements.filter((judgement) => judgement["issue_index"] === index + 1);
		const agrees =
			own.length > 0 &&
			own.every(
				(judgement) =>
					judgement["agrees_with_majority"] === true &&
					judgement["critical_flag"] !== true &&
					textOf(judgement, "confidence") !== "low",
			);
		if (agrees) {
			apply.push(issue);
			continue;
		}
		const [first] = own;
		const reason = first === undefined ? "The validator gave no judgement" : textOf(first, "reasoning");
		const recommended = first === undefined ? "" : textOf(first, "recommended_answer");
		ask.push({
			...issue,
			validatorReason: reason || "The validator did not agree",
			...(recommended === "" ? {} : { recommendedAnswer: recommended }),
		});
	}
	return { apply, ask };
}
