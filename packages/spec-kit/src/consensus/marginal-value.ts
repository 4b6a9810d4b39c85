// What each voter's answer changed in a verdict, so that a user can drop one that never changes anything. Pure.

import type { AgentName } from "../agent.ts";
import type { AgreedItem } from "../verdict.ts";
import { alignItems } from "./align.ts";
import { toAlignItem } from "./clusters.ts";
import { coreLists } from "./core-lists.ts";
import { type ConsensusInput, measureConsensus } from "./measure.ts";

/** What one voter's answer changed. */
export interface MarginalValue {
	readonly agent: AgentName;
	/** Agreed items that would not be agreed among the other voters. */
	readonly added: number;
	/** Items that the others alone would have agreed on. */
	readonly prevented: number;
	/** Conflicts that exist only because of this voter. */
	readonly conflicts: number;
	readonly decisionChanged: boolean;
}

interface Difference {
	readonly added: number;
	readonly prevented: number;
}

function differenceOf(input: ConsensusInput, whole: readonly AgreedItem[], rest: readonly AgreedItem[]): Difference {
	let added = 0;
	let prevented = 0;
	for (const list of coreLists(input.stage)) {
		const voters = [whole, rest].map((agreed) => ({
			items: agreed.filter((item) => item.list === list.name).map(({ item }) => toAlignItem(list, item)),
		}));
		for (const cluster of alignItems(voters, input.config.consensus.similarity).clusters) {
			if (cluster.length > 1) continue;
			if (cluster[0]?.voter === 0) added += 1;
			else prevented += 1;
		}
	}
	return { added, prevented };
}

/** Leaves out each voter in turn and counts what changes. A voter with zeros everywhere changed nothing. */
export function marginalValue(input: ConsensusInput): readonly MarginalValue[] {
	const whole = measureConsensus(input);
	return whole.present.map((agent) => {
		const rest = measureConsensus({
			...input,
			roster: whole.roster.filter((other) => other !== agent),
			artifacts: whole.artifacts.filter((artifact) => artifact.agent !== agent),
		});
		return {
			agent,
			...differenceOf(input, whole.agreed, rest.agreed),
			conflicts: Math.max(0, whole.conflicts.length - rest.conflicts.length),
			decisionChanged: whole.decision !== rest.decision,
		};
	});
}
