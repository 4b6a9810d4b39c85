// What a stage's consensus came to. A verdict belongs to its run and is never an input of another run.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "./agent.ts";
import type { Stage } from "./stage.ts";

/** `no_quorum`: too few answers to say anything. */
export type VerdictStatus = "ok" | "conflict" | "degraded" | "no_quorum";

/** One agent's answer that passed its stage's schema. */
export interface Artifact {
	readonly runId: string;
	readonly specId: string;
	readonly stage: Stage;
	readonly agent: AgentName;
	readonly role: string;
	/** What really answered, for example `claude-sonnet-4-5`. */
	readonly model: string;
	readonly promptVersion: string;
	readonly content: JsonObject;
	/** ISO 8601, UTC. */
	readonly createdAt: string;
}

/** An item that enough voters proposed. */
export interface AgreedItem {
	/** The list of the common core that it stands in, for example `work_breakdown`. */
	readonly list: string;
	/** Stable within the verdict. */
	readonly key: string;
	readonly item: JsonObject;
	readonly supporters: readonly AgentName[];
	/** Supporters by voters present, 0 to 1. */
	readonly support: number;
	/** No voter proposed it. */
	readonly addedByAggregator?: true;
	/** The aggregator left it out of its answer, and it was put back: votes outrank the aggregator. */
	readonly restored?: true;
}

/** An item that too few proposed, with who said what. */
export interface Dissent {
	readonly list: string;
	readonly key: string;
	readonly positions: readonly { readonly agent: AgentName; readonly item: JsonObject }[];
	readonly support: number;
	/** It stands in the core all the same: the aggregator chose it, or a conflict was settled in its favour. */
	readonly adopted?: true;
}

/** Values of one item, or of one field of the answer, that exclude each other. */
export interface Conflict {
	readonly list: string;
	readonly key: string;
	/** The attribute, for example `status`. */
	readonly attribute: string;
	readonly values: readonly { readonly agent: AgentName; readonly value: string }[];
	/** Who settled it, when somebody did. */
	readonly settledBy?: "aggregator" | "arbiter" | "majority" | "person";
	readonly settledAs?: string;
}

/** Numbers behind a verdict; the formulas stand in the package's docs. */
export interface AgreementMeasures {
	/** Share of agreed items that each voter proposed, 0 to 1. */
	readonly coverage: Readonly<Partial<Record<AgentName, number>>>;
	/** Matched by union, 0 to 1, for each pair. */
	readonly pairwise: readonly { readonly agents: readonly [AgentName, AgentName]; readonly agreement: number }[];
	/** Krippendorff's alpha where there are ratings, with the number of units it rests on. */
	readonly alpha: readonly {
		readonly attribute: string;
		readonly level: "nominal" | "ordinal";
		readonly alpha: number;
		readonly units: number;
	}[];
	/** 0 to 1. */
	readonly confidence: number;
	/** Share of voters that an item needs, for example 2/3. */
	readonly threshold: number;
	/** Text similarity from which two items were one, 0 to 1. Absent in verdicts of others: 0.6. */
	readonly similarity?: number;
	/** Share of the roster that had to answer, 0 to 1. Absent in verdicts of others: 2/3. */
	readonly quorum?: number;
}

/** The consensus of one stage of one run. */
export interface Verdict {
	readonly runId: string;
	readonly specId: string;
	readonly stage: Stage;
	readonly status: VerdictStatus;
	/** ISO 8601, UTC. */
	readonly recordedAt: string;
	readonly promptVersion: string;
	readonly roster: readonly AgentName[];
	readonly present: readonly AgentName[];
	readonly missing: readonly AgentName[];
	readonly aggregator?: AgentName;
	/** The stage's common core as the aggregator left it, or the agreed items when there was none. */
	readonly core: JsonObject;
	/** `go`, `approved` …: the stage's decision, when its core has one. */
	readonly decision?: string;
	readonly agreed: readonly AgreedItem[];
	readonly dissent: readonly Dissent[];
	readonly conflicts: readonly Conflict[];
	readonly measures: AgreementMeasures;
	readonly artifacts: readonly Artifact[];
}
