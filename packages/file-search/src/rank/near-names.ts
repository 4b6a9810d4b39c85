// For a word that nothing contains: which names share enough pairs of characters with it to be a misspelling's target.
// A sieve only; fuse.js judges what it lets through.

import { blockShift, fact, factShift, type PathStore } from "../store/path-store.ts";
import type { Query } from "./query.ts";

/** A sieve for one query. */
export interface NearNames {
	/** Looks at one block. */
	scan(block: number): void;
	/** The best, by number. */
	best(): number[];
}

// A pair of units by its remainder: two pairs may share a place, which lets a little too much through.
const places = 1 << 14;
const placeOf = (first: number, second: number): number => (first * 31 + second) & (places - 1);
const kept = 300;

function countBits(word: number): number {
	let rest = word;
	let bits = 0;
	for (; rest !== 0; bits += 1) rest &= rest - 1;
	return bits;
}

/** Pairs of a stretch that the word has too. */
function sharedPairs(pairs: Uint8Array, units: Uint16Array, from: number, to: number): number {
	let shared = 0;
	for (let here = from + 1; here < to; here += 1) {
		shared += pairs[placeOf(units[here - 1] ?? 0, units[here] ?? 0)] ?? 0;
	}
	return shared;
}

/** Makes the sieve. Undefined when the query is too short, or more than one word: then nearness says nothing. */
export function createNearNames(store: PathStore, query: Query): NearNames | undefined {
	const [word, ...more] = query.words;
	// Three characters with one wrong would be near to everything; fuse.js takes patterns of 32.
	if (word === undefined || more.length > 0 || word.units.length < 4 || word.units.length > 32) return undefined;
	const { units } = word;
	const pairs = new Uint8Array(places);
	for (let at = 1; at < units.length; at += 1) pairs[placeOf(units[at - 1] ?? 0, units[at] ?? 0)] = 1;
	const maxMissing = units.length >= 8 ? 2 : 1;
	const least = Math.max(1, Math.floor((units.length - 1) / 3));
	const found: { readonly id: number; readonly shared: number }[][] = [];
	return {
		scan(number) {
			const block = store.blocks[number];
			if (block === undefined) return;
			for (let place = 0; place < block.count; place += 1) {
				const { facts, units: all } = block;
				const at = place << factShift;
				const missingLow = query.low & ~(facts[at + fact.nameLow] ?? 0);
				const missing = countBits(missingLow) + countBits(query.high & ~(facts[at + fact.nameHigh] ?? 0));
				if (missing > maxMissing || block.texts[place] === "") continue;
				const shared = sharedPairs(pairs, all, facts[at + fact.name] ?? 0, facts[at + fact.end] ?? 0);
				if (shared < least) continue;
				const same = found[shared] ?? [];
				if (same.length < kept) same.push({ id: (number << blockShift) | place, shared });
				found[shared] = same;
			}
		},
		best: () =>
			[...found]
				.reverse()
				.flatMap((same) => same ?? [])
				.slice(0, kept)
				.map(({ id }) => id),
	};
}
