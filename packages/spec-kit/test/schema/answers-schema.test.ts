import { describe, expect, it } from "vitest";
import { coreLists, decisions } from "../../src/consensus/core-lists.ts";
import { extractAnswer } from "../../src/consensus/extract-answer.ts";
import { measureConsensus } from "../../src/consensus/measure.ts";
import { answerSchema } from "../../src/schema/answers-schema.ts";
import { gateSchema, validatorSchema } from "../../src/schema/issues-schema.ts";
import { stages } from "../../src/stage.ts";
import { ballot, vote } from "../consensus/votes.ts";

const roles = ["research", "synthesis", "code", "review", "aggregator", "arbiter"] as const;
const gates = ["clarify", "checklist", "analyze"] as const;
const all = [
	...stages.flatMap((stage) => roles.map((role) => answerSchema(stage, role))),
	...gates.map(gateSchema),
	validatorSchema(),
];

describe("answer schemas", () => {
	it.each(all.map((schema) => [schema.name, schema] as const))(
		"invariant 2: the sample of %s passes its schema",
		(_, schema) => {
			expect(schema.parse(schema.sample)).toEqual({ ok: true, value: schema.sample });
		},
	);

	it("invariant 2: every voter's sample alone makes a verdict that is ok, so its required fields can be reached", () => {
		for (const stage of stages) {
			for (const role of ["research", "synthesis", "code", "review"] as const) {
				const { sample } = answerSchema(stage, role);
				const agents = ["gemini", "claude", "gpt_pro"] as const;
				const verdict = measureConsensus(
					ballot(
						stage,
						agents.map((agent) => vote(stage, agent, sample)),
					),
				);
				expect([stage, role, verdict.status]).toEqual([stage, role, "ok"]);
				for (const { name } of coreLists(stage)) expect(verdict.core[name]).toHaveLength((sample[name] as []).length);
				if (decisions[stage].length > 0) expect(verdict.decision).toBe(sample["decision"]);
			}
		}
	});

	it("an agreed core passes the schema of the aggregator, but for its own note", () => {
		for (const stage of stages) {
			const { sample } = answerSchema(stage, "review");
			const { core } = measureConsensus(ballot(stage, [vote(stage, "claude", sample)], { roster: ["claude"] }));
			const answer = { ...core, consensus: { agreements: [], conflicts: [] } };
			expect(answerSchema(stage, "aggregator").parse(answer)).toEqual({ ok: true, value: answer });
		}
	});

	it("every list of the core is required, for every role", () => {
		for (const stage of stages) {
			for (const role of ["research", "synthesis", "code", "review", "aggregator"] as const) {
				const schema = answerSchema(stage, role);
				const fields = [
					...coreLists(stage).map(({ name }) => name),
					...(decisions[stage].length > 0 ? ["decision"] : []),
				];
				for (const field of fields) {
					const { [field]: _, ...without } = schema.sample;
					expect(schema.parse(without)).toMatchObject({ ok: false });
					expect(schema.jsonSchema["required"]).toContain(field);
				}
			}
		}
	});

	it("sends schemas that close every object, and whose names are fit for a vendor", () => {
		for (const schema of all) {
			expect(schema.jsonSchema).toMatchObject({ type: "object", additionalProperties: false });
			expect(schema.name).toMatch(/^[a-z_]{1,64}$/);
		}
	});

	it("keeps fields that nobody knows, and refuses what is no object", () => {
		const schema = answerSchema("unlock", "review");
		const more = { ...schema.sample, extra: 1 };
		expect(schema.parse(more)).toEqual({ ok: true, value: more });
		for (const value of [null, [], "text", 1, undefined]) expect(schema.parse(value).ok).toBe(false);
	});

	it("gives the same schema twice, and none for a gate as a stage", () => {
		expect(answerSchema("plan", "review")).toBe(answerSchema("plan", "review"));
		expect(answerSchema("audit", "gate-validator")).toBe(validatorSchema());
		expect(() => answerSchema("plan", "gate")).toThrow(RangeError);
	});

	it("never takes the sample that the prompt shows for an answer", () => {
		for (const schema of all) {
			const prompt = `Example:\n${JSON.stringify(schema.sample)}`;
			expect(extractAnswer(prompt, schema, prompt)).toMatchObject({ ok: false, reason: "echo" });
		}
	});
});

describe("gate schemas", () => {
	it("take the older shapes of checklist and analyze, and only there", () => {
		const requirements = { requirements: [{ id: "FR-1", text: "Fast", scores: { clarity: 3 }, overall: 4.5 }] };
		const findings = { issues: [{ id: "A1", description: "Gap", severity: "critical" }] };
		expect(gateSchema("checklist").parse(requirements).ok).toBe(true);
		expect(gateSchema("analyze").parse(findings).ok).toBe(true);
		expect(gateSchema("clarify").parse(findings).ok).toBe(false);
		expect(gateSchema("analyze").parse(requirements).ok).toBe(false);
	});

	it("take an empty list", () => {
		for (const gate of gates) expect(gateSchema(gate).parse({ issues: [] }).ok).toBe(true);
	});
});
