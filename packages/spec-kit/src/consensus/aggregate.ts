// Round two: the aggregator's answer over the measured agreement. Votes outrank the aggregator: it may word, choose and
// add, and each of these shows. Pure.

import type { JsonObject, JsonValue } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import type { AgreedItem, Conflict, Dissent, Verdict } from "../verdict.ts";
import { alignItems } from "./align.ts";
import { toAlignItem } from "./clusters.ts";
import { type CoreList, coreLists, decisions } from "./core-lists.ts";
import { isJsonObject, itemsOf, textOf, textsOf } from "./json.ts";
import { toCoreValue } from "./measure.ts";
import { heldValue, openConflicts, type Settlement, settle, strictMajority } from "./settle.ts";

// The design page's default, for verdicts that do not carry their own.
const defaultSimilarity = 0.6;

/** What the aggregator says in a field that votes decide. */
interface Say {
	readonly list: string;
	readonly key: string;
	readonly attribute: string;
	readonly value: string;
}

interface Aggregated {
	readonly agreed: readonly AgreedItem[];
	readonly dissent: readonly Dissent[];
	readonly core: readonly JsonValue[];
	readonly said: readonly Say[];
}

/** The fields that votes decide keep their value; the rest is the aggregator's wording. */
function reworded(list: CoreList, voted: JsonObject, worded: JsonObject): JsonObject {
	const kept = Object.fromEntries(
		[...list.exclusive, ...(list.name === "tasks" ? ["id", "depends_on"] : [])].flatMap((field) => {
			const value = voted[field];
			return value === undefined ? [] : [[field, value]];
		}),
	);
	const { added_by_aggregator: _, ...rest } = worded;
	return { ...rest, ...kept };
}

/** Where each of the aggregator's items comes from: position among the agreed items, then among the dissenting ones. */
function originsOf(list: CoreList, verdict: Verdict, items: readonly JsonObject[]): readonly (number | undefined)[] {
	const agreed = verdict.agreed.filter((item) => item.list === list.name).map(({ item }) => item);
	const dissent = verdict.dissent.filter((item) => item.list === list.name);
	const known = [...agreed, ...dissent.map(({ positions }) => positions[0]?.item ?? {})];
	const voters = [known, items].map((side) => ({ items: side.map((item) => toAlignItem(list, item)) }));
	const origins = items.map((): number | undefined => undefined);
	for (const cluster of alignItems(voters, verdict.measures.similarity ?? defaultSimilarity).clusters) {
		const [from, to] = [cluster.find(({ voter }) => voter === 0), cluster.find(({ voter }) => voter === 1)];
		if (from !== undefined && to !== undefined) origins[to.item] = from.item;
	}
	return origins;
}

/** One item of the aggregator, with what it came from. */
interface Worded {
	readonly item: JsonObject;
	/** Position among the agreed items of the list. */
	readonly agreed?: number;
	/** Position among the dissenting items of the list. */
	readonly dissent?: number;
}

function wordedItems(list: CoreList, verdict: Verdict, answer: JsonObject): readonly Worded[] {
	const items = itemsOf(answer, list.name);
	const origins = originsOf(list, verdict, items);
	const agreed = verdict.agreed.filter((item) => item.list === list.name);
	return items.map((item, index): Worded => {
		const origin = origins[index];
		const voted = origin === undefined ? undefined : agreed[origin];
		if (origin !== undefined && voted !== undefined) return { item: reworded(list, voted.item, item), agreed: origin };
		const { added_by_aggregator: _, ...own } = item;
		return origin === undefined ? { item: own } : { item: own, dissent: origin - agreed.length };
	});
}

/** The aggregator's own task numbers to the verdict's: agreed tasks keep theirs, the others get the next free ones. */
function taskNumbering(
	worded: readonly Worded[],
	answer: JsonObject,
	taken: readonly string[],
): ReadonlyMap<string, string> {
	const used = new Set(taken);
	let number = 0;
	const own = itemsOf(answer, "tasks").map((item) => textOf(item, "id").toLowerCase());
	const numbers = new Map<string, string>();
	for (const [index, { item, agreed }] of worded.entries()) {
		let id = textOf(item, "id");
		if (agreed === undefined) {
			do {
				number += 1;
				id = `T${String(number).padStart(3, "0")}`;
			} while (used.has(id));
			used.add(id);
		}
		numbers.set(own[index] ?? "", id);
	}
	return numbers;
}

/** Rewrites what refers to the aggregator's own task numbers. */
function renumbered(list: CoreList, { item, agreed, ...origin }: Worded, numbers: ReadonlyMap<string, string>): Worded {
	const translate = (field: string): readonly string[] =>
		textsOf(item, field).flatMap((id) => numbers.get(id.toLowerCase()) ?? []);
	const place = agreed === undefined ? origin : { ...origin, agreed };
	if (list.name === "coverage") return { item: { ...item, task_ids: [...new Set(translate("task_ids"))] }, ...place };
	if (list.name !== "tasks" || agreed !== undefined) return { item, ...place };
	const id = numbers.get(textOf(item, "id").toLowerCase()) ?? textOf(item, "id");
	return { item: { ...item, id, depends_on: translate("depends_on").filter((other) => other !== id) }, ...place };
}

