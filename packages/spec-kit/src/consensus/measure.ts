// Round one: what the voters' independent answers have in common, measured. Pure; reads only the answers of this run,
// so no verdict of an earlier run can reach it. It never invents an item.

import type { JsonObject, JsonValue } from "@codex/protocol";
import { type AgentName, agentNames } from "../agent.ts";
import type { SpecKitConfig } from "../config.ts";
import type { Stage } from "../stage.ts";
import type { AgreedItem, Artifact, Conflict, Dissent, Verdict } from "../verdict.ts";
import { alphasOf, confidenceOf, coverageOf, pairwiseOf, reachesShare, statusOf } from "./agreement.ts";
import { type Cluster, clusterList, type OpposedClusters, statementOf } from "./clusters.ts";
import { type CoreList, coreLists, decisions } from "./core-lists.ts";
import { textOf, textsOf } from "./json.ts";
import { numberTasks, orderConflicts, taskNumbers } from "./task-order.ts";

/** What the measuring needs. */
export interface ConsensusInput {
	readonly stage: Stage;
	readonly runId: string;
	readonly specId: string;
	/** Answers that passed their schema. Those of other runs, SPECs, stages or agents outside the roster do not count. */
	readonly artifacts: readonly Artifact[];
	/** Who was to vote. In `single` mode only its first counts. */
	readonly roster: readonly AgentName[];
	readonly config: Pick<SpecKitConfig, "consensus">;
	/** ISO 8601, UTC. */
	readonly recordedAt: string;
	readonly promptVersion: string;
}

/** The newest answer of each voter of the roster, in the order of the canonical agents. */
function votesOf(
	{ artifacts, runId, specId, stage }: ConsensusInput,
	roster: readonly AgentName[],
): readonly Artifact[] {
	const newest = new Map<AgentName, Artifact>();
	for (const artifact of artifacts) {
		if (artifact.runId !== runId || artifact.specId !== specId || artifact.stage !== stage) continue;
		const known = newest.get(artifact.agent);
		if (known === undefined || known.createdAt <= artifact.createdAt) newest.set(artifact.agent, artifact);
	}
	return agentNames.flatMap((agent) => {
		const artifact = roster.includes(agent) ? newest.get(agent) : undefined;
		return artifact === undefined ? [] : [artifact];
	});
}

interface DecisionGroup {
	readonly value: string;
	readonly positions: readonly { readonly agent: AgentName; readonly item: JsonObject }[];
}

function decisionGroups(stage: Stage, votes: readonly Artifact[]): readonly DecisionGroup[] {
	if (decisions[stage].length === 0) return [];
	const groups = new Map<string, { agent: AgentName; item: JsonObject }[]>();
	for (const { agent, content } of votes) {
		const value = textOf(content, "decision").toLowerCase();
		if (value === "") continue;
		const group = groups.get(value) ?? [];
		group.push({ agent, item: { decision: value } });
		groups.set(value, group);
	}
	return [...groups].map(([value, positions]) => ({ value, positions }));
}

function valueConflicts(cluster: Cluster): readonly Conflict[] {
	return cluster.list.exclusive.flatMap((attribute): Conflict[] => {
		const values = cluster.positions.flatMap(({ agent, item }) => {
			const value = textOf(item, attribute).toLowerCase();
			return value === "" ? [] : [{ agent, value }];
		});
		if (new Set(values.map(({ value }) => value)).size < 2) return [];
		return [{ list: cluster.list.name, key: cluster.key, attribute, values }];
	});
}

/** How a conflict of two clusters is named: the first key, this, the second key. */
const versus = " | ";

function oppositionConflict({ one, other }: OpposedClusters): Conflict {
	const values = [one, other].flatMap((cluster) =>
		cluster.positions.map(({ agent }) => ({ agent, value: statementOf(cluster.list, cluster.item) })),
	);
	return { list: one.list.name, key: `${one.key}${versus}${other.key}`, attribute: "statement", values };
}

function taskOrderConflicts(clusters: readonly Cluster[], present: readonly AgentName[]): readonly Conflict[] {
	const tasks = clusters.filter(({ list }) => list.name === "tasks");
	return orderConflicts(tasks, present).map(({ first, second, forward, backward }): Conflict => {
		const name = (cluster: Cluster): string => statementOf(cluster.list, cluster.item);
		return {
			list: "tasks",
			key: `${first.key}${versus}${second.key}`,
			attribute: "order",
			values: [
				...forward.map((agent) => ({ agent, value: `${name(first)} → ${name(second)}` })),
				...backward.map((agent) => ({ agent, value: `${name(second)} → ${name(first)}` })),
			],
		};
	});
}

/** Items as they will stand in the core: tasks get one numbering, and what refers to tasks follows it. */
function finalItems(
	agreed: readonly Cluster[],
	all: readonly Cluster[],
	present: readonly AgentName[],
): ReadonlyMap<Cluster, JsonObject> {
	const isTask = ({ list }: Cluster): boolean => list.name === "tasks";
	const numbered = numberTasks(agreed.filter(isTask), all.filter(isTask), present);
	const numbers = taskNumbers(numbered);
	const items = new Map<Cluster, JsonObject>(numbered);
	for (const cluster of agreed) {
		if (isTask(cluster)) continue;
		if (cluster.list.name !== "coverage") {
			items.set(cluster, cluster.item);
			continue;
		}
		const ids = cluster.positions.flatMap(({ agent, item }) =>
			textsOf(item, "task_ids").flatMap((id) => numbers.get(`${agent}/${id.toLowerCase()}`) ?? []),
		);
		items.set(cluster, { ...cluster.item, task_ids: [...new Set(ids)].sort() });
	}
	return items;
}

