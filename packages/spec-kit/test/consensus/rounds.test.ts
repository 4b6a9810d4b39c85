import { describe, expect, it } from "vitest";
import { applyAggregator } from "../../src/consensus/aggregate.ts";
import { measureConsensus } from "../../src/consensus/measure.ts";
import { applyArbiter, applyMajority, applyPerson, conflictQuestions } from "../../src/consensus/rounds.ts";
import type { Verdict } from "../../src/verdict.ts";
import { ballot, planOf, taskOf, validationOf, vote } from "./votes.ts";

const plan = (gemini: readonly string[], claude: readonly string[], pro: readonly string[]): Verdict =>
	measureConsensus(
		ballot("plan", [
			vote("plan", "gemini", planOf(gemini)),
			vote("plan", "claude", planOf(claude)),
			vote("plan", "gpt_pro", planOf(pro)),
		]),
	);

const validation = (gemini: string, claude: string, pro: string): Verdict =>
	measureConsensus(
		ballot("validate", [
			vote("validate", "gemini", validationOf({ "FR-1": gemini })),
			vote("validate", "claude", validationOf({ "FR-1": claude })),
			vote("validate", "gpt_pro", validationOf({ "FR-1": pro })),
		]),
	);

const resolution = { list: "requirements", key: "FR-1", attribute: "status", reasoning: "log" };

describe("applyAggregator", () => {
	const measured = plan(
		["Create the users table", "Encrypt backups"],
		["Create users table", "Encrypt the backups"],
		["Create the users table", "Translate the manual"],
	);

	it("takes its wording and keeps the votes", () => {
		const verdict = applyAggregator(
			measured,
			planOf(["Create the table of users", "Encrypt backups at rest"]),
			"gpt_pro",
		);
		expect(verdict.aggregator).toBe("gpt_pro");
		expect(verdict.core["work_breakdown"]).toMatchObject([
			{ step: "Create the table of users" },
			{ step: "Encrypt backups at rest" },
		]);
		expect(verdict.agreed[0]).toMatchObject({ supporters: ["gemini", "claude", "gpt_pro"], support: 1 });
		expect(verdict.status).toBe("ok");
	});

	it("marks what nobody proposed, said or not, and does not count it as agreement", () => {
		const verdict = applyAggregator(
			measured,
			planOf(["Create the users table", "Encrypt backups", "Buy a coffee machine"]),
			"gpt_pro",
		);
		const added = verdict.agreed.filter(({ addedByAggregator }) => addedByAggregator === true);
		expect(added).toMatchObject([{ supporters: [], support: 0, item: { step: "Buy a coffee machine" } }]);
		expect(verdict.measures.confidence).toBe(measured.measures.confidence);
	});

	it("puts back what it left out, and marks the dissent that it chose", () => {
		const verdict = applyAggregator(measured, planOf(["Create the users table", "Translate the manual"]), "gpt_pro");
		expect(verdict.agreed.filter(({ restored }) => restored === true)).toMatchObject([
			{ item: { step: "Encrypt backups" } },
		]);
		expect(verdict.core["work_breakdown"]).toMatchObject([{}, {}, { step: "Encrypt backups" }]);
		expect(verdict.dissent).toMatchObject([{ adopted: true }]);
	});

	it("settles only on the side of the many", () => {
		const measuredStatus = validation("passed", "passed", "failed");
		const sided = applyAggregator(measuredStatus, validationOf({ "FR-1": "passed" }), "gpt_pro");
		expect(sided).toMatchObject({ status: "ok", conflicts: [{ settledBy: "aggregator", settledAs: "passed" }] });
		const against = applyAggregator(measuredStatus, validationOf({ "FR-1": "failed" }), "gpt_pro");
		expect(against).toMatchObject({ status: "conflict", core: { requirements: [{ status: "passed" }] } });
	});

	it("makes a decision against the votes a conflict, and what it declares too", () => {
		const verdict = applyAggregator(
			measured,
			{
				...planOf(["Create the users table", "Encrypt backups"], "needs-clarification"),
				consensus: { agreements: [], conflicts: ["Nobody knows the retention time"] },
			},
			"gpt_pro",
		);
		expect(verdict).toMatchObject({ status: "conflict", decision: "go", core: { decision: "go" } });
		expect(verdict.conflicts.map(({ list }) => list)).toEqual(["decision", "aggregator"]);
	});

	it("keeps the numbers of voted tasks, and gives its own the next ones", () => {
		const tasks = (...list: readonly ReturnType<typeof taskOf>[]) => ({ tasks: list, coverage: [] });
		const voted = taskOf("T001", "Create the users table");
		const measuredTasks = measureConsensus(
			ballot("tasks", [
				vote("tasks", "gemini", tasks(voted)),
				vote("tasks", "claude", tasks(voted)),
				vote("tasks", "gpt_pro", tasks(voted)),
			]),
		);
		const verdict = applyAggregator(
			measuredTasks,
			{
				tasks: [taskOf("T001", "Measure the latency"), taskOf("T002", "Create the users table", ["T001"])],
				coverage: [{ requirement: "FR-1", task_ids: ["T002", "T001"] }],
			},
			"gpt_pro",
		);
		expect(verdict.core["tasks"]).toMatchObject([
			{ id: "T002", title: "Measure the latency" },
			{ id: "T001", title: "Create the users table" },
		]);
		expect(verdict.core["coverage"]).toMatchObject([{ task_ids: ["T001", "T002"] }]);
	});
});

