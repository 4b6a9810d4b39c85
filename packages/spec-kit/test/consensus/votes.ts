// Answers and inputs for the tests of consensus, made of the schemas' own samples.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../../src/agent.ts";
import { defaultSpecKitConfig, type SpecKitConfig } from "../../src/config.ts";
import type { ConsensusInput } from "../../src/consensus/measure.ts";
import type { Stage } from "../../src/stage.ts";
import type { Artifact } from "../../src/verdict.ts";

/** One agent's answer of run `run-1`. */
export function vote(stage: Stage, agent: AgentName, content: JsonObject, more: Partial<Artifact> = {}): Artifact {
	return {
		runId: "run-1",
		specId: "SPEC-KIT-065",
		stage,
		agent,
		role: "research",
		model: "fake",
		promptVersion: "1",
		content,
		createdAt: "2026-01-01T00:00:00.000Z",
		...more,
	};
}

/** The input of a measuring with these answers. */
export function ballot(
	stage: Stage,
	artifacts: readonly Artifact[],
	more: Partial<ConsensusInput> & { readonly consensus?: Partial<SpecKitConfig["consensus"]> } = {},
): ConsensusInput {
	const { consensus, ...rest } = more;
	return {
		stage,
		runId: "run-1",
		specId: "SPEC-KIT-065",
		artifacts,
		roster: ["gemini", "claude", "gpt_pro"],
		config: { consensus: { ...defaultSpecKitConfig.consensus, ...consensus } },
		recordedAt: "2026-01-01T00:00:01.000Z",
		promptVersion: "1",
		...rest,
	};
}

/** A plan of these steps. */
export function planOf(steps: readonly string[], decision = "go"): JsonObject {
	return {
		work_breakdown: steps.map((step) => ({ step, rationale: "", success_signal: "" })),
		acceptance_mapping: [],
		risks: [],
		decision,
	};
}

/** Requirements with their status. */
export function validationOf(statuses: Readonly<Record<string, string>>, decision = "pass"): JsonObject {
	return {
		requirements: Object.entries(statuses).map(([id, status]) => ({ id, status, evidence: "log" })),
		decision,
	};
}

/** One task. */
export function taskOf(id: string, title: string, dependsOn: readonly string[] = []): JsonObject {
	return { id, title, files: [], depends_on: [...dependsOn], parallel: false, validation: "" };
}
