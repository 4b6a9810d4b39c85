import { describe, expect, it } from "vitest";
import type { AgentName } from "../../src/agent.ts";
import { marginalValue } from "../../src/consensus/marginal-value.ts";
import { measureConsensus } from "../../src/consensus/measure.ts";
import { ballot, planOf, taskOf, validationOf, vote } from "./votes.ts";

// Words without a stem in common, so that items can only match when they are the same.
const topics =
	"alpaca bridge candle dolphin engine forest guitar hammer island jacket kettle lantern magnet needle orchid pepper quartz ribbon saddle tunnel umbrella violin walnut xylophone yacht zipper".split(
		" ",
	);
const step = (index: number): string => `Polish the ${topics[index % topics.length]} number ${index}`;
const steps = (from: number, to: number): readonly string[] =>
	Array.from({ length: to - from }, (_, offset) => step(from + offset));

describe("measureConsensus: synthetic agents with known overlap", () => {
	// gemini 0–59, claude 20–79, gpt_pro 40–99: 20 items of one agent at each end, 20 and 20 of two, 20 of all three.
	const verdict = measureConsensus(
		ballot("plan", [
			vote("plan", "gemini", planOf(steps(0, 60))),
			vote("plan", "claude", planOf(steps(20, 80))),
			vote("plan", "gpt_pro", planOf(steps(40, 100))),
		]),
	);
	const items = verdict.agreed.filter(({ list }) => list === "work_breakdown");

	it("recovers agreement, dissent and support", () => {
		expect(items.length).toBe(60);
		expect(items.filter(({ support }) => support === 1).length).toBe(20);
		expect(items.filter(({ support }) => support === 2 / 3).length).toBe(40);
		expect(verdict.dissent.length).toBe(40);
		expect(verdict.dissent.every(({ support, positions }) => support === 1 / 3 && positions.length === 1)).toBe(true);
		expect(verdict.conflicts).toEqual([]);
		expect(verdict.status).toBe("ok");
	});

	it("recovers coverage: 40, 60 and 40 of the 60 items, and the decision of all", () => {
		expect(verdict.measures.coverage).toEqual({ gemini: 41 / 61, claude: 1, gpt_pro: 41 / 61 });
	});

	it("recovers pairwise agreement: matched by union, the decision counted", () => {
		const pairwise = new Map(verdict.measures.pairwise.map(({ agents, agreement }) => [agents.join(), agreement]));
		expect(pairwise.get("gemini,claude")).toBeCloseTo(41 / 81, 12);
		expect(pairwise.get("gemini,gpt_pro")).toBeCloseTo(21 / 101, 12);
		expect(pairwise.get("claude,gpt_pro")).toBeCloseTo(41 / 81, 12);
	});

	it("recovers confidence: mean support × quorum × (1 − conflicts)", () => {
		expect(verdict.measures.confidence).toBeCloseTo((21 * 1 + 40 * (2 / 3)) / 61, 12);
	});

	it("does not depend on the order of the answers", () => {
		const artifacts = [...verdict.artifacts];
		expect(measureConsensus(ballot("plan", artifacts.reverse()))).toEqual(verdict);
	});
});

describe("measureConsensus: who counts", () => {
	const plan = planOf(["Add the endpoint"]);
	const three: readonly AgentName[] = ["gemini", "claude", "gpt_pro"];

	it("invariant 4: a missing agent makes it degraded, never ok", () => {
		for (const absent of three) {
			const present = three.filter((agent) => agent !== absent).map((agent) => vote("plan", agent, plan));
			const verdict = measureConsensus(ballot("plan", present, { consensus: { allowDegraded: true } }));
			expect(verdict.status).toBe("degraded");
			expect(verdict.missing).toEqual([absent]);
			expect(verdict.measures.confidence).toBeCloseTo(2 / 3, 12);
		}
	});

	it("has no quorum with one of three, and with nobody at all", () => {
		expect(measureConsensus(ballot("plan", [vote("plan", "claude", plan)])).status).toBe("no_quorum");
		const nobody = measureConsensus(ballot("plan", []));
		expect(nobody).toMatchObject({ status: "no_quorum", agreed: [], missing: three, measures: { confidence: 0 } });
		expect(nobody.core).toEqual({ work_breakdown: [], acceptance_mapping: [], risks: [] });
	});

	it("invariant 5: answers of another run, SPEC or stage, or of nobody in the roster, do not count", () => {
		const strangers = [
			vote("plan", "gemini", plan, { runId: "run-0" }),
			vote("plan", "claude", plan, { specId: "SPEC-KIT-001" }),
			vote("tasks", "gpt_pro", plan),
			vote("plan", "gpt_codex", plan),
		];
		expect(measureConsensus(ballot("plan", strangers)).present).toEqual([]);
	});

	it("takes the newest answer of an agent, once", () => {
		const old = vote("plan", "claude", planOf(["Old step"]), { createdAt: "2026-01-01T00:00:00.000Z" });
		const next = vote("plan", "claude", planOf(["New step"]), { createdAt: "2026-01-01T00:00:09.000Z" });
		const verdict = measureConsensus(ballot("plan", [next, old], { roster: ["claude"] }));
		expect(verdict.artifacts).toEqual([next]);
		expect(verdict.agreed[0]?.item).toMatchObject({ step: "New step" });
	});

	it("in single mode takes the first of the roster alone", () => {
		const verdict = measureConsensus(
			ballot(
				"plan",
				three.map((agent) => vote("plan", agent, plan)),
				{ consensus: { mode: "single" } },
			),
		);
		expect(verdict).toMatchObject({ roster: ["gemini"], present: ["gemini"], status: "ok" });
	});

	it("prints its thresholds", () => {
		expect(measureConsensus(ballot("plan", [])).measures).toMatchObject({
			threshold: 2 / 3,
			similarity: 0.6,
			quorum: 2 / 3,
		});
	});
});

