// The decisions that may follow the aggregator: the arbiter's, the majority's, a person's. Each settles only what is open,
// and only with a value that somebody holds, a person's own words excepted. Pure.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import type { Answer, Question } from "../issue.ts";
import type { Conflict, Verdict } from "../verdict.ts";
import { decisions } from "./core-lists.ts";
import { itemsOf, textOf } from "./json.ts";
import { heldValue, openConflicts, refreshed, type Settlement, settle, strictMajority } from "./settle.ts";

/** Whether any value settles the conflict, there being no voters' values to choose from. */
function isOpenEnded(conflict: Conflict): boolean {
	return conflict.list === "aggregator";
}

/**
 * The one arbiter call: `resolutions` of the answer name a conflict (list, key, attribute) and one of its values. A
 * value that nobody holds, an unknown conflict and an empty value (the arbiter is uncertain) settle nothing.
 */
export function applyArbiter(verdict: Verdict, answer: JsonObject, _agent: AgentName): Verdict {
	const open = openConflicts(verdict);
	const settlements = itemsOf(answer, "resolutions").flatMap((resolution): Settlement[] => {
		const conflict = open.find(
			({ list, key, attribute }) =>
				list === textOf(resolution, "list") &&
				key === textOf(resolution, "key") &&
				attribute === textOf(resolution, "attribute"),
		);
		const wanted = textOf(resolution, "value");
		if (conflict === undefined || wanted === "") return [];
		const value = isOpenEnded(conflict) ? wanted : heldValue(conflict, wanted);
		return value === undefined ? [] : [{ conflict, value, by: "arbiter" }];
	});
	return settle(verdict, settlements);
}

/** Settles each open conflict in which more than half hold one value, with at least two holders. Ties stay open. */
export function applyMajority(verdict: Verdict): Verdict {
	return settle(
		verdict,
		openConflicts(verdict).flatMap((conflict): Settlement[] => {
			const value = conflict.values.length < 2 ? undefined : strictMajority(conflict);
			return value === undefined ? [] : [{ conflict, value, by: "majority" }];
		}),
	);
}

/** The id of the question about a conflict. */
function questionId({ list, key, attribute }: Conflict): string {
	return `conflict:${list}/${key}/${attribute}`;
}

/** The open conflicts as questions for a person, one each; the value that most hold is recommended, unless values tie. */
export function conflictQuestions(verdict: Verdict): readonly Question[] {
	return openConflicts(verdict).map((conflict): Question => {
		const options = [...new Set(conflict.values.map(({ value }) => value))];
		const majority = strictMajority(conflict);
		const recommended = majority === undefined || isOpenEnded(conflict) ? -1 : options.indexOf(majority);
		return {
			id: questionId(conflict),
			text:
				conflict.list === "decision"
					? `Which decision for ${verdict.stage}?`
					: isOpenEnded(conflict)
						? `How is this to be settled: ${options[0] ?? conflict.key}`
						: `Which ${conflict.attribute} for ${conflict.key} (${conflict.list})?`,
			context: conflict.values.map(({ agent, value }) => `${agent}: ${value}`).join("\n"),
			magnitude: conflict.list === "decision" ? "critical" : "important",
			options: isOpenEnded(conflict) ? [] : options,
			...(recommended < 0 ? {} : { recommended }),
			agentAnswers: Object.fromEntries(conflict.values.map(({ agent, value }) => [agent, value])),
		};
	});
}

/**
 * A person's answers to `conflictQuestions`: an option, or words of their own, which count as given. A decision must be
 * one that the stage knows. Skipped and unknown questions settle nothing.
 */
export function applyPerson(verdict: Verdict, answers: readonly Answer[]): Verdict {
	const settlements = openConflicts(verdict).flatMap((conflict): Settlement[] => {
		const answer = answers.find(({ id }) => id === questionId(conflict));
		if (answer === undefined || answer.kind === "skipped" || answer.text.trim() === "") return [];
		const value = heldValue(conflict, answer.text) ?? answer.text.trim();
		if (conflict.list === "decision" && !decisions[verdict.stage].includes(value.toLowerCase())) return [];
		return [{ conflict, value: conflict.list === "decision" ? value.toLowerCase() : value, by: "person" }];
	});
	return settlements.length === 0 ? refreshed(verdict) : settle(verdict, settlements);
}
