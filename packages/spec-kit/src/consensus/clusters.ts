// From answers to clusters: the items of each list aligned, merged into one wording, and named. Pure.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import type { Artifact } from "../verdict.ts";
import { type AlignItem, alignItems, type Opposition } from "./align.ts";
import type { CoreList } from "./core-lists.ts";
import { firstText, itemsOf, textOf, textsOf } from "./json.ts";
import { normaliseText } from "./normalise-text.ts";
import { compareTexts } from "./similarity.ts";

/** One agent's wording of an item. */
export interface Position {
	readonly agent: AgentName;
	readonly item: JsonObject;
}

/** An item as several agents proposed it. */
export interface Cluster {
	readonly list: CoreList;
	/** Unique in its list. */
	readonly key: string;
	readonly positions: readonly Position[];
	/** One wording for all: the one nearest to the others, its exclusive fields by majority. */
	readonly item: JsonObject;
}

/** Two clusters of one list that deny each other. */
export interface OpposedClusters {
	readonly one: Cluster;
	readonly other: Cluster;
}

/** The clusters of one list. */
export interface ClusteredList {
	readonly clusters: readonly Cluster[];
	readonly opposed: readonly OpposedClusters[];
}

/** What an item says, for comparing and naming. */
export function statementOf(list: CoreList, item: JsonObject): string {
	return firstText(item, list.textFields);
}

/** An item as the alignment wants it. */
export function toAlignItem(list: CoreList, item: JsonObject): AlignItem {
	return { keys: list.keysOf(item), hints: list.hintsOf(item), text: normaliseText(statementOf(list, item)) };
}

/** The value that most positions have in `field`; of equals the one of the first agent. `""` when nobody has one. */
function majorityValue(positions: readonly Position[], field: string): string {
	const counts = new Map<string, number>();
	for (const { item } of positions) {
		const value = textOf(item, field).toLowerCase();
		if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
	}
	let best = "";
	for (const [value, count] of counts) if (count > (counts.get(best) ?? 0)) best = value;
	return best;
}

/** The position whose wording is nearest to all the others; of equals the first. */
function nearest(list: CoreList, positions: readonly Position[]): JsonObject {
	const texts = positions.map(({ item }) => normaliseText(statementOf(list, item)));
	let best = 0;
	let bestSum = -1;
	for (const [index, text] of texts.entries()) {
		let sum = 0;
		for (const other of texts) sum += compareTexts(text, other).score;
		if (sum > bestSum + 1e-9) {
			best = index;
			bestSum = sum;
		}
	}
	return positions[best]?.item ?? {};
}

function mergePositions(list: CoreList, positions: readonly Position[]): JsonObject {
	const merged: Record<string, JsonObject[string]> = { ...nearest(list, positions) };
	for (const field of list.exclusive) {
		const value = majorityValue(positions, field);
		if (value !== "") merged[field] = value;
	}
	for (const field of list.united) {
		const union = [...new Set(positions.flatMap(({ item }) => textsOf(item, field)))];
		if (union.length > 0) merged[field] = union;
	}
	return merged;
}

// Long enough to tell items apart for a reader, short enough for a line.
const maxKeyLength = 48;

function nameOf(list: CoreList, item: JsonObject, taken: Set<string>): string {
	const known = list.keysOf(item)[0];
	const words = (known ?? statementOf(list, item)).normalize("NFKC");
	const plain =
		known ??
		words
			.toLowerCase()
			.replaceAll(/[^\p{L}\p{N}]+/gu, "-")
			.replaceAll(/^-|-$/g, "");
	const base = Array.from(plain).slice(0, maxKeyLength).join("").replace(/-$/, "") || "item";
	let key = base;
	for (let count = 2; taken.has(key); count++) key = `${base}-${count}`;
	taken.add(key);
	return key;
}

function opposedClusters(
	oppositions: readonly Opposition[],
	clusterOf: (voter: number, item: number) => Cluster | undefined,
): readonly OpposedClusters[] {
	const found = new Map<string, OpposedClusters>();
	for (const { one, other } of oppositions) {
		const left = clusterOf(one.voter, one.item);
		const right = clusterOf(other.voter, other.item);
		if (left === undefined || right === undefined || left === right) continue;
		const [first, second] = left.key < right.key ? [left, right] : [right, left];
		found.set(`${first.key}\n${second.key}`, { one: first, other: second });
	}
	return [...found.values()];
}

/** Clusters one list of all `artifacts`. `similarity` is the threshold of texts, 0 to 1. */
export function clusterList(list: CoreList, artifacts: readonly Artifact[], similarity: number): ClusteredList {
	const voters = artifacts.map(({ agent, content }) => ({ agent, items: itemsOf(content, list.name) }));
	const { clusters: members, oppositions } = alignItems(
		voters.map(({ items }) => ({ items: items.map((item) => toAlignItem(list, item)) })),
		similarity,
	);
	const taken = new Set<string>();
	const byMember = new Map<string, Cluster>();
	const clusters = members.map((cluster): Cluster => {
		const positions = cluster.flatMap(({ voter, item }): Position[] => {
			const source = voters[voter];
			const found = source?.items[item];
			return source === undefined || found === undefined ? [] : [{ agent: source.agent, item: found }];
		});
		const item = mergePositions(list, positions);
		const made = { list, key: nameOf(list, item, taken), positions, item };
		for (const { voter, item: position } of cluster) byMember.set(`${voter}:${position}`, made);
		return made;
	});
	return { clusters, opposed: opposedClusters(oppositions, (voter, item) => byMember.get(`${voter}:${item}`)) };
}