describe("measureConsensus: conflicts", () => {
	it("finds values that exclude each other, with who said what, and keeps the majority's in the core", () => {
		const verdict = measureConsensus(
			ballot("validate", [
				vote("validate", "gemini", validationOf({ "FR-1": "passed", "FR-2": "passed" })),
				vote("validate", "claude", validationOf({ "FR-001": "failed", "FR-2": "passed" })),
				vote("validate", "gpt_pro", validationOf({ fr1: "passed", "FR-2": "passed" })),
			]),
		);
		expect(verdict.status).toBe("conflict");
		expect(verdict.conflicts).toEqual([
			{
				list: "requirements",
				key: "FR-1",
				attribute: "status",
				values: [
					{ agent: "gemini", value: "passed" },
					{ agent: "claude", value: "failed" },
					{ agent: "gpt_pro", value: "passed" },
				],
			},
		]);
		expect(verdict.core["requirements"]).toMatchObject([{ status: "passed" }, { status: "passed" }]);
		// One open conflict among FR-1, FR-2 and the decision.
		expect(verdict.measures.confidence).toBeCloseTo(1 - 1 / 3, 12);
		expect(verdict.measures.alpha).toMatchObject([{ attribute: "requirements.status", level: "nominal", units: 2 }]);
	});

	it("finds decisions that differ, and takes the one that enough share", () => {
		const verdict = measureConsensus(
			ballot("plan", [
				vote("plan", "gemini", planOf([], "go")),
				vote("plan", "claude", planOf([], "go")),
				vote("plan", "gpt_pro", planOf([], "needs-clarification")),
			]),
		);
		expect(verdict).toMatchObject({ decision: "go", status: "conflict", core: { decision: "go" } });
		expect(verdict.dissent).toMatchObject([{ list: "decision", key: "needs-clarification", support: 1 / 3 }]);
	});

	it("finds a statement and its denial", () => {
		const verdict = measureConsensus(
			ballot("plan", [
				vote("plan", "gemini", planOf(["Store tokens in local storage"])),
				vote("plan", "claude", planOf(["Do not store tokens in local storage"])),
				vote("plan", "gpt_pro", planOf(["Store the tokens in local storage"])),
			]),
		);
		expect(verdict.status).toBe("conflict");
		expect(verdict.conflicts).toMatchObject([{ attribute: "statement", list: "work_breakdown" }]);
		expect(verdict.conflicts[0]?.values.map(({ agent }) => agent).sort()).toEqual(["claude", "gemini", "gpt_pro"]);
	});

	it("rates severities on an ordinal scale", () => {
		const audit = (severity: string) => ({
			checks: [
				{ item: "Tokens are single-use", status: "passed", severity },
				{ item: "Logs hold no passwords", status: "passed", severity: "low" },
			],
			decision: "go",
			conditions: [],
		});
		const verdict = measureConsensus(
			ballot("audit", [
				vote("audit", "gemini", audit("high")),
				vote("audit", "claude", audit("critical")),
				vote("audit", "gpt_pro", audit("high")),
			]),
		);
		const severity = verdict.measures.alpha.find(({ attribute }) => attribute === "checks.severity");
		expect(severity).toMatchObject({ level: "ordinal", units: 2 });
		expect(severity?.alpha).toBeGreaterThan(0.5);
		expect(verdict.status).toBe("ok");
	});

	it("joins operations by path, and finds different kinds of change", () => {
		const work = (path: string, change: string) => ({
			operations: [{ path, change, description: "" }],
			validation_commands: ["pnpm  test"],
			risks: [],
		});
		const verdict = measureConsensus(
			ballot("implement", [
				vote("implement", "gemini", work("./src/a.ts", "create")),
				vote("implement", "claude", work("src/a.ts", "modify")),
				vote("implement", "gpt_pro", work("src\\a.ts", "create")),
			]),
		);
		expect(verdict.conflicts).toMatchObject([{ key: "src/a.ts", attribute: "change" }]);
		expect(verdict.core["validation_commands"]).toEqual(["pnpm  test"]);
	});
});

