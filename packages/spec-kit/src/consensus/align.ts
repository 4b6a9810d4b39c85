// Finds which items of several agents are one item: by exact key first, then by what they say. A cluster has at most one
// item of each agent. Deterministic: ties by order of agents, then of items. Reads nothing but its arguments.

import { heaviestMatching } from "./matching.ts";
import type { NormalText } from "./normalise-text.ts";
import { likeness, relationOf } from "./similarity.ts";

/** An item as the alignment sees it. */
export interface AlignItem {
	/** What the item is about, named outside the agents (a requirement id, a path): one in common is enough, none excludes. */
	readonly keys: readonly string[];
	/** What only hints at it (files, an agent's own numbers): with one in common, half the similarity is enough. */
	readonly hints: readonly string[];
	readonly text: NormalText;
}

/** The items of one agent, in its order. */
export interface AlignVoter {
	readonly items: readonly AlignItem[];
}

/** One member of a cluster: positions of voter and item. */
export interface Member {
	readonly voter: number;
	readonly item: number;
}

/** Two items of different voters that deny each other. */
export interface Opposition {
	readonly one: Member;
	readonly other: Member;
	readonly score: number;
}

/** What the alignment found. */
export interface Alignment {
	/** Clusters, each by order of voters; ordered by their first member. Every item is in exactly one. */
	readonly clusters: readonly (readonly Member[])[];
	readonly oppositions: readonly Opposition[];
}

interface Edge extends Opposition {
	readonly kind: "same" | "opposed";
}

const none: readonly number[] = [];

/** Positions of a voter's items by concept and by key, so that only items with something in common are compared. */
function indexOf(items: readonly AlignItem[]): ReadonlyMap<string, readonly number[]> {
	const index = new Map<string, number[]>();
	const put = (key: string, position: number): void => {
		const known = index.get(key);
		if (known === undefined) index.set(key, [position]);
		else known.push(position);
	};
	for (const [position, item] of items.entries()) {
		for (const concept of item.text.concepts.keys()) put(`t ${concept}`, position);
		for (const key of item.keys) put(`k ${key}`, position);
		for (const hint of item.hints) put(`h ${hint}`, position);
	}
	return index;
}

// A rare word in common is reason to compare; a shared faint word alone (weight below this) is not.
const telling = 0.5;

function partnersOf(item: AlignItem, index: ReadonlyMap<string, readonly number[]>): readonly number[] {
	const found = new Set<number>();
	for (const [concept, weight] of item.text.concepts) {
		if (weight < telling && item.text.concepts.size > 1) continue;
		for (const position of index.get(`t ${concept}`) ?? none) found.add(position);
	}
	for (const key of item.keys) for (const position of index.get(`k ${key}`) ?? none) found.add(position);
	for (const hint of item.hints) for (const position of index.get(`h ${hint}`) ?? none) found.add(position);
	return [...found].sort((left, right) => left - right);
}

/** How `left` and `right` relate, or `undefined` when they are different items. Keyed matches score above all others. */
function relate(
	left: AlignItem,
	right: AlignItem,
	threshold: number,
): { readonly kind: "same" | "opposed"; readonly score: number } | undefined {
	const score = likeness(left.text, right.text);
	const keyed = left.keys.length > 0 && right.keys.length > 0;
	if (keyed && !left.keys.some((key) => right.keys.includes(key))) return undefined;
	const hinted = left.hints.length > 0 && left.hints.some((hint) => right.hints.includes(hint));
	if (!keyed && score < (hinted ? threshold / 2 : threshold)) return undefined;
	const relation = relationOf(left.text, right.text);
	if (relation === "opposed" && score >= threshold) return { kind: "opposed", score };
	if (keyed) return { kind: "same", score: 2 + (relation === "same" ? score : 0) };
	return relation === "same" ? { kind: "same", score: (hinted ? 1 : 0) + Math.max(score, 1e-6) } : undefined;
}

function edgesBetween(
	voters: readonly AlignVoter[],
	[left, right]: readonly [number, number],
	index: ReadonlyMap<string, readonly number[]>,
	threshold: number,
): readonly Edge[] {
	const edges: Edge[] = [];
	const rights = voters[right]?.items ?? [];
	for (const [position, item] of (voters[left]?.items ?? []).entries()) {
		for (const partner of partnersOf(item, index)) {
			const other = rights[partner];
			const relation = other === undefined ? undefined : relate(item, other, threshold);
			if (relation === undefined) continue;
			edges.push({ one: { voter: left, item: position }, other: { voter: right, item: partner }, ...relation });
		}
	}
	return edges;
}

/** Joins matched items, best first, as long as no cluster gets two items of one voter. */
function joinClusters(voters: readonly AlignVoter[], matched: readonly Edge[]): readonly (readonly Member[])[] {
	const clusterOf = voters.map(({ items }, voter) => items.map((_, item): Member[] => [{ voter, item }]));
	const ordered = [...matched].sort(
		(left, right) =>
			right.score - left.score ||
			left.one.voter - right.one.voter ||
			left.other.voter - right.other.voter ||
			left.one.item - right.one.item ||
			left.other.item - right.other.item,
	);
	for (const { one, other } of ordered) {
		const left = clusterOf[one.voter]?.[one.item];
		const right = clusterOf[other.voter]?.[other.item];
		if (left === undefined || right === undefined || left === right) continue;
		if (left.some(({ voter }) => right.some((member) => member.voter === voter))) continue;
		for (const member of right) {
			left.push(member);
			const row = clusterOf[member.voter];
			if (row !== undefined) row[member.item] = left;
		}
	}
	const clusters = [...new Set(clusterOf.flat())];
	for (const cluster of clusters) cluster.sort((left, right) => left.voter - right.voter);
	return clusters;
}

/**
 * Aligns the items of `voters`. `threshold` is the similarity, 0 to 1, from which two texts are one item. For n items a
 * voter and v voters: comparisons only between items with a word or key in common, at worst v² · n².
 */
export function alignItems(voters: readonly AlignVoter[], threshold: number): Alignment {
	const indexes = voters.map(({ items }) => indexOf(items));
	const matched: Edge[] = [];
	const oppositions: Opposition[] = [];
	for (let left = 0; left < voters.length; left++) {
		for (let right = left + 1; right < voters.length; right++) {
			const edges = edgesBetween(voters, [left, right], indexes[right] ?? new Map(), threshold);
			const same = edges.filter(({ kind }) => kind === "same");
			const edgeOf = new Map(same.map((edge) => [`${edge.one.item}:${edge.other.item}`, edge]));
			const pairs = heaviestMatching(
				same.map(({ one, other, score }) => ({ left: one.item, right: other.item, score })),
			);
			for (const pair of pairs) {
				const edge = edgeOf.get(`${pair.left}:${pair.right}`);
				if (edge !== undefined) matched.push(edge);
			}
			for (const { kind, one, other, score } of edges) if (kind === "opposed") oppositions.push({ one, other, score });
		}
	}
	return { clusters: joinClusters(voters, matched), oppositions };
}
