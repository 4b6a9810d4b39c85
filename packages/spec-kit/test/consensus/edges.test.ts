// The corners of measuring and settling: what is missing, plain, unknown or already gone.

import { describe, expect, it } from "vitest";
import type { AgentName } from "../../src/agent.ts";
import { applyAggregator } from "../../src/consensus/aggregate.ts";
import { coreLists, requirementIds } from "../../src/consensus/core-lists.ts";
import { canonicalJson, firstText, itemsOf, textOf, textsOf } from "../../src/consensus/json.ts";
import { marginalValue } from "../../src/consensus/marginal-value.ts";
import { measureConsensus } from "../../src/consensus/measure.ts";
import { applyArbiter, applyMajority, applyPerson, conflictQuestions } from "../../src/consensus/rounds.ts";
import { refreshed } from "../../src/consensus/settle.ts";
import type { Stage } from "../../src/stage.ts";
import { ballot, planOf, taskOf, validationOf, vote } from "./votes.ts";

describe("json", () => {
	it("reads fields without trusting them", () => {
		const value = { text: " a ", number: 4, flag: true, nothing: null, list: ["x", " ", 5, { a: 1 }, ["y"]], one: "z" };
		expect(["text", "number", "flag", "nothing", "list", "absent"].map((field) => textOf(value, field))).toEqual([
			"a",
			"4",
			"true",
			"",
			"",
			"",
		]);
		expect(itemsOf(value, "list")).toEqual([{ text: "x" }, { a: 1 }]);
		expect(itemsOf(value, "one")).toEqual([]);
		expect(textsOf(value, "list")).toEqual(["x"]);
		expect(textsOf(value, "one")).toEqual(["z"]);
		expect(textsOf({ one: " " }, "one")).toEqual([]);
		expect(firstText(value, ["nothing", "one"])).toBe("z");
		expect(firstText(value, ["nothing"])).toBe("");
	});

	it("has one spelling for equal values", () => {
		expect(canonicalJson({ b: [1, null, { d: 1, c: "x" }], a: true })).toBe('{"a":true,"b":[1,null,{"c":"x","d":1}]}');
	});
});

describe("keys", () => {
	it("reads requirement ids in any spelling, and nothing else", () => {
		expect(requirementIds("FR-003, nfr_1 and R7; AFR-1, P1, SC 02 FR-3")).toEqual(["FR-3", "NFR-1", "R-7", "SC-2"]);
	});

	it("takes other words as they are", () => {
		const list = coreLists("validate")[0];
		expect(["Login works", "FR-01", ""].map((id) => list?.keysOf({ id }))).toEqual([["login works"], ["FR-1"], []]);
		expect(coreLists("implement")[0]?.keysOf({ path: "" })).toEqual([]);
		expect(coreLists("implement")[0]?.keysOf({ file: "./src/a.ts" })).toEqual(["src/a.ts"]);
		expect(coreLists("audit")[0]?.hintsOf({ id: "C1" })).toEqual(["c1"]);
		expect(coreLists("tasks")[0]?.hintsOf({ files: ["./a.ts"], requirement_ids: ["FR-01"] })).toEqual([
			"FR-1",
			"file a.ts",
		]);
	});
});

describe("plain lists", () => {
	const unlock = (decision: string, ...conditions: readonly string[]) => ({ decision, conditions, follow_ups: [] });
	const measured = measureConsensus(
		ballot("unlock", [
			vote("unlock", "gemini", unlock("conditional", "Rotate the keys before the release")),
			vote("unlock", "claude", unlock("conditional", "Do not rotate the keys before the release")),
			vote("unlock", "gpt_pro", unlock("conditional", "Rotate keys before the release", "")),
		]),
	);

	it("stay texts in the core, and settle as statements", () => {
		expect(measured.core).toEqual({
			conditions: ["Rotate the keys before the release"],
			follow_ups: [],
			decision: "conditional",
		});
		const [question] = conflictQuestions(measured);
		const answer = (text: string) => applyPerson(measured, [{ id: question?.id ?? "", kind: "answered", text }]);
		expect(answer("Do not rotate the keys before the release").core["conditions"]).toEqual([
			"Do not rotate the keys before the release",
		]);
		expect(answer("Rotate the keys before the release")).toMatchObject({ status: "ok", core: measured.core });
		expect(answer("Ask the vendor")).toMatchObject({ status: "ok", core: { conditions: [] } });
	});

	it("take the aggregator's wording as texts", () => {
		const verdict = applyAggregator(
			measured,
			unlock("conditional", "Rotate all the keys before the release"),
			"claude",
		);
		expect(verdict.core["conditions"]).toEqual(["Rotate all the keys before the release"]);
	});
});

