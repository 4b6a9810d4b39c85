// The fast sieve: which paths match at all, and a rough score by one greedy look at each. It must not miss a match; that
// its score is rough is made good by the alignment of the best.

import { blockShift, fact, factShift, type PathBlock, type PathStore, placeMask } from "../store/path-store.ts";
import type { Query, Word } from "./query.ts";

/** The score of a path that may match by its folders, which was not looked at yet. */
const unverified = 0;

/** Paths that match, by number, with their rough scores; some may be {@link unverified}. */
export interface Candidates {
	ids: Uint32Array;
	scores: Uint16Array;
	/** Of a query of one word: how far into the name it was laid, {@link notInName} when the name does not hold it. */
	places: Uint16Array;
	/** The points of that. */
	points: Uint16Array;
	count: number;
}

/** No candidates, with room for `capacity`. */
export function emptyCandidates(capacity: number): Candidates {
	const numbers = (): Uint16Array => new Uint16Array(capacity);
	return { ids: new Uint32Array(capacity), scores: numbers(), places: numbers(), points: numbers(), count: 0 };
}

const notInName = 0xff_ff;
const noMatch = -1;
const perUnit = 16;
const inName = 40;
const nameStart = 16;
const wholeName = 60;
const nextTo = 12;
// Keeps the worst match above zero.
const base = 600;

/** What of a word a folder's path takes up, for all folders; worked out when a folder is first met. */
interface FolderShare {
	/** Units taken up from the word's beginning; {@link unasked} until it is known. */
	readonly taken: Uint16Array;
	readonly scores: Int16Array;
}

const unasked = 0xff_ff;

/** Scans one store for one query. */
export interface Scanner {
	/** Scans a block from `place` on and adds what matches; the caller made room for it. */
	scanBlock(at: number, place: number, into: Candidates): void;
	/** Looks again at a stretch of the candidates of the query that was typed on. */
	rescan(from: Candidates, range: readonly [number, number], into: Candidates): void;
	/** Takes over a stretch of this query's own candidates, and looks at those that are unverified. */
	verify(from: Candidates, range: readonly [number, number], into: Candidates): void;
}

/** What is looked at, and what came of it. One object for a scanner, so that nothing is made for each path. */
interface Cursor {
	units: Uint16Array;
	hints: Uint8Array;
	facts: Uint32Array;
	from: number;
	to: number;
	/** How far into the name a word was laid, and the points of that, before and after a look; see {@link Candidates}. */
	place: number;
	points: number;
	/** What the name does not hold is left unverified. */
	namesOnly: boolean;
}

/** Lays the word from its unit `next` on over the cursor's stretch; no gap is counted before the unit `first`. */
function forward(cursor: Cursor, wanted: Uint16Array, next: number, first: number): boolean {
	const { units, hints, to } = cursor;
	let { points } = cursor;
	let last = cursor.from - 1;
	for (let at = next; at < wanted.length; at += 1) {
		const unit = wanted[at];
		let found = last + 1;
		while (found < to && units[found] !== unit) found += 1;
		if (found >= to) return false;
		points += perUnit + (hints[found] ?? 0);
		if (at > first) points += found === last + 1 ? nextTo : -Math.min(found - last, 8);
		last = found;
	}
	cursor.points = points;
	cursor.from = last + 1;
	return true;
}

/** How many units of the word a folder's path takes up, and the score of the tightest way that ends where it does. */
function share(
	{ units, hints, from, to }: Omit<Cursor, "facts" | "place" | "points" | "namesOnly">,
	wanted: Uint16Array,
): { taken: number; score: number } {
	let taken = 0;
	let end = from;
	for (let here = from; here < to && taken < wanted.length; here += 1) {
		if (units[here] !== wanted[taken]) continue;
		taken += 1;
		end = here;
	}
	let score = 0;
	let last = end + 1;
	for (let at = taken - 1; at >= 0; at -= 1) {
		let found = last - 1;
		while (found > from && units[found] !== wanted[at]) found -= 1;
		score += perUnit + (hints[found] ?? 0);
		if (at < taken - 1) score += found === last - 1 ? nextTo : -Math.min(last - found, 8);
		last = found;
	}
	return { taken, score: Math.max(0, Math.min(score, 30_000)) };
}

/** One word on the paths of a store. */
class WordScan {
	readonly #store: PathStore;
	readonly #cursor: Cursor;
	readonly #units: Uint16Array;
	readonly #low: number;
	readonly #high: number;
	#shares: FolderShare = { taken: new Uint16Array(), scores: new Int16Array() };