describe("applyArbiter", () => {
	const verdict = validation("passed", "failed", "partial");

	it("settles with a value that somebody holds, and the core follows", () => {
		const settled = applyArbiter(verdict, { resolutions: [{ ...resolution, value: "Failed" }] }, "gpt_pro");
		expect(settled).toMatchObject({
			status: "ok",
			core: { requirements: [{ status: "failed" }] },
			conflicts: [{ settledBy: "arbiter", settledAs: "failed" }],
		});
		expect(settled.measures.confidence).toBeGreaterThan(verdict.measures.confidence);
	});

	it.each([
		["is uncertain", ""],
		["invents a value", "untested"],
	])("leaves it open when it %s", (_, value) => {
		expect(applyArbiter(verdict, { resolutions: [{ ...resolution, value }] }, "gpt_pro")).toEqual(verdict);
	});

	it("never makes a verdict with missing voters ok", () => {
		const two = measureConsensus(
			ballot("validate", [
				vote("validate", "gemini", validationOf({ "FR-1": "passed" })),
				vote("validate", "claude", validationOf({ "FR-1": "failed" })),
			]),
		);
		expect(applyArbiter(two, { resolutions: [{ ...resolution, value: "passed" }] }, "gpt_pro").status).toBe("degraded");
	});

	it("settles a statement and its denial: the loser leaves the core", () => {
		const opposed = plan(["Cache the results"], ["Never cache the results"], ["Cache results"]);
		const [conflict] = opposed.conflicts;
		const settled = applyArbiter(
			opposed,
			{
				resolutions: [
					{
						list: "work_breakdown",
						key: conflict?.key ?? "",
						attribute: "statement",
						value: "Never cache the results",
						reasoning: "Privacy",
					},
				],
			},
			"gpt_pro",
		);
		expect(settled.core["work_breakdown"]).toMatchObject([{ step: "Never cache the results" }]);
		expect(settled.dissent).toMatchObject([{ adopted: true }]);
		expect(settled.status).toBe("ok");
	});
});

describe("applyMajority", () => {
	it("settles what more than half hold", () => {
		const verdict = applyMajority(validation("failed", "failed", "passed"));
		expect(verdict).toMatchObject({ status: "ok", conflicts: [{ settledBy: "majority", settledAs: "failed" }] });
	});

	it("leaves ties open", () => {
		const tie = validation("passed", "failed", "partial");
		expect(applyMajority(tie)).toEqual(tie);
	});

	it("does not reopen what is settled", () => {
		const settled = applyArbiter(
			validation("failed", "failed", "passed"),
			{ resolutions: [{ ...resolution, value: "passed" }] },
			"gpt_pro",
		);
		expect(applyMajority(settled)).toEqual(settled);
	});
});

describe("applyPerson", () => {
	it("asks one question a conflict, the majority's value recommended", () => {
		expect(conflictQuestions(validation("failed", "failed", "passed"))).toMatchObject([
			{
				id: "conflict:requirements/FR-1/status",
				options: ["failed", "passed"],
				recommended: 0,
				agentAnswers: { gemini: "failed", claude: "failed", gpt_pro: "passed" },
			},
		]);
		expect(conflictQuestions(validation("failed", "partial", "passed"))[0]).not.toHaveProperty("recommended");
	});

	it("takes an option or the person's own words, and leaves skipped ones open", () => {
		const verdict = validation("passed", "failed", "partial");
		const [question] = conflictQuestions(verdict);
		const id = question?.id ?? "";
		expect(applyPerson(verdict, [{ id, kind: "answered", text: " FAILED " }])).toMatchObject({
			status: "ok",
			conflicts: [{ settledBy: "person", settledAs: "failed" }],
		});
		expect(applyPerson(verdict, [{ id, kind: "answered", text: "untested" }])).toMatchObject({
			core: { requirements: [{ status: "untested" }] },
		});
		expect(applyPerson(verdict, [{ id, kind: "skipped" }])).toEqual(verdict);
	});

	it("takes only decisions that the stage knows", () => {
		const split = measureConsensus(
			ballot("plan", [
				vote("plan", "gemini", planOf([], "go")),
				vote("plan", "claude", planOf([], "needs-clarification")),
			]),
		);
		const id = "conflict:decision/decision/decision";
		expect(split.decision).toBeUndefined();
		expect(applyPerson(split, [{ id, kind: "answered", text: "maybe" }])).toEqual(split);
		expect(applyPerson(split, [{ id, kind: "answered", text: "Go" }])).toMatchObject({
			decision: "go",
			core: { decision: "go" },
		});
	});

	it("settles an order of tasks: the later one depends on the earlier one", () => {
		const [table, endpoint] = ["Create the users table", "Add the registration endpoint"];
		const tasks = (...list: readonly ReturnType<typeof taskOf>[]) => ({ tasks: list, coverage: [] });
		const verdict = measureConsensus(
			ballot("tasks", [
				vote("tasks", "gemini", tasks(taskOf("1", table), taskOf("2", endpoint, ["1"]))),
				vote("tasks", "claude", tasks(taskOf("1", table, ["2"]), taskOf("2", endpoint))),
				vote("tasks", "gpt_pro", tasks(taskOf("1", table), taskOf("2", endpoint))),
			]),
		);
		const [question] = conflictQuestions(verdict);
		const settled = applyPerson(verdict, [
			{ id: question?.id ?? "", kind: "answered", text: `${endpoint} → ${table}` },
		]);
		expect(settled.core["tasks"]).toMatchObject([
			{ id: "T001", title: table, depends_on: ["T002"] },
			{ id: "T002", title: endpoint, depends_on: [] },
		]);
	});
});