describe("settling what is not in the core", () => {
	const five: readonly AgentName[] = ["gemini", "claude", "code", "gpt_codex", "gpt_pro"];

	it("a value of an item that too few proposed is recorded, and the core stays", () => {
		const verdict = measureConsensus(
			ballot(
				"validate",
				five.map((agent, index) =>
					vote("validate", agent, validationOf(index < 2 ? { "FR-9": index === 0 ? "passed" : "failed" } : {})),
				),
				{ roster: five },
			),
		);
		const settled = applyArbiter(
			verdict,
			{ resolutions: [{ list: "requirements", key: "FR-9", attribute: "status", value: "failed", reasoning: "" }] },
			"gpt_pro",
		);
		expect(settled).toMatchObject({ status: "ok", core: verdict.core, conflicts: [{ settledAs: "failed" }] });
	});

	it("an order of tasks that nobody agreed on is recorded, and the core stays", () => {
		const tasks = (...list: readonly ReturnType<typeof taskOf>[]) => ({ tasks: list, coverage: [] });
		const [table, endpoint] = ["Create the users table", "Add the registration endpoint"];
		const answers = [
			tasks(taskOf("1", table), taskOf("2", endpoint, ["1", "2", "9"])),
			tasks(taskOf("1", table, ["2"]), taskOf("2", endpoint)),
			tasks(),
			tasks(),
			tasks(),
		];
		const verdict = measureConsensus(
			ballot(
				"tasks",
				five.map((agent, index) => vote("tasks", agent, answers[index] ?? {})),
				{ roster: five },
			),
		);
		const [question] = conflictQuestions(verdict);
		const settled = applyPerson(verdict, [
			{ id: question?.id ?? "", kind: "answered", text: question?.options[0] ?? "" },
		]);
		expect(settled).toMatchObject({ status: "ok", core: { tasks: [] } });
	});
});

describe("what the aggregator declares", () => {
	const plan = planOf(["Create the users table"]);
	const measured = measureConsensus(
		ballot(
			"plan",
			(["gemini", "claude", "gpt_pro"] as const).map((agent) => vote("plan", agent, plan)),
		),
	);
	const declared = applyAggregator(
		measured,
		{ ...plan, consensus: { agreements: [], conflicts: ["Retention is unknown"] } },
		"gpt_pro",
	);

	it("is no majority's to settle, but the arbiter's or a person's, in their own words", () => {
		expect(applyMajority(declared).status).toBe("conflict");
		const resolution = { list: "aggregator", key: "conflict-1", attribute: "statement", reasoning: "Law" };
		expect(applyArbiter(declared, { resolutions: [{ ...resolution, value: "30 days" }] }, "claude")).toMatchObject({
			status: "ok",
			core: measured.core,
			conflicts: [{ settledBy: "arbiter", settledAs: "30 days" }],
		});
		const [question] = conflictQuestions(declared);
		expect(question).toMatchObject({ options: [], text: "How is this to be settled: Retention is unknown" });
		expect(question).not.toHaveProperty("recommended");
		expect(applyPerson(declared, [{ id: question?.id ?? "", kind: "answered", text: "30 days" }]).status).toBe("ok");
	});

	it("asks for the decision by name, the gravest of questions", () => {
		const split = applyAggregator(measured, planOf(["Create the users table"], "needs-clarification"), "gpt_pro");
		expect(conflictQuestions(split)).toMatchObject([
			{
				text: "Which decision for plan?",
				magnitude: "critical",
				options: ["go", "needs-clarification"],
				recommended: 0,
			},
		]);
	});
});

describe("verdicts of others", () => {
	it("may lack the thresholds, and a verdict without quorum never gets one", () => {
		const verdict = measureConsensus(ballot("plan", [vote("plan", "claude", planOf(["A step"]))]));
		const { similarity: _, quorum: __, ...measures } = verdict.measures;
		expect(refreshed({ ...verdict, measures }).status).toBe("no_quorum");
		expect(applyAggregator({ ...verdict, measures }, planOf(["A step"]), "claude").status).toBe("no_quorum");
		const whole = measureConsensus(ballot("plan", [vote("plan", "claude", planOf([]))], { roster: ["claude"] }));
		expect(refreshed({ ...whole, measures }).status).toBe("ok");
	});
});

describe("answers with gaps", () => {
	it.each(["plan", "tasks", "implement", "validate", "audit", "unlock"] as const)(
		"%s: empty answers measure as nothing",
		(stage: Stage) => {
			const verdict = measureConsensus(
				ballot(
					stage,
					(["gemini", "claude", "gpt_pro"] as const).map((agent) => vote(stage, agent, {})),
				),
			);
			expect(verdict).toMatchObject({
				status: "ok",
				agreed: [],
				dissent: [],
				conflicts: [],
				measures: { confidence: 0 },
			});
			expect(verdict.measures.pairwise.every(({ agreement }) => agreement === 1)).toBe(true);
			expect(verdict.decision).toBeUndefined();
		},
	);

	it("items without words do not crash, and get a name", () => {
		const verdict = measureConsensus(
			ballot("plan", [vote("plan", "claude", { work_breakdown: [{ step: "" }, { step: "—" }], decision: "go" })], {
				roster: ["claude"],
			}),
		);
		expect(verdict.agreed.map(({ key }) => key)).toEqual(["item", "item-2", "go"]);
	});
});

describe("marginalValue", () => {
	it("counts what a silent voter keeps from being agreed, and the conflicts that one makes", () => {
		const four: readonly AgentName[] = ["gemini", "claude", "gpt_codex", "gpt_pro"];
		const value = marginalValue(
			ballot(
				"plan",
				four.map((agent, index) =>
					vote(
						"plan",
						agent,
						planOf(index < 2 ? ["Create the users table"] : [], index === 3 ? "needs-clarification" : "go"),
					),
				),
				{ roster: four },
			),
		);
		expect(value.map(({ prevented }) => prevented)).toEqual([0, 0, 1, 1]);
		expect(value.map(({ conflicts }) => conflicts)).toEqual([0, 0, 0, 1]);
		expect(value.every(({ decisionChanged }) => !decisionChanged)).toBe(true);
	});
});
