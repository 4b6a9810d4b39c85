// Builders of verdicts and artifacts for tests.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../src/agent.ts";
import type { Stage } from "../src/stage.ts";
import type { Artifact, Verdict } from "../src/verdict.ts";

/** An artifact. */
export function anArtifact(stage: Stage, agent: AgentName, content: JsonObject): Artifact {
	return {
		runId: "run-1",
		specId: "SPEC-KIT-065",
		stage,
		agent,
		role: "synthesis",
		model: `${agent}-model`,
		promptVersion: "v1",
		content,
		createdAt: "2026-01-15T12:00:00.000Z",
	};
}

/** A verdict of one artifact with this core. */
export function aVerdict(stage: Stage, core: JsonObject, changes: Partial<Verdict> = {}): Verdict {
	return {
		runId: "run-1",
		specId: "SPEC-KIT-065",
		stage,
		status: "ok",
		recordedAt: "2026-01-15T12:00:00.000Z",
		promptVersion: "v1",
		roster: ["gemini", "claude", "gpt_pro"],
		present: ["gemini", "claude", "gpt_pro"],
		missing: [],
		aggregator: "gpt_pro",
		core,
		agreed: [],
		dissent: [],
		conflicts: [],
		measures: { coverage: {}, pairwise: [], alpha: [], confidence: 0.914, threshold: 2 / 3 },
		artifacts: [anArtifact(stage, "claude", core)],
		...changes,
	};
}