	constructor(store: PathStore, cursor: Cursor, { units, low, high }: Word) {
		this.#store = store;
		this.#cursor = cursor;
		this.#units = units;
		this.#low = low;
		this.#high = high;
	}

	/** The store may have got more folders. */
	prepare(): void {
		const count = this.#store.folders.length;
		if (this.#shares.taken.length >= count) return;
		this.#shares = { taken: new Uint16Array(count).fill(unasked), scores: new Int16Array(count) };
	}

	/** The rough score of the path whose facts begin at `at`; its first `known` units were laid before. */
	score(at: number, known: number): number {
		const cursor = this.#cursor;
		const { facts } = cursor;
		const units = this.#units;
		const name = facts[at + fact.name] ?? 0;
		cursor.to = facts[at + fact.end] ?? 0;
		if (
			cursor.place !== notInName &&
			((facts[at + fact.nameLow] ?? 0) & this.#low) === this.#low &&
			((facts[at + fact.nameHigh] ?? 0) & this.#high) === this.#high
		) {
			cursor.from = name + cursor.place;
			if (forward(cursor, units, known, 0)) {
				cursor.place = cursor.from - name;
				const first = cursor.units[name] === units[0] ? nameStart : 0;
				return cursor.points + inName + first + (units.length === cursor.to - name ? wholeName : 0);
			}
		}
		cursor.place = notInName;
		cursor.points = 0;
		if (cursor.namesOnly) return unverified;
		return this.#scoreInFolder(facts[at + fact.folder] ?? 0, name);
	}

	#scoreInFolder(folder: number, name: number): number {
		const cursor = this.#cursor;
		const units = this.#units;
		let taken = this.#shares.taken[folder] ?? 0;
		if (taken === unasked) taken = this.#ask(folder);
		// What the folder takes up none of would have to be in the name, where it is not.
		if (taken === 0) return noMatch;
		const inFolder = this.#shares.scores[folder] ?? 0;
		if (taken === units.length) return inFolder;
		cursor.from = name;
		const rest = forward(cursor, units, taken, taken) ? cursor.points : noMatch;
		cursor.points = 0;
		return rest === noMatch ? noMatch : inFolder + rest;
	}

	#ask(folder: number): number {
		const id = this.#store.folders[folder] ?? 0;
		const block = this.#store.blocks[id >>> blockShift];
		const { taken, scores } = this.#shares;
		if (block === undefined) return 0;
		const at = (id & placeMask) << factShift;
		const range = { from: block.facts[at + fact.start] ?? 0, to: block.facts[at + fact.name] ?? 0 };
		const found = share({ ...range, units: block.units, hints: block.hints }, this.#units);
		taken[folder] = found.taken;
		scores[folder] = found.score;
		return found.taken;
	}
}

const none = { units: new Uint16Array(), hints: new Uint8Array(), facts: new Uint32Array() };

function enterBlock(cursor: Cursor, { units, hints, facts }: PathBlock): void {
	cursor.units = units;
	cursor.hints = hints;
	cursor.facts = facts;
}

/** Adds a path with its score and with what the cursor says of how it was laid. */
function keep(cursor: Cursor, { id, score }: { readonly id: number; readonly score: number }, into: Candidates): void {
	const { count } = into;
	into.ids[count] = id;
	into.scores[count] = score;
	into.places[count] = cursor.place;
	into.points[count] = Math.max(0, cursor.points);
	into.count = count + 1;
}

/** A name that did not hold less does not hold more: its folders are looked at later. */
function postpone(block: PathBlock, id: number, { low, high }: Query, into: Candidates): void {
	const at = (id & placeMask) << factShift;
	if (((block.facts[at] ?? 0) & low) !== low || ((block.facts[at + 1] ?? 0) & high) !== high) return;
	const { count } = into;
	into.ids[count] = id;
	into.scores[count] = unverified;
	into.places[count] = notInName;
	into.points[count] = 0;
	into.count = count + 1;
}

/**
 * A scanner; the store may grow while it is used. `before`: the query whose candidates are looked at again; `query` must
 * narrow it.
 */
export function createScanner(store: PathStore, query: Query, before?: Query): Scanner {
	const cursor: Cursor = { ...none, from: 0, to: 0, place: 0, points: 0, namesOnly: query.words.length === 1 };
	const [first, ...more] = query.words.map((word) => new WordScan(store, cursor, word));
	const { low, high } = query;
	// How a query of several words was laid is not kept.
	const known = query.words.length === 1 ? (before?.words[0]?.units.length ?? 0) : 0;

	/** Adds one path of the entered block if it matches; one that was taken out has no characters, and does not. */
	function look(block: PathBlock, id: number, laid: number, into: Candidates): void {
		const at = (id & placeMask) << factShift;
		const { facts } = block;
		if (((facts[at] ?? 0) & low) !== low || ((facts[at + 1] ?? 0) & high) !== high || first === undefined) return;
		let total = first.score(at, laid);
		if (total === noMatch) return;
		if (cursor.namesOnly && total === unverified) return keep(cursor, { id, score: unverified }, into);
		const { count } = into;
		into.places[count] = cursor.place;
		into.points[count] = Math.max(0, cursor.points);
		for (const word of more) {
			cursor.place = 0;
			cursor.points = 0;
			const score = word.score(at, 0);
			if (score === noMatch) return;
			total += score;
		}
		const length = (facts[at + fact.end] ?? 0) - (facts[at + fact.start] ?? 0);
		const points = base + total + (block.boosts[id & placeMask] ?? 0) - Math.min(length >> 2, 200);
		into.ids[count] = id;
		into.scores[count] = Math.min(points, 0xff_ff);
		into.count = count + 1;
	}

	const prepare = (): void => {
		for (const word of [first, ...more]) word?.prepare();
	};

	return {
		scanBlock(number, place, into) {
			prepare();
			const block = store.blocks[number];
			if (block === undefined) return;
			enterBlock(cursor, block);
			for (let here = place; here < block.count; here += 1) {
				cursor.place = 0;
				cursor.points = 0;
				look(block, (number << blockShift) | here, 0, into);
			}
		},
		rescan(from, [start, end], into) {
			prepare();
			let block: PathBlock | undefined;
			for (let at = start; at < end; at += 1) {
				const id = from.ids[at] ?? 0;
				const wanted = store.blocks[id >>> blockShift];
				if (wanted === undefined) continue;
				if (wanted !== block) {
					block = wanted;
					enterBlock(cursor, block);
				}
				if (cursor.namesOnly && from.places[at] === notInName) {
					postpone(block, id, query, into);
					continue;
				}
				cursor.place = known === 0 ? 0 : (from.places[at] ?? 0);
				cursor.points = known === 0 ? 0 : (from.points[at] ?? 0);
				look(block, id, known, into);
			}
		},
		verify(from, [start, end], into) {
			prepare();
			cursor.namesOnly = false;
			for (let at = start; at < end; at += 1) {
				const [id, score] = [from.ids[at] ?? 0, from.scores[at] ?? 0];
				cursor.place = from.places[at] ?? 0;
				cursor.points = from.points[at] ?? 0;
				const block = store.blocks[id >>> blockShift];
				if (score === unverified && block !== undefined) {
					enterBlock(cursor, block);
					look(block, id, 0, into);
				} else keep(cursor, { id, score }, into);
			}
			cursor.namesOnly = query.words.length === 1;
		},
	};
}

/** How many candidates are unverified. */
export function countUnverified({ scores, count }: Candidates): number {
	let found = 0;
	for (let at = 0; at < count; at += 1) if (scores[at] === unverified) found += 1;
	return found;
}

/** Candidates by score; kept, because to make it anew takes longer than to clear it. */
const having = new Uint32Array(0x1_00_00);

/** The numbers of the `wanted` best candidates that are verified, best first as far as the rough score tells. */
export function bestOf({ ids, scores, count }: Candidates, wanted: number): number[] {
	having.fill(0);
	for (let at = 0; at < count; at += 1) {
		const score = scores[at] ?? 0;
		having[score] = (having[score] ?? 0) + 1;
	}
	let least = 0xff_ff;
	let above = 0;
	while (least > unverified + 1 && above + (having[least] ?? 0) < wanted) {
		above += having[least] ?? 0;
		least -= 1;
	}
	// Of those with the least score that is still good enough only so many are taken.
	let roomAtLeast = wanted - above;
	const best: { readonly id: number; readonly score: number }[] = [];
	for (let at = 0; at < count; at += 1) {
		const score = scores[at] ?? 0;
		if (score < least || (score === least && roomAtLeast <= 0)) continue;
		if (score === least) roomAtLeast -= 1;
		best.push({ id: ids[at] ?? 0, score });
	}
	return best.sort((left, right) => right.score - left.score || left.id - right.id).map(({ id }) => id);
}
