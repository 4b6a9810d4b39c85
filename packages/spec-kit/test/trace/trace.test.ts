// Traces as data and as a page: what belongs together, what is missing, and that nothing in it can act.

import type { JsonObject } from "@codex/protocol";
import { describe, expect, test } from "vitest";
import type { ReportInput } from "../../src/trace/report.ts";
import { renderReport } from "../../src/trace/report.ts";
import { isTestPath, type TraceCommit, type TraceInput, traceOf } from "../../src/trace/trace.ts";
import { aVerdict } from "../verdicts.ts";

const specId = "SPEC-A-1";

const spec = [
	"## Requirements",
	"- **FR-1**: It exports rows",
	"- **FR-2**: It quotes fields",
	"- FR-3: It is quick",
	"- SC-1: People like it",
].join("\n");

const tasks = [
	"- [x] T001 Write the export",
	"  - Files: `src/csv.ts`, `test/csv.test.ts`",
	"  - Validation: `npm test`",
	"- [x] T002 Quote fields",
	"  - Files: `src/quote.ts`",
	"- [ ] T003 Measure it for FR-3",
].join("\n");

const commit = (message: string, paths: readonly string[] = []): TraceCommit => ({
	id: "c0ffee1234",
	atMs: 1,
	message,
	paths,
});

const core = (value: object): JsonObject => JSON.parse(JSON.stringify(value));

function input(change: Partial<TraceInput> = {}): TraceInput {
	return {
		specId,
		requirements: [spec, ""],
		tasks,
		cores: {
			tasks: core({
				tasks: [{ id: "T002", requirement_ids: ["FR-2"] }],
				coverage: [{ requirement: "FR-1", task_ids: ["T001", "T009"] }],
			}),
			validate: core({
				requirements: [
					{ id: "FR-1", status: "passed", evidence: "6 of 6" },
					{ id: "FR-2", status: "failed", evidence: "quotes" },
				],
			}),
		},
		commits: [commit(`${specId} T001: Write\n\nCode-Task: T001\nCode-Run: x`, ["src/csv.ts", "src/extra.ts"])],
		existing: new Set(["src/csv.ts", "test/csv.test.ts"]),
		evidence: { plan: [".code/evidence/a b/plan.json"] },
		...change,
	};
}

describe("traceOf", () => {
	test("puts requirements, tasks, files, tests and commits side by side", () => {
		const trace = traceOf(input());
		expect(trace.requirements).toEqual([
			{ id: "FR-1", text: "It exports rows", tasks: ["T001"], status: "passed", because: "6 of 6" },
			{ id: "FR-2", text: "It quotes fields", tasks: ["T002"], status: "failed", because: "quotes" },
			{ id: "FR-3", text: "It is quick", tasks: ["T003"] },
			{ id: "SC-1", text: "People like it", tasks: [] },
		]);
		expect(trace.tasks[0]).toMatchObject({
			id: "T001",
			done: true,
			files: [
				{ path: "src/csv.ts", exists: true, isTest: false },
				{ path: "test/csv.test.ts", exists: true, isTest: true },
				{ path: "src/extra.ts", exists: true, isTest: false },
			],
			commits: [{ id: "c0ffee1234" }],
		});
	});

	test("says what is missing in between", () => {
		expect(traceOf(input()).gaps.map(({ kind, id }) => `${id} ${kind}`)).toEqual([
			"FR-2 not_passed",
			"FR-3 not_validated",
			"FR-2 no_test",
			"FR-3 no_test",
			"T002 missing_file",
			"T002 no_commit",
			"T003 no_file",
		]);
		const nothing = traceOf(input({ tasks: "", cores: {}, commits: [] }));
		expect(nothing.gaps.map(({ kind, id }) => `${id} ${kind}`)).toEqual([
			"FR-1 no_task",
			"FR-2 no_task",
			"FR-3 no_task",
		]);
		expect(traceOf(input({ requirements: [], tasks: "", cores: {}, commits: [] })).gaps).toEqual([]);
	});

	test("a commit of a person counts when it names SPEC and task; one of another SPEC does not", () => {
		const named = traceOf(input({ commits: [commit(`fix(${specId}): T002 quotes`), commit("SPEC-B-2 T001: other")] }));
		expect(named.tasks.map(({ commits }) => commits.length)).toEqual([0, 1, 0]);
	});

	test.each([
		["test/a.js", true],
		["src/a.test.ts", true],
		["pkg/a_test.go", true],
		["tests/test_a.py", true],
		["src/__tests__/a.ts", true],
		["src/a.spec.tsx", true],
		["src/latest.ts", false],
		["src/contest/a.ts", false],
		["attest.ts", false],
	])("%s is a test: %s", (path, expected) => {
		expect(isTestPath(path)).toBe(expected);
	});
});

const hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>"'&\u001b[31m\u202ereversed`;

function report(change: Partial<ReportInput> = {}): string {
	return renderReport({
		trace: traceOf(input()),
		title: "Export",
		asOf: "2026-11-24T00:00:00.000Z",
		verdicts: [],
		costs: [],
		voters: [],
		unpricedCalls: 0,
		gates: [],
		candidates: [],
		spans: [],
		toRoot: "../../..",
		...change,
	});
}

describe("the report", () => {
	test("shows the trace, the verdicts with charts, the costs, the gates, the candidates and the timeline", () => {
		const page = report({
			verdicts: [
				aVerdict(
					"plan",
					{},
					{
						measures: {
							coverage: { claude: 0.5 },
							pairwise: [{ agents: ["gemini", "claude"], agreement: 0.25 }],
							alpha: [{ attribute: "status", level: "nominal", alpha: 0.8, units: 3 }],
							confidence: 0.9,
							threshold: 2 / 3,
						},
						dissent: [
							{
								list: "risks",
								key: "k",
								positions: [{ agent: "claude", item: { risk: "rain" } }],
								support: 0.3,
								adopted: true,
							},
						],
						conflicts: [
							{ list: "decision", key: "d", attribute: "decision", values: [{ agent: "claude", value: "no" }] },
							{
								list: "l",
								key: "k",
								attribute: "a",
								values: [{ agent: "gemini", value: "x" }],
								settledBy: "person",
								settledAs: "x",
							},
						],
					},
				),
			],
			costs: [
				{ stage: "plan", agent: "claude", role: "synthesis", model: "m-1", attempts: 2, tokens: 30, costUsd: 0.25 },
			],
			voters: [
				{ stage: "plan", agent: "claude", costUsd: 0.25, added: 3, prevented: 1, conflicts: 0, decisionChanged: true },
			],
			unpricedCalls: 2,
			gates: [
				{ checkpoint: "pre-planning", question: "Which?", answer: "A comma", by: "person", views: { claude: "B" } },
			],
			candidates: [
				{ agent: "gpt_codex", passed: true, chosen: true, reason: "", commands: [{ name: "test", exitCode: 0 }] },
				{ agent: "code", passed: false, chosen: false, reason: "it changed nothing", commands: [] },
			],
			spans: [
				{ name: "plan", from: 1000, to: 4000, kind: "stage" },
				{ name: "plan claude", from: 1500, to: 2000, kind: "failed" },
			],
		});
		for (const text of [
			"FR-1",
			"✗ failed",
			"$0.2500",
			"A comma",
			"(person)",
			"it changed nothing",
			"m-1",
			"Of 2 calls",
			"(3.0 s)",
		]) {
			expect(page).toContain(text);
		}
		expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(3);
		expect(page).toContain('href="../../../.code/evidence/a%20b/plan.json"');
	});

	test("loads nothing, runs nothing, and shows hostile text as text", () => {
		const trace = traceOf(
			input({
				requirements: [`- FR-1: ${hostile}`],
				tasks: `- [x] T001 ${hostile}\n  - Files: \`"><b>\`, \`javascript:alert(1)\``,
			}),
		);
		const page = report({
			trace: { ...trace, evidence: { plan: [`x/${hostile}`, "javascript:alert(3)"] } },
			title: hostile,
			costs: [
				{ stage: hostile, agent: hostile, role: hostile, model: hostile, attempts: 1, tokens: 1, costUsd: Number.NaN },
			],
			gates: [{ checkpoint: hostile, question: hostile, answer: hostile, by: hostile, views: { [hostile]: hostile } }],
			candidates: [
				{
					agent: hostile,
					passed: false,
					chosen: false,
					reason: hostile,
					commands: [{ name: hostile, exitCode: null }],
				},
			],
			spans: [{ name: hostile, from: 0, to: 1, kind: "stage" }],
		});
		expect(page).not.toMatch(/<script|<img|onerror=alert\(2\)>|<b>"|href="javascript/i);
		for (const char of ["\u001b", "\u202e"]) expect(page).not.toContain(char);
		expect(page).toContain("default-src &#39;none&#39;");
		expect(page).not.toMatch(/(?:src|href)="https?:/);
	});
});
