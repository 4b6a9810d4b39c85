// Verdicts and artifacts as they stand in evidence: the field names that the fork's readers know, with what came later
// beside them. The schemas that read them back are in `schema/evidence-schema.ts`.

import type { JsonObject, JsonValue } from "@codex/protocol";
import { type Stage, stageKey } from "../stage.ts";
import type { Artifact, Verdict } from "../verdict.ts";

/** A verdict as read from evidence, ours or the fork's. */
export interface StoredVerdict {
	readonly specId?: string;
	readonly runId?: string;
	readonly stage?: Stage;
	readonly status: "ok" | "conflict" | "degraded" | "no_quorum" | "unknown";
	/** As written. */
	readonly recordedAt?: string;
	readonly promptVersion?: string;
	readonly missingAgents: readonly string[];
	readonly agreements: readonly string[];
	readonly conflicts: readonly string[];
	/** 0 to 1. */
	readonly confidence?: number;
}

/** An agent's artifact as read from evidence, ours or the fork's. */
export interface StoredArtifact {
	/** As written; may be no canonical agent. */
	readonly agent?: string;
	readonly specId?: string;
	readonly runId?: string;
	readonly stage?: Stage;
	readonly model?: string;
	readonly reasoningMode?: string;
	readonly promptVersion?: string;
	readonly conflicts: readonly string[];
	readonly error?: string;
	readonly content: JsonObject;
}

// The types of verdicts are plain readonly data: JSON already, though the compiler cannot see it.
const plain = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value));

/** An artifact as evidence: its envelope, with the agent's answer as `content`. */
export function artifactRecord(artifact: Artifact): JsonObject {
	return {
		run_id: artifact.runId,
		spec_id: artifact.specId,
		stage: stageKey(artifact.stage),
		agent: artifact.agent,
		role: artifact.role,
		model: artifact.model,
		prompt_version: artifact.promptVersion,
		created_at: artifact.createdAt,
		content: artifact.content,
	};
}

/** A verdict as evidence. `agreements` and `conflicts` are texts as the fork had them; all measures stand beside them. */
export function verdictRecord(verdict: Verdict): JsonObject {
	const open = verdict.conflicts.filter(({ settledBy }) => settledBy === undefined);
	return {
		run_id: verdict.runId,
		spec_id: verdict.specId,
		stage: stageKey(verdict.stage),
		recorded_at: verdict.recordedAt,
		prompt_version: verdict.promptVersion,
		status: verdict.status,
		consensus_ok: verdict.status === "ok",
		degraded: verdict.status === "degraded" || verdict.status === "no_quorum",
		required_fields_ok: true,
		missing_agents: [...verdict.missing],
		agreements: verdict.agreed.map(({ list, key }) => `${list} ${key}`),
		conflicts: open.map(
			({ list, key, attribute, values }) =>
				`${list} ${key}, ${attribute}: ${values.map(({ agent, value }) => `${agent} ${value}`).join("; ")}`,
		),
		...(verdict.aggregator === undefined ? {} : { aggregator_agent: verdict.aggregator }),
		aggregator: verdict.core,
		...(verdict.decision === undefined ? {} : { decision: verdict.decision }),
		confidence: verdict.measures.confidence,
		measures: plain(verdict.measures),
		roster: [...verdict.roster],
		present: [...verdict.present],
		agreed: plain(verdict.agreed),
		dissent: plain(verdict.dissent),
		all_conflicts: plain(verdict.conflicts),
		artifacts: verdict.artifacts.map(artifactRecord),
	};
}