describe("measureConsensus: tasks", () => {
	const table = "Create the users table";
	const endpoint = "Add the registration endpoint";
	const docs = "Document the registration in the manual";
	const answer = (tasks: readonly ReturnType<typeof taskOf>[], covering: readonly string[]) => ({
		tasks,
		coverage: [{ requirement: "FR-1", task_ids: [...covering] }],
	});

	it("gives agreed tasks one numbering, and dependencies and coverage follow it", () => {
		const verdict = measureConsensus(
			ballot("tasks", [
				vote("tasks", "gemini", answer([taskOf("T001", endpoint, ["T002"]), taskOf("T002", table)], ["T001"])),
				vote("tasks", "claude", answer([taskOf("A", table), taskOf("B", endpoint, ["A"])], ["B"])),
				vote("tasks", "gpt_pro", answer([taskOf("T001", docs), taskOf("T009", table)], ["T001"])),
			]),
		);
		expect(verdict.core["tasks"]).toMatchObject([
			{ id: "T001", title: table, depends_on: [] },
			{ id: "T002", title: endpoint, depends_on: ["T001"] },
		]);
		expect(verdict.core["coverage"]).toMatchObject([{ task_ids: ["T002"] }]);
		expect(verdict.dissent).toMatchObject([{ list: "tasks", support: 1 / 3 }]);
	});

	it("finds contradictory orders, through other tasks too, and never makes a circle", () => {
		const verdict = measureConsensus(
			ballot("tasks", [
				vote(
					"tasks",
					"gemini",
					answer([taskOf("1", table), taskOf("2", endpoint, ["1"]), taskOf("3", docs, ["2"])], []),
				),
				vote("tasks", "claude", answer([taskOf("1", table, ["3"]), taskOf("2", endpoint), taskOf("3", docs)], [])),
				vote("tasks", "gpt_pro", answer([taskOf("1", table), taskOf("2", endpoint), taskOf("3", docs)], [])),
			]),
		);
		expect(verdict.conflicts).toMatchObject([
			{
				attribute: "order",
				values: [
					{ agent: "gemini", value: `${table} → ${docs}` },
					{ agent: "claude", value: `${docs} → ${table}` },
				],
			},
		]);
		const tasks = verdict.core["tasks"] as readonly { id: string; depends_on: readonly string[] }[];
		for (const [index, { depends_on: on }] of tasks.entries()) {
			for (const id of on) expect(tasks.findIndex((task) => task.id === id)).toBeLessThan(index);
		}
	});
});

describe("marginalValue", () => {
	it("shows which voter changed something", () => {
		const value = marginalValue(
			ballot("plan", [
				vote("plan", "gemini", planOf(steps(0, 4))),
				vote("plan", "claude", planOf(steps(0, 6))),
				vote("plan", "gpt_pro", planOf(steps(4, 6))),
			]),
		);
		expect(value).toEqual([
			{ agent: "gemini", added: 4, prevented: 0, conflicts: 0, decisionChanged: false },
			{ agent: "claude", added: 6, prevented: 0, conflicts: 0, decisionChanged: false },
			{ agent: "gpt_pro", added: 2, prevented: 0, conflicts: 0, decisionChanged: false },
		]);
	});
});

describe("speed", () => {
	it("measures 5 agents × 200 items in well under two seconds", () => {
		const agents: readonly AgentName[] = ["gemini", "claude", "code", "gpt_codex", "gpt_pro"];
		const artifacts = agents.map((agent, index) =>
			vote(
				"plan",
				agent,
				planOf(
					Array.from({ length: 200 }, (_, item) => {
						const [one, other] = [topics[item % 26], topics[(item * 7 + 3) % 26]];
						return `${["Add", "Create", "Write", "Implement", "Build"][index]} the ${one} endpoint of module ${item} for the ${other}`;
					}),
				),
			),
		);
		const input = ballot("plan", artifacts, { roster: agents });
		measureConsensus(input);
		const start = performance.now();
		const verdict = measureConsensus(input);
		const elapsed = performance.now() - start;
		console.log(`5 agents × 200 items: ${elapsed.toFixed(0)} ms, ${verdict.agreed.length - 1} items agreed`);
		expect(verdict.agreed.filter(({ support }) => support === 1).length).toBe(201);
		expect(elapsed).toBeLessThan(2_000);
	});
});
