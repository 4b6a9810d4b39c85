import { describe, expect, it } from "vitest";
import { readDecision, renderStage } from "../../src/render/render-stage.ts";
import { readTasks } from "../../src/render/task-list.ts";
import { stages } from "../../src/stage.ts";
import { aVerdict } from "../verdicts.ts";

const cores = {
	plan: {
		work_breakdown: [
			{
				step: "Parse | split",
				rationale: "because",
				success_signal: "green",
				requirement: "FR-001",
				depends_on: ["x", "y"],
			},
			"plain",
		],
		acceptance_mapping: [{ requirement: "FR-001", validation_step: "npm test", artifact: "test/a.ts" }],
		risks: [{ risk: "slow", owner: "ann", mitigation: "cache" }],
		decision: "go",
	},
	tasks: { tasks: [{ id: "T001", title: "Do" }], coverage: [{ requirement: "FR-001", tasks: ["T001"] }, "FR-002"] },
	implement: {
		operations: [{ path: "src/a.ts", kind: "modify", change: "add a\nline" }],
		validation_commands: ["npm test", { command: "npm run lint", purpose: "style" }],
		risks: [],
	},
	validate: {
		requirements: [
			{ id: "FR-001", status: "passed", evidence: "log" },
			{ id: "FR-002", status: "failed", evidence: "none" },
		],
		decision: "no-go",
	},
	audit: {
		checks: [
			{ id: "A1", item: "secrets", status: "failed", severity: "critical" },
			{ id: "A2", item: "names", status: "failed", severity: "low" },
		],
		decision: "no-go",
		conditions: ["fix"],
	},
	unlock: { decision: "approved", conditions: [], follow_ups: ["watch it"] },
} as const;

describe("renderStage", () => {
	it.each(stages)("renders %s the same way each time, without a placeholder left", (stage) => {
		const verdict = aVerdict(stage, cores[stage]);
		const rendered = renderStage(stage, verdict);
		expect(rendered).toEqual(renderStage(stage, structuredClone(verdict)));
		expect(rendered.path).toBe(`${stage}.md`);
		expect(rendered.markdown).toMatchSnapshot();
		expect(rendered.markdown).not.toMatch(/\[[A-Z_]{3,}\]/);
	});

	it.each(stages)("renders an empty %s", (stage) => {
		const { markdown } = renderStage(stage, aVerdict(stage, {}, { artifacts: aVerdict(stage, {}).artifacts }));
		expect(markdown).toContain("None.");
	});

	it("shows dissent, conflicts and who settled them", () => {
		const { markdown } = renderStage(
			"plan",
			aVerdict("plan", cores.plan, {
				status: "degraded",
				missing: ["gemini"],
				agreed: [{ list: "risks", key: "r", item: {}, supporters: [], support: 0, addedByAggregator: true }],
				dissent: [{ list: "risks", key: "r1", positions: [{ agent: "claude", item: {} }], support: 1 / 3 }],
				conflicts: [
					{
						list: "checks",
						key: "c",
						attribute: "status",
						values: [
							{ agent: "claude", value: "ok" },
							{ agent: "gpt_pro", value: "no" },
						],
					},
					{ list: "checks", key: "d", attribute: "status", values: [], settledBy: "arbiter", settledAs: "ok" },
				],
			}),
		);
		expect(markdown).toContain("- Status: degraded, confidence 91 %, threshold 67 %");
		expect(markdown).toContain("- Missing: gemini");
		expect(markdown).toContain("- Added by the aggregator alone: 1");
		expect(markdown).toContain("- Dissent on risks `r1`: claude (33 %)");
		expect(markdown).toContain("- Conflict on checks `c`, status: claude says `ok`; gpt_pro says `no` (open)");
		expect(markdown).toContain("(settled by arbiter: ok)");
	});

	it("keeps ids and ticks of the tasks that are there", () => {
		const previous = "- [x] T007 Do\n";
		const { markdown } = renderStage("tasks", aVerdict("tasks", cores.tasks), {}, previous);
		expect(readTasks(markdown)).toMatchObject({ problems: [], tasks: [{ id: "T007", done: true }] });
	});

	it("refuses a verdict that nobody gave", () => {
		expect(() => renderStage("plan", aVerdict("plan", cores.plan, { artifacts: [] }))).toThrow(
			expect.objectContaining({ code: "missing_agents" }),
		);
	});

	it("uses a project's template and refuses one with an unknown placeholder", () => {
		expect(renderStage("unlock", aVerdict("unlock", cores.unlock), { unlock: "It is [DECISION]" }).markdown).toBe(
			"It is APPROVED\n",
		);
		expect(() => renderStage("unlock", aVerdict("unlock", cores.unlock), { unlock: "[OWNER_NAME]" })).toThrow(
			"[OWNER_NAME]",
		);
	});
});

describe("readDecision", () => {
	it("reads back what was rendered", () => {
		expect(readDecision(renderStage("validate", aVerdict("validate", cores.validate)).markdown)).toBe("no-go");
		expect(
			readDecision(renderStage("plan", aVerdict("plan", cores.plan, { decision: "needs-clarification" })).markdown),
		).toBe("needs-clarification");
		expect(readDecision(renderStage("plan", aVerdict("plan", {})).markdown)).toBeUndefined();
		expect(readDecision("nothing")).toBeUndefined();
	});
});
