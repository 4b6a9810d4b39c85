// The fast sieve: which paths match at all, and a rough score by one greedy look at each. It must not miss a match; that
// its score is rough is made good by the alignment of the best.

import { blockSize, hints, type PathBlock, type PathStore } from "../store/path-store.ts";
import type { Query, Word } from "./query.ts";

/** Paths that match, by number, with their rough scores. */
export interface Candidates {
	ids: Uint32Array;
	scores: Uint16Array;
	count: number;
}

/** No candidates, with room for `capacity`. */
export function emptyCandidates(capacity: number): Candidates {
	return { ids: new Uint32Array(capacity), scores: new Uint16Array(capacity), count: 0 };
}

const noMatch = -1;
const perUnit = 16;
const inName = 40;
const nameStart = 16;
const wholeName = 60;
const nextTo = 12;
/** Points by hint; see `hints`. */
const hintPoints: readonly number[] = [0, 8, 7, 10];
// Keeps the worst match above zero.
const base = 600;

/** Greedy from the front between two places. */
function forward(block: PathBlock, word: Word, from: number, to: number): number {
	const { units, hints: roles } = block;
	const wanted = word.units;
	let score = 0;
	let last = from - 1;
	for (let at = 0; at < wanted.length; at += 1) {
		const unit = wanted[at];
		let found = last + 1;
		while (found < to && units[found] !== unit) found += 1;
		if (found >= to) return noMatch;
		score += perUnit + (hintPoints[roles[found] ?? 0] ?? 0);
		if (at > 0) score += found === last + 1 ? nextTo : -Math.min(found - last, 8);
		last = found;
	}
	return score;
}

/** Greedy from the end: what is nearest to the name. */
function backward(block: PathBlock, word: Word, from: number, to: number): number {
	const { units, hints: roles } = block;
	const wanted = word.units;
	let score = 0;
	let last = to;
	for (let at = wanted.length - 1; at >= 0; at -= 1) {
		const unit = wanted[at];
		let found = last - 1;
		while (found >= from && units[found] !== unit) found -= 1;
		if (found < from) return noMatch;
		score += perUnit + (hintPoints[roles[found] ?? 0] ?? 0);
		if (at < wanted.length - 1) score += found === last - 1 ? nextTo : -Math.min(last - found, 8);
		last = found;
	}
	return score;
}

function wordScore(block: PathBlock, place: number, word: Word): number {
	const from = block.starts[place] ?? 0;
	const to = block.starts[place + 1] ?? 0;
	const name = from + (block.names[place] ?? 0);
	const wanted = word.units.length;
	if (wanted <= to - name) {
		const score = forward(block, word, name, to);
		if (score !== noMatch) {
			const first = block.units[name] === word.units[0] ? nameStart : 0;
			return score + inName + first + (wanted === to - name ? wholeName : 0);
		}
	}
	return wanted <= to - from ? backward(block, word, from, to) : noMatch;
}

function rough(block: PathBlock, place: number, query: Query): number {
	let total = 0;
	for (const word of query.words) {
		const score = wordScore(block, place, word);
		if (score === noMatch) return noMatch;
		total += score;
	}
	const length = (block.starts[place + 1] ?? 0) - (block.starts[place] ?? 0);
	const points = base + total + (block.boosts[place] ?? 0) - Math.min(length >> 2, 200);
	return points < 0 ? 0 : points > 0xff_ff ? 0xff_ff : points;
}

/** Scans one block from `place` on and adds what matches; the caller made room for it. */
export function scanBlock(store: PathStore, at: number, place: number, query: Query, into: Candidates): void {
	const block = store.blocks[at];
	if (block === undefined) return;
	const { low, high } = query;
	for (let here = place; here < block.count; here += 1) {
		if (((block.low[here] ?? 0) & low) !== low || ((block.high[here] ?? 0) & high) !== high) continue;
		const score = rough(block, here, query);
		if (score === noMatch) continue;
		into.ids[into.count] = at * blockSize + here;
		into.scores[into.count] = score;
		into.count += 1;
	}
}

/** Looks again at a stretch of earlier candidates. */
export function rescan(store: PathStore, from: Candidates, range: readonly [number, number], query: Query, into: Candidates): void {
	const { low, high } = query;
	for (let at = range[0]; at < range[1]; at += 1) {
		const id = from.ids[at] ?? 0;
		const block = store.blocks[Math.floor(id / blockSize)];
		const place = id % blockSize;
		if (block === undefined) continue;
		if (((block.low[place] ?? 0) & low) !== low || ((block.high[place] ?? 0) & high) !== high) continue;
		const score = rough(block, place, query);
		if (score === noMatch) continue;
		into.ids[into.count] = id;
		into.scores[into.count] = score;
		into.count += 1;
	}
}

/** The numbers of the `wanted` best candidates, best first as far as the rough score tells. */
export function bestOf({ ids, scores, count }: Candidates, wanted: number): number[] {
	const having = new Uint32Array(0x1_00_00);
	for (let at = 0; at < count; at += 1) {
		const score = scores[at] ?? 0;
		having[score] = (having[score] ?? 0) + 1;
	}
	let least = 0xff_ff;
	let above = 0;
	while (least > 0 && above + (having[least] ?? 0) < wanted) {
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

/** Points of a position in the alignment; the same scale as here. */
export const pointsOf = (hint: number): number => hintPoints[hint] ?? hints.inside;