/** One item as it stands in an answer: plain lists hold texts. */
export function toCoreValue(list: CoreList, item: JsonObject): JsonValue {
	return list.plain ? textOf(item, "text") : item;
}

function coreOf(stage: Stage, items: ReadonlyMap<Cluster, JsonObject>, decision: string | undefined): JsonObject {
	const core: Record<string, JsonValue> = {};
	for (const list of coreLists(stage)) {
		core[list.name] = [...items].flatMap(([cluster, item]) => (cluster.list === list ? [toCoreValue(list, item)] : []));
	}
	return decision === undefined ? core : { ...core, decision };
}

interface Measured {
	readonly agreed: readonly AgreedItem[];
	readonly dissent: readonly Dissent[];
	readonly conflicts: readonly Conflict[];
	readonly core: JsonObject;
	readonly decision?: string;
}

function measureDecision(groups: readonly DecisionGroup[], voters: number, threshold: number): Omit<Measured, "core"> {
	const agreed: AgreedItem[] = [];
	const dissent: Dissent[] = [];
	for (const { value, positions } of groups) {
		const support = positions.length / voters;
		const place = { list: "decision", key: value, support };
		if (reachesShare(support, threshold)) {
			agreed.push({ ...place, item: { decision: value }, supporters: positions.map(({ agent }) => agent) });
		} else dissent.push({ ...place, positions });
	}
	const values = groups.flatMap(({ value, positions }) => positions.map(({ agent }) => ({ agent, value })));
	const conflicts = groups.length > 1 ? [{ list: "decision", key: "decision", attribute: "decision", values }] : [];
	const decision = agreed.length === 1 ? agreed[0]?.key : undefined;
	return { agreed, dissent, conflicts, ...(decision === undefined ? {} : { decision }) };
}

function measureClusters(
	input: ConsensusInput,
	votes: readonly Artifact[],
	{ clusters, opposed }: { readonly clusters: readonly Cluster[]; readonly opposed: readonly OpposedClusters[] },
): Measured {
	const { threshold } = input.config.consensus;
	const present = votes.map(({ agent }) => agent);
	const supportOf = ({ positions }: Cluster): number => positions.length / votes.length;
	const isAgreed = (cluster: Cluster): boolean => reachesShare(supportOf(cluster), threshold);
	const items = finalItems(clusters.filter(isAgreed), clusters, present);
	const agreed = [...items].map(
		([cluster, item]): AgreedItem => ({
			list: cluster.list.name,
			key: cluster.key,
			item,
			supporters: cluster.positions.map(({ agent }) => agent),
			support: supportOf(cluster),
		}),
	);
	const dissent = clusters
		.filter((cluster) => !isAgreed(cluster))
		.map(
			(cluster): Dissent => ({
				list: cluster.list.name,
				key: cluster.key,
				positions: cluster.positions,
				support: supportOf(cluster),
			}),
		);
	const judged = measureDecision(decisionGroups(input.stage, votes), votes.length, threshold);
	return {
		agreed: [...agreed, ...judged.agreed],
		dissent: [...dissent, ...judged.dissent],
		conflicts: [
			...clusters.flatMap(valueConflicts),
			...opposed.map(oppositionConflict),
			...taskOrderConflicts(clusters, present),
			...judged.conflicts,
		],
		core: coreOf(input.stage, items, judged.decision),
		...(judged.decision === undefined ? {} : { decision: judged.decision }),
	};
}

/**
 * Measures what the voters agree on. Total: no answer at all gives `no_quorum` with an empty core. With the same input,
 * whatever the order of the artifacts, the verdict is the same.
 */
export function measureConsensus(input: ConsensusInput): Verdict {
	const { consensus } = input.config;
	const roster = consensus.mode === "single" ? input.roster.slice(0, 1) : [...new Set(input.roster)];
	const votes = votesOf(input, roster);
	const present = votes.map(({ agent }) => agent);
	const lists = coreLists(input.stage).map((list) => clusterList(list, votes, consensus.similarity));
	const clusters = lists.flatMap((list) => list.clusters);
	const measured = measureClusters(input, votes, { clusters, opposed: lists.flatMap(({ opposed }) => opposed) });
	const standing = { roster, present, missing: roster.filter((agent) => !present.includes(agent)), ...measured };
	const supporters = [
		...measured.agreed.map((item) => item.supporters),
		...measured.dissent.map(({ positions }) => positions.map(({ agent }) => agent)),
	];
	return {
		runId: input.runId,
		specId: input.specId,
		stage: input.stage,
		status: statusOf(standing, consensus.quorum),
		recordedAt: input.recordedAt,
		promptVersion: input.promptVersion,
		...standing,
		measures: {
			coverage: coverageOf(
				measured.agreed.map((item) => item.supporters),
				present,
			),
			pairwise: pairwiseOf(supporters, present),
			alpha: alphasOf(clusters),
			confidence: confidenceOf(standing),
			threshold: consensus.threshold,
			similarity: consensus.similarity,
			quorum: consensus.quorum,
		},
		artifacts: votes,
	};
}
