// The numbers of a verdict: support, coverage, pairwise agreement, alpha, confidence, status. Formulas: docs/consensus.md.

import type { AgentName } from "../agent.ts";
import type { AgreementMeasures, Verdict, VerdictStatus } from "../verdict.ts";
import type { Cluster } from "./clusters.ts";
import { textOf } from "./json.ts";
import { krippendorffAlpha } from "./krippendorff-alpha.ts";

// Shares such as 2/3 are compared after rounding errors.
const tolerance = 1e-9;

/** Whether a share reaches a threshold, both 0 to 1. */
export function reachesShare(share: number, threshold: number): boolean {
	return share + tolerance >= threshold;
}

/** Who proposed something, in the order of their answers. */
export type Supporters = readonly AgentName[];

/** Share of the `agreed` items that each of `present` proposed; 0 when nothing was agreed. */
export function coverageOf(
	agreed: readonly Supporters[],
	present: readonly AgentName[],
): AgreementMeasures["coverage"] {
	return Object.fromEntries(
		present.map((agent) => [
			agent,
			agreed.length === 0 ? 0 : agreed.filter((supporters) => supporters.includes(agent)).length / agreed.length,
		]),
	);
}

/** For each pair: items that both proposed by items that either did. Two agents that proposed nothing agree fully. */
export function pairwiseOf(all: readonly Supporters[], present: readonly AgentName[]): AgreementMeasures["pairwise"] {
	return present.flatMap((one, index) =>
		present.slice(index + 1).map((other) => {
			let both = 0;
			let either = 0;
			for (const supporters of all) {
				const has = Number(supporters.includes(one)) + Number(supporters.includes(other));
				if (has > 0) either += 1;
				if (has === 2) both += 1;
			}
			return { agents: [one, other] as const, agreement: either === 0 ? 1 : both / either };
		}),
	);
}

/** Alpha of each rating that the clusters carry, where it can be told. */
export function alphasOf(clusters: readonly Cluster[]): AgreementMeasures["alpha"] {
	const lists = [...new Set(clusters.map(({ list }) => list))];
	return lists.flatMap((list) =>
		list.ratings.flatMap(({ field, level, order }) => {
			const units = clusters
				.filter((cluster) => cluster.list === list)
				.map(({ positions }) =>
					positions.map(({ item }) => textOf(item, field).toLowerCase()).filter((value) => value !== ""),
				);
			const result = krippendorffAlpha(units, level, order);
			return result === undefined ? [] : [{ attribute: `${list.name}.${field}`, level, ...result }];
		}),
	);
}

/** What status and confidence follow from. */
export type StatusInput = Pick<Verdict, "roster" | "present" | "missing" | "agreed" | "dissent" | "conflicts">;

/**
 * Mean support of the agreed items × present by roster × (1 − open conflicts by clusters). 0 when nothing was agreed.
 * Items that only the aggregator proposed do not count.
 */
export function confidenceOf({ roster, present, agreed, dissent, conflicts }: StatusInput): number {
	const voted = agreed.filter(({ addedByAggregator }) => addedByAggregator !== true);
	if (voted.length === 0 || roster.length === 0) return 0;
	const support = voted.reduce((sum, item) => sum + item.support, 0) / voted.length;
	const open = conflicts.filter(({ settledBy }) => settledBy === undefined).length;
	const clusters = voted.length + dissent.length;
	return support * Math.min(1, present.length / roster.length) * (1 - Math.min(1, open / clusters));
}

/**
 * `no_quorum` when too few answered (or nobody), else `conflict` while one is open, else `degraded` while a voter of the
 * roster is missing, else `ok`. `quorum` is the share of the roster that must have answered.
 */
export function statusOf({ roster, present, missing, conflicts }: StatusInput, quorum: number): VerdictStatus {
	if (present.length === 0 || !reachesShare(present.length / roster.length, quorum)) return "no_quorum";
	if (conflicts.some(({ settledBy }) => settledBy === undefined)) return "conflict";
	return missing.length > 0 ? "degraded" : "ok";
}
