// Settles the conflicts of a verdict: one by one, each settlement recorded with who made it, the core following. A
// settled conflict is never reopened, and nothing here settles in silence. Pure.

import type { JsonObject, JsonValue } from "@codex/protocol";
import type { AgreedItem, Conflict, Verdict } from "../verdict.ts";
import { confidenceOf, statusOf } from "./agreement.ts";
import { statementOf } from "./clusters.ts";
import { type CoreList, coreLists } from "./core-lists.ts";
import { canonicalJson, isJsonObject, textOf, textsOf } from "./json.ts";
import { toCoreValue } from "./measure.ts";

/** Who may settle a conflict. */
export type Settler = NonNullable<Conflict["settledBy"]>;

/** What was decided about one conflict. */
export interface Settlement {
	readonly conflict: Conflict;
	readonly value: string;
	readonly by: Settler;
}

// The design page's default, for verdicts that do not carry their own.
const defaultQuorum = 2 / 3;

/** Status and confidence anew, after conflicts were settled or items added. A verdict without quorum stays without. */
export function refreshed(verdict: Verdict): Verdict {
	const status =
		verdict.status === "no_quorum" ? "no_quorum" : statusOf(verdict, verdict.measures.quorum ?? defaultQuorum);
	return { ...verdict, status, measures: { ...verdict.measures, confidence: confidenceOf(verdict) } };
}

/** A value as the conflict spells it, case and surrounding space aside, or `undefined` when nobody holds it. */
export function heldValue(conflict: Conflict, value: string): string | undefined {
	const wanted = value.trim().toLowerCase();
	return conflict.values.find((held) => held.value.trim().toLowerCase() === wanted)?.value;
}

function listOf(verdict: Verdict, name: string): CoreList | undefined {
	return coreLists(verdict.stage).find((list) => list.name === name);
}

function coreValues(core: JsonObject, name: string): readonly JsonValue[] {
	const values = core[name];
	return Array.isArray(values) ? values : [];
}

/** The core with the values of one list changed: `change` gives a new value, or `undefined` to take it out. */
function withList(
	verdict: Verdict,
	name: string,
	change: (value: JsonValue) => JsonValue | undefined,
): readonly JsonValue[] {
	return coreValues(verdict.core, name).flatMap((value) => {
		const changed = change(value);
		return changed === undefined ? [] : [changed];
	});
}

function replaceItem(verdict: Verdict, item: AgreedItem, next: JsonObject): Verdict {
	const list = listOf(verdict, item.list);
	if (list === undefined) return verdict;
	const before = canonicalJson(toCoreValue(list, item.item));
	return {
		...verdict,
		agreed: verdict.agreed.map((known) => (known === item ? { ...known, item: next } : known)),
		core: {
			...verdict.core,
			[item.list]: withList(verdict, item.list, (value) =>
				canonicalJson(value) === before ? toCoreValue(list, next) : value,
			),
		},
	};
}

function settleValue(verdict: Verdict, { conflict, value }: Settlement): Verdict {
	const item = verdict.agreed.find(({ list, key }) => list === conflict.list && key === conflict.key);
	return item === undefined ? verdict : replaceItem(verdict, item, { ...item.item, [conflict.attribute]: value });
}

/** Keeps the statement that won in the core and takes the others out of it. */
function settleStatement(verdict: Verdict, { conflict, value }: Settlement): Verdict {
	const list = listOf(verdict, conflict.list);
	if (list === undefined) return verdict;
	const losers = new Set(conflict.values.map((held) => held.value).filter((held) => held !== value));
	const statement = (core: JsonValue): string =>
		list.plain ? (typeof core === "string" ? core : "") : isJsonObject(core) ? statementOf(list, core) : "";
	const kept = withList(verdict, list.name, (core) => (losers.has(statement(core)) ? undefined : core));
	const present = kept.some((core) => statement(core) === value);
	const winner = verdict.dissent.find(
		(dissent) => dissent.list === list.name && dissent.positions.some(({ item }) => statementOf(list, item) === value),
	);
	const adopted = present ? undefined : winner?.positions.find(({ item }) => statementOf(list, item) === value)?.item;
	return {
		...verdict,
		core: { ...verdict.core, [list.name]: adopted === undefined ? kept : [...kept, toCoreValue(list, adopted)] },
		dissent: verdict.dissent.map((dissent) =>
			dissent === winner && adopted !== undefined ? { ...dissent, adopted: true } : dissent,
		),
	};
}

/** Makes the second task of the winning order depend on the first, and not the other way round. */
function settleOrder(verdict: Verdict, { value }: Settlement): Verdict {
	const [first = "", second = ""] = value.split(" → ");
	const list = listOf(verdict, "tasks");
	if (list === undefined) return verdict;
	const find = (current: Verdict, statement: string): AgreedItem | undefined =>
		current.agreed.find((item) => item.list === "tasks" && statementOf(list, item.item) === statement);
	const [before, after] = [find(verdict, first), find(verdict, second)];
	if (before === undefined || after === undefined) return verdict;
	const [beforeId, afterId] = [textOf(before.item, "id"), textOf(after.item, "id")];
	const freed = replaceItem(verdict, before, {
		...before.item,
		depends_on: textsOf(before.item, "depends_on").filter((id) => id !== afterId),
	});
	const later = find(freed, second);
	if (later === undefined) return freed;
	const ids = new Set([...textsOf(later.item, "depends_on"), beforeId]);
	return replaceItem(freed, later, { ...later.item, depends_on: [...ids].sort() });
}

function settleDecision(verdict: Verdict, { value }: Settlement): Verdict {
	return { ...verdict, decision: value, core: { ...verdict.core, decision: value } };
}

function settleOne(verdict: Verdict, settlement: Settlement): Verdict {
	const { conflict, value, by } = settlement;
	const marked = {
		...verdict,
		conflicts: verdict.conflicts.map((known) =>
			known === conflict ? { ...known, settledBy: by, settledAs: value } : known,
		),
	};
	if (conflict.list === "decision") return settleDecision(marked, settlement);
	if (conflict.attribute === "statement") return settleStatement(marked, settlement);
	if (conflict.attribute === "order") return settleOrder(marked, settlement);
	return settleValue(marked, settlement);
}

/** Applies settlements in turn; those of conflicts that are settled already, or not of this verdict, change nothing. */
export function settle(verdict: Verdict, settlements: readonly Settlement[]): Verdict {
	let current = verdict;
	for (const settlement of settlements) {
		if (settlement.conflict.settledBy !== undefined || !current.conflicts.includes(settlement.conflict)) continue;
		current = settleOne(current, settlement);
	}
	return refreshed(current);
}

/** The conflicts that nobody has settled. */
export function openConflicts(verdict: Verdict): readonly Conflict[] {
	return verdict.conflicts.filter(({ settledBy }) => settledBy === undefined);
}

/** The value that more than half of the holders hold, or `undefined`. */
export function strictMajority(conflict: Conflict): string | undefined {
	const counts = new Map<string, number>();
	for (const { value } of conflict.values) counts.set(value, (counts.get(value) ?? 0) + 1);
	for (const [value, count] of counts) if (count * 2 > conflict.values.length) return value;
	return undefined;
}
