import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentNames } from "../../src/agent.ts";
import {
	chooseEvidenceDir,
	evidenceKinds,
	evidenceName,
	parseEvidenceName,
	requireEvidenceDir,
	requireRunId,
} from "../../src/evidence/evidence-paths.ts";
import { stages } from "../../src/stage.ts";

describe("evidenceName", () => {
	it("reads as documented", () => {
		const parts = {
			stage: "plan",
			atMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
			runId: "01-ab",
			kind: "artifact",
			agent: "gpt_pro",
			text: false,
		} as const;
		expect(evidenceName(parts)).toBe("spec-plan_20260102T030405006Z_01-ab_artifact_gpt_pro.json");
		expect(evidenceName({ ...parts, stage: "post-plan", kind: "gate" })).toBe(
			"quality-gate-post-plan_20260102T030405006Z_01-ab_gate_gpt_pro.json",
		);
	});

	it("is read back for every kind, stage and agent", () => {
		const parts = fc.record({
			stage: fc.constantFrom(...stages, "pre-planning", "post-plan", "post-tasks"),
			kind: fc.constantFrom(...evidenceKinds),
			agent: fc.option(fc.constantFrom(...agentNames), { nil: undefined }),
			atMs: fc.integer({ min: 0, max: Date.UTC(2200, 0) }),
			text: fc.boolean(),
		});
		fc.assert(
			fc.property(parts, ({ stage, kind, agent, atMs, text }) => {
				const said = agent === undefined ? {} : { agent };
				const name = evidenceName({ stage, kind, atMs, runId: "r-1", text, ...said });
				const own = stages.some((word) => word === stage) ? { stage } : { checkpoint: stage };
				const expected = { scheme: "current", kind, runId: "r-1", atMs, ...own, ...said };
				expect(parseEvidenceName(name, "consensus")).toEqual(expected);
			}),
		);
	});

	it("refuses what may not be part of a path", () => {
		const parts = { stage: "plan", atMs: 0, runId: "r", kind: "log", text: true } as const;
		expect(() => evidenceName({ ...parts, stage: "../x" })).toThrow(expect.objectContaining({ code: "unknown_stage" }));
		expect(() => evidenceName({ ...parts, agent: "../x" })).toThrow(
			expect.objectContaining({ code: "invalid_field_value" }),
		);
		for (const runId of ["", "..", "a/b", "a_b", "-a", "x".repeat(81), "a\0"]) {
			expect(() => requireRunId(runId)).toThrow(expect.objectContaining({ code: "invalid_run_id" }));
		}
	});
});

describe("requireEvidenceDir", () => {
	it("takes plain paths", () => expect(requireEvidenceDir("docs/x/evidence/")).toBe("docs/x/evidence"));
	it.each(["", "/", "/abs", "a/../b", "..", "./a", "a//b", ".git/x", "a/.GIT", "a\\b", "C:/x", "a\0"])(
		"refuses %j",
		(path) => {
			expect(() => requireEvidenceDir(path)).toThrow(expect.objectContaining({ code: "unsafe_path" }));
		},
	);
});

describe("chooseEvidenceDir", () => {
	it("follows config, then the fork's folder, then our own", () => {
		expect(chooseEvidenceDir("x", true)).toBe("x");
		expect(chooseEvidenceDir(undefined, true)).toBe("docs/SPEC-OPS-004-integrated-coder-hooks/evidence");
		expect(chooseEvidenceDir(undefined, false)).toBe(".code/evidence");
	});
});

describe("parseEvidenceName on the fork's names", () => {
	const at = Date.UTC(2025, 9, 18, 1, 2, 3);
	it.each([
		["consensus", "spec-plan_2025-10-18T01_02_03.000Z_verdict.json", { stage: "plan", kind: "verdict", atMs: at }],
		[
			"consensus",
			"spec-implement_gpt_codex_20251018T010203Z_artifact.json",
			{ stage: "implement", kind: "artifact", agent: "gpt_codex", atMs: at },
		],
		["consensus", "spec-tasks_20251018T010203Z_telemetry.json", { stage: "tasks", kind: "telemetry", atMs: at }],
		["consensus", "spec-tasks_20251018T010203Z_synthesis.json", { stage: "tasks", kind: "synthesis", atMs: at }],
		[
			"consensus",
			"spec-plan_20251018T010203Z_claude.json",
			{ stage: "plan", kind: "artifact", agent: "claude", atMs: at },
		],
		[
			"consensus",
			"spec-plan_2025-10-18T01:02:03Z_gpt_pro.json",
			{ stage: "plan", kind: "artifact", agent: "gpt_pro", atMs: at },
		],
		["consensus", "spec-plan_20251018T010203Z_metrics.json", { stage: "plan", kind: "metrics", atMs: at }],
		["consensus", "spec-plan_20251018T010203Z_telemetry.jsonl", { stage: "plan", kind: "telemetry", atMs: at }],
		["consensus", "SPEC-KIT-065_spec-plan_verdict.json", { stage: "plan", kind: "verdict" }],
		[
			"consensus",
			"SPEC-KIT-065_spec-plan_telemetry_20251018_010203.json",
			{ stage: "plan", kind: "telemetry", atMs: at },
		],
		[
			"consensus",
			"SPEC-KIT-065_spec-plan_synthesis_20251018_010203.json",
			{ stage: "plan", kind: "synthesis", atMs: at },
		],
		[
			"consensus",
			"SPEC-KIT-065_quality-gate-post-plan_20251018_010203.json",
			{ checkpoint: "post-plan", kind: "quality-gate", atMs: at },
		],
		["commands", "spec-audit_2025-10-18T01:02:03Z-4711.json", { stage: "audit", kind: "telemetry", atMs: at }],
		["commands", "spec-audit_2025-10-18T01:02:03Z-4711.log", { stage: "audit", kind: "log", atMs: at }],
		["commands", "plan_2025-10-18T01:02:03Z-1.json", { stage: "plan", kind: "telemetry", atMs: at }],
		["commands", "spec-review_x.json", { stage: "audit", kind: "telemetry" }],
		["commands", "baseline_2025-10-18T01:02:03Z-1.md", { kind: "baseline", atMs: at }],
		["commands", "20251018-010203Z-hal-health.json", { kind: "hal", atMs: at }],
	] as const)("%s/%s", (category, name, expected) => {
		const { scheme, ...rest } = parseEvidenceName(name, category) ?? { scheme: "none" };
		expect(scheme).toBe("fork");
		expect(rest).toMatchObject(expected);
	});

	it.each(["readme.md", "x.json", ".spec-plan_a.json.pending", "spec-dance_1.json"])("%s is none", (name) => {
		expect(parseEvidenceName(name, "commands")).toBeUndefined();
	});
});