function assemble(list: CoreList, verdict: Verdict, worded: readonly Worded[], answer: JsonObject): Aggregated {
	const agreed = verdict.agreed.filter((item) => item.list === list.name);
	const dissent = verdict.dissent.filter((item) => item.list === list.name);
	const answered = itemsOf(answer, list.name);
	const words = new Map(worded.flatMap(({ item, agreed: origin }) => (origin === undefined ? [] : [[origin, item]])));
	const chosen = new Set(worded.map((item) => item.dissent));
	const kept = agreed.map((item, index): AgreedItem => {
		const wording = words.get(index);
		return wording === undefined ? { ...item, restored: true } : { ...item, item: wording };
	});
	const added = worded
		.filter((item) => item.agreed === undefined && item.dissent === undefined)
		.map(({ item }, index): AgreedItem => {
			const place = { list: list.name, key: `aggregator-${index + 1}` };
			return { ...place, item, supporters: [], support: 0, addedByAggregator: true };
		});
	return {
		agreed: [...kept, ...added],
		dissent: dissent.map((item, index) => (chosen.has(index) ? { ...item, adopted: true } : item)),
		core: [...worded, ...kept.filter(({ restored }) => restored === true)].map(({ item }) => toCoreValue(list, item)),
		said: worded.flatMap(({ agreed: origin }, index) => {
			const voted = origin === undefined ? undefined : agreed[origin];
			if (voted === undefined) return [];
			return list.exclusive.map(
				(attribute): Say => ({
					list: list.name,
					key: voted.key,
					attribute,
					value: textOf(answered[index] ?? {}, attribute),
				}),
			);
		}),
	};
}

/** What the aggregator says about a conflict, for the decision and for fields of agreed items. */
function sayOf(conflict: Conflict, answer: JsonObject, said: readonly Say[]): string {
	if (conflict.list === "decision") return textOf(answer, "decision");
	return (
		said.find(
			({ list, key, attribute }) => list === conflict.list && key === conflict.key && attribute === conflict.attribute,
		)?.value ?? ""
	);
}

/** Settles only where the aggregator sides with more than half of those who hold a value. */
function aggregatorSettlements(verdict: Verdict, answer: JsonObject, said: readonly Say[]): readonly Settlement[] {
	return openConflicts(verdict).flatMap((conflict): Settlement[] => {
		const value = heldValue(conflict, sayOf(conflict, answer, said));
		return value !== undefined && value === strictMajority(conflict) ? [{ conflict, value, by: "aggregator" }] : [];
	});
}

/** New conflicts that the aggregator's answer opens: a decision against the votes, and what it declares itself. */
function openedBy(verdict: Verdict, answer: JsonObject, agent: AgentName): readonly Conflict[] {
	const declared = answer["consensus"];
	const texts = isJsonObject(declared) ? textsOf(declared, "conflicts") : [];
	const value = textOf(answer, "decision").toLowerCase();
	const voted = verdict.decision;
	const contradicts =
		voted !== undefined &&
		value !== "" &&
		value !== voted &&
		decisions[verdict.stage].includes(value) &&
		!verdict.conflicts.some(({ list }) => list === "decision");
	const holders = verdict.agreed.find(({ list }) => list === "decision")?.supporters ?? [];
	return [
		...(contradicts
			? [
					{
						list: "decision",
						key: "decision",
						attribute: "decision",
						values: [...holders.map((holder) => ({ agent: holder, value: voted })), { agent, value }],
					},
				]
			: []),
		...texts.map((text, index) => ({
			list: "aggregator",
			key: `conflict-${index + 1}`,
			attribute: "statement",
			values: [{ agent, value: text }],
		})),
	];
}

/**
 * Round two: the aggregator's core over the measured agreement. Agreed items keep their votes and take its wording; one
 * that it left out is put back (`restored`); a dissenting one that it chose is marked `adopted`; one that nobody proposed
 * is marked `addedByAggregator`, whether the answer says so or not. It settles a conflict only on the side of more than
 * half of those who hold a value. A decision against the votes, and the conflicts that it declares, are conflicts.
 */
export function applyAggregator(verdict: Verdict, answer: JsonObject, agent: AgentName): Verdict {
	const core: Record<string, JsonValue> = {};
	const agreed: AgreedItem[] = [];
	const dissent: Dissent[] = [];
	const said: Say[] = [];
	let numbers: ReadonlyMap<string, string> = new Map();
	for (const list of coreLists(verdict.stage)) {
		const worded = wordedItems(list, verdict, answer);
		if (list.name === "tasks") {
			const taken = verdict.agreed.filter((item) => item.list === "tasks").map(({ item }) => textOf(item, "id"));
			numbers = taskNumbering(worded, answer, taken);
		}
		const aggregated = assemble(
			list,
			verdict,
			worded.map((item) => renumbered(list, item, numbers)),
			answer,
		);
		core[list.name] = aggregated.core;
		agreed.push(...aggregated.agreed);
		dissent.push(...aggregated.dissent);
		said.push(...aggregated.said);
	}
	const rest = <T extends { readonly list: string }>(items: readonly T[]): readonly T[] =>
		items.filter(({ list }) => list === "decision");
	const opened = openedBy(verdict, answer, agent);
	const next: Verdict = {
		...verdict,
		aggregator: agent,
		core: verdict.decision === undefined ? core : { ...core, decision: verdict.decision },
		agreed: [...agreed, ...rest(verdict.agreed)],
		dissent: [...dissent, ...rest(verdict.dissent)],
		conflicts: [...verdict.conflicts, ...opened],
	};
	return settle(next, aggregatorSettlements({ ...next, conflicts: verdict.conflicts }, answer, said));
}
