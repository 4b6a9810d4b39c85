// The common core of every stage: what each voter returns, whatever its role. consensus/core-lists.ts says how these
// lists are compared; a test holds the two together.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";
import { changeKinds, checkStatuses, decisions, requirementStatuses, severities } from "../consensus/core-lists.ts";
import type { Stage } from "../stage.ts";
import { type Fields, listOf, note, oneOf, optional, wordList, words } from "./answer-parts-schema.ts";

const flag = optional(z.boolean());

/** The core's fields, made anew for each call. */
export function coreFields(stage: Stage): Fields {
	switch (stage) {
		case "plan":
			return {
				work_breakdown: listOf({
					step: words,
					rationale: note,
					success_signal: note,
					requirement_ids: optional(wordList),
					added_by_aggregator: flag,
				}),
				acceptance_mapping: listOf({ requirement: words, validation_step: words, artifact: note }),
				risks: listOf({ risk: words, owner: note, mitigation: note }),
				decision: oneOf(decisions.plan),
			};
		case "tasks":
			return {
				tasks: listOf({
					id: words,
					title: words,
					story: optional(note),
					files: wordList,
					depends_on: wordList,
					parallel: z.boolean(),
					validation: note,
					requirement_ids: optional(wordList),
					order: optional(z.number()),
					status: optional(note),
					artifact: optional(note),
					notes: optional(note),
					added_by_aggregator: flag,
				}),
				coverage: listOf({ requirement: words, task_ids: wordList }),
			};
		case "implement":
			return {
				operations: listOf({ path: words, change: oneOf(changeKinds), description: note, added_by_aggregator: flag }),
				validation_commands: wordList,
				risks: listOf({ risk: words, mitigation: note }),
			};
		case "validate":
			return {
				requirements: listOf({
					id: words,
					requirement: optional(note),
					status: oneOf(requirementStatuses),
					evidence: note,
				}),
				decision: oneOf(decisions.validate),
			};
		case "audit":
			return {
				checks: listOf({
					id: optional(note),
					item: words,
					status: oneOf(checkStatuses),
					severity: oneOf(severities),
				}),
				decision: oneOf(decisions.audit),
				conditions: wordList,
			};
		case "unlock":
			return { decision: oneOf(decisions.unlock), conditions: wordList, follow_ups: wordList };
	}
}

/** A core that passes, for each stage. */
export const coreSamples: Readonly<Record<Stage, JsonObject>> = {
	plan: {
		work_breakdown: [
			{
				step: "Add the endpoint that resets a password",
				rationale: "FR-1 asks for it",
				success_signal: "The integration test of the endpoint passes",
				requirement_ids: ["FR-1"],
			},
		],
		acceptance_mapping: [
			{
				requirement: "FR-1: A user can reset the password by mail",
				validation_step: "Run the integration test",
				artifact: "test/reset.test.ts",
			},
		],
		risks: [{ risk: "Reset mails land in spam", owner: "backend", mitigation: "Set SPF and DKIM" }],
		decision: "go",
	},
	tasks: {
		tasks: [
			{
				id: "T001",
				title: "Add the endpoint that resets a password",
				story: "US1",
				files: ["src/reset.ts"],
				depends_on: [],
				parallel: false,
				validation: "pnpm test reset",
				requirement_ids: ["FR-1"],
			},
		],
		coverage: [{ requirement: "FR-1", task_ids: ["T001"] }],
	},
	implement: {
		operations: [{ path: "src/reset.ts", change: "create", description: "The endpoint" }],
		validation_commands: ["pnpm test reset"],
		risks: [{ risk: "Tokens may be guessed", mitigation: "Use 32 random bytes" }],
	},
	validate: {
		requirements: [
			{ id: "FR-1", requirement: "Reset by mail", status: "passed", evidence: "test/reset.test.ts: 4 of 4 passed" },
		],
		decision: "pass",
	},
	audit: {
		checks: [{ id: "C1", item: "Tokens are single-use", status: "passed", severity: "high" }],
		decision: "go",
		conditions: [],
	},
	unlock: { decision: "approved", conditions: [], follow_ups: ["Watch the reset rate for a week"] },
};
