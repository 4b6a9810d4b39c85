// The order of tasks across agents: each numbers its tasks itself, so dependencies are compared between clusters. Finds
// orders that contradict each other, and gives the agreed tasks one numbering without circles.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import type { Cluster } from "./clusters.ts";
import { textOf, textsOf } from "./json.ts";

/** Two tasks that some agents want in one order and others in the contrary one. */
export interface OrderConflict {
	readonly first: Cluster;
	readonly second: Cluster;
	/** Who wants `first` before `second`. */
	readonly forward: readonly AgentName[];
	/** Who wants `second` before `first`. */
	readonly backward: readonly AgentName[];
}

type Graph = ReadonlyMap<Cluster, ReadonlySet<Cluster>>;

/** One agent's dependencies, from each task to those it depends on. */
function graphOf(agent: AgentName, clusters: readonly Cluster[]): Graph {
	const own = clusters.flatMap((cluster) => {
		const position = cluster.positions.find((candidate) => candidate.agent === agent);
		return position === undefined ? [] : [{ cluster, item: position.item }];
	});
	const byId = new Map(own.map(({ cluster, item }) => [textOf(item, "id").toLowerCase(), cluster]));
	return new Map(
		own.map(({ cluster, item }) => [
			cluster,
			new Set(
				textsOf(item, "depends_on").flatMap((id) => {
					const target = byId.get(id.toLowerCase());
					return target === undefined || target === cluster ? [] : [target];
				}),
			),
		]),
	);
}

function reaches(graph: Graph, from: Cluster, to: Cluster): boolean {
	const seen = new Set<Cluster>([from]);
	const open = [from];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		for (const target of graph.get(next) ?? []) {
			if (target === to) return true;
			if (!seen.has(target)) {
				seen.add(target);
				open.push(target);
			}
		}
	}
	return false;
}

/** Pairs of tasks whose order contradicts between agents, directly or through other tasks, in order of the clusters. */
export function orderConflicts(clusters: readonly Cluster[], agents: readonly AgentName[]): readonly OrderConflict[] {
	const position = new Map(clusters.map((cluster, index) => [cluster, index]));
	const graphs = agents.map((agent) => ({ agent, graph: graphOf(agent, clusters) }));
	const pairs = new Map<string, readonly [Cluster, Cluster]>();
	for (const { graph } of graphs) {
		for (const [task, targets] of graph) {
			for (const target of targets) {
				if (!graphs.some(({ graph: other }) => other.has(target) && reaches(other, target, task))) continue;
				const [one, other] = [position.get(task) ?? 0, position.get(target) ?? 0];
				pairs.set(`${Math.min(one, other)}:${Math.max(one, other)}`, one < other ? [task, target] : [target, task]);
			}
		}
	}
	return [...pairs.values()].map(([first, second]) => ({
		first,
		second,
		forward: graphs.flatMap(({ agent, graph }) => (reaches(graph, second, first) ? [agent] : [])),
		backward: graphs.flatMap(({ agent, graph }) => (reaches(graph, first, second) ? [agent] : [])),
	}));
}

interface Dependency {
	readonly task: Cluster;
	readonly on: Cluster;
	readonly support: number;
}

function dependenciesOf(
	agreed: readonly Cluster[],
	all: readonly Cluster[],
	agents: readonly AgentName[],
): Dependency[] {
	const kept = new Set(agreed);
	const counts = new Map<string, Dependency>();
	const position = new Map(all.map((cluster, index) => [cluster, index]));
	for (const agent of agents) {
		for (const [task, targets] of graphOf(agent, all)) {
			for (const on of targets) {
				if (!kept.has(task) || !kept.has(on)) continue;
				const key = `${position.get(task) ?? 0}:${position.get(on) ?? 0}`;
				counts.set(key, { task, on, support: (counts.get(key)?.support ?? 0) + 1 });
			}
		}
	}
	return [...counts.values()].sort((left, right) => right.support - left.support);
}

/** Dependencies that most agents want, strongest first, leaving out those that tie with their contrary or close a circle. */
function soundGraph(agreed: readonly Cluster[], all: readonly Cluster[], agents: readonly AgentName[]): Graph {
	const graph = new Map(agreed.map((cluster) => [cluster, new Set<Cluster>()]));
	const wanted = dependenciesOf(agreed, all, agents);
	for (const { task, on, support } of wanted) {
		const contrary = wanted.find((other) => other.task === on && other.on === task);
		if (contrary !== undefined && contrary.support >= support) continue;
		if (!reaches(graph, on, task)) graph.get(task)?.add(on);
	}
	return graph;
}

/**
 * The agreed tasks as one list: numbered `T001` … in an order in which each follows those it depends on, dependencies
 * rewritten to these numbers and, when nobody agreed on the task, dropped.
 */
export function numberTasks(
	agreed: readonly Cluster[],
	all: readonly Cluster[],
	agents: readonly AgentName[],
): ReadonlyMap<Cluster, JsonObject> {
	const graph = soundGraph(agreed, all, agents);
	const ordered: Cluster[] = [];
	const done = new Set<Cluster>();
	const visit = (cluster: Cluster): void => {
		if (done.has(cluster)) return;
		done.add(cluster);
		for (const on of graph.get(cluster) ?? []) visit(on);
		ordered.push(cluster);
	};
	for (const cluster of agreed) visit(cluster);
	const idOf = new Map(ordered.map((cluster, index) => [cluster, `T${String(index + 1).padStart(3, "0")}`]));
	return new Map(
		ordered.map((cluster) => [
			cluster,
			{
				...cluster.item,
				id: idOf.get(cluster) ?? "",
				depends_on: [...(graph.get(cluster) ?? [])].map((on) => idOf.get(on) ?? "").sort(),
			},
		]),
	);
}

/** Each agent's own task ids, lower case, to the numbers of `numberTasks`: key `<agent>/<id>`. */
export function taskNumbers(numbered: ReadonlyMap<Cluster, JsonObject>): ReadonlyMap<string, string> {
	const numbers = new Map<string, string>();
	for (const [cluster, item] of numbered) {
		for (const { agent, item: own } of cluster.positions) {
			numbers.set(`${agent}/${textOf(own, "id").toLowerCase()}`, textOf(item, "id"));
		}
	}
	return numbers;
}
