// The answer schema of every stage and role. One place; built on first use and kept.

import * as z from "zod";
import type { AgentRole } from "../agent.ts";
import type { AnswerSchema } from "../consensus/answer.ts";
import type { Stage } from "../stage.ts";
import { listOf, note, selfDescription, toAnswerSchema, words } from "./answer-parts-schema.ts";
import { coreFields, coreSamples } from "./answers-core-schema.ts";
import { extrasOf } from "./answers-extras-schema.ts";
import { validatorSchema } from "./issues-schema.ts";

const built = new Map<string, AnswerSchema>();

function buildArbiter(): AnswerSchema {
	const resolution = { list: words, key: words, attribute: words, value: note, reasoning: words };
	return toAnswerSchema("arbiter", z.object({ ...selfDescription, resolutions: listOf(resolution) }), {
		resolutions: [
			{
				list: "decision",
				key: "decision",
				attribute: "decision",
				value: "go",
				reasoning: "The open question does not touch the first story",
			},
		],
	});
}

function build(stage: Stage, role: AgentRole): AnswerSchema {
	switch (role) {
		case "arbiter":
			return buildArbiter();
		case "gate-validator":
			return validatorSchema();
		case "gate":
			throw new RangeError(`a gate is no stage: ask gateSchema for its answers, not ${stage}`);
		case "research":
		case "synthesis":
		case "code":
		case "review":
		case "aggregator": {
			const extras = extrasOf(stage, role);
			// A name of the core is the core's: the older prompts have a few in both.
			const fields = { ...selfDescription, ...extras.fields, ...coreFields(stage) };
			return toAnswerSchema(`${stage}_${role}`, z.object(fields), { ...extras.sample, ...coreSamples[stage] });
		}
	}
}

/**
 * What an agent of this role must answer in this stage: the stage's common core with the extras of the role. `arbiter`
 * and `gate-validator` have one schema for all stages; an arbiter's empty `value` says that it is uncertain. Throws a
 * RangeError for the role `gate`, whose schemas are `gateSchema`'s.
 */
export function answerSchema(stage: Stage, role: AgentRole): AnswerSchema {
	const name = `${stage}_${role}`;
	const schema = built.get(name) ?? build(stage, role);
	built.set(name, schema);
	return schema;
}
