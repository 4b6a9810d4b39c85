// One line of questions to a store: sieve, align, judge. It keeps what the last query let through, so that typing on looks
// only at that, and paths that came since are looked at alone. An abandoned run leaves it as usable as before.

import { createPace, type Pace } from "../pace.ts";
import { blockSize, type PathStore } from "../store/path-store.ts";
import { type Alignment, align } from "./align.ts";
import { rangesOf } from "./graphemes.ts";
import { judge } from "./judge.ts";
import { createNearNames } from "./near-names.ts";
import { narrows, parseQuery, type Query } from "./query.ts";
import { bestOf, type Candidates, countUnverified, createScanner, emptyCandidates, type Scanner } from "./scan.ts";

/** One path that was found. */
export interface FileMatch {
	/** Relative to the root, with `/`. As in the file system: it may hold control characters and is not fit to be shown. */
	readonly path: string;
	/** The real name, when it is not UTF-8 and `path` only resembles it. */
	readonly bytes?: Uint8Array;
	/** Higher is better; comparable within one answer. */
	readonly score: number;
	/** What matched, `[start, end)` in UTF-16 units of `path`; never cuts a character. */
	readonly ranges: readonly (readonly [number, number])[];
	/** The path does not contain the query, and is only like it. */
	readonly near?: true;
}

/** What a query found. */
export interface Found {
	readonly matches: readonly FileMatch[];
	/** Paths that match, shown or not. */
	readonly total: number;
	/** The best of the names alone, given early: paths that match by their folders are yet to come, `total` is too large. */
	readonly provisional?: true;
}

/** How a store is asked. */
export interface Asked {
	readonly limit: number;
	readonly signal: AbortSignal;
	readonly onFirst?: (found: Found) => void;
}

/** Asks one store. */
export interface Matcher {
	/**
	 * The best `limit` paths. Undefined when `signal` was raised before the end. One call at a time. `onFirst` may be called
	 * before, with a provisional answer.
	 */
	run(typed: string, asked: Asked): Promise<Found | undefined>;
}

// Enough that no alignment which matters is missed, little enough to be aligned within a keystroke.
const aligned = 192;
const judged = 32;
const likenessPoints = 24;

// So many names that fit leave little room for a path that fits by its folders.
const manyNames = 1000;

interface Kept {
	readonly query: Query;
	readonly scanner: Scanner;
	candidates: Candidates;
	/** Paths that were looked at: numbers below this. */
	scanned: number;
}

/** `used` without its entries when it has the room, else a new one. */
function cleared(used: Candidates | undefined, capacity: number): Candidates {
	if (used === undefined || used.ids.length < capacity) return emptyCandidates(capacity);
	used.count = 0;
	return used;
}

/** Asks `store`; `judged` answers depend on nothing else. */
export function createMatcher(store: PathStore): Matcher {
	let kept: Kept | undefined;
	// What is not in use of the two lists: to make new ones of this size takes longer than to fill them.
	let spare: Candidates | undefined;

	function blank(capacity: number): Candidates {
		const found = cleared(spare, capacity);
		spare = undefined;
		return found;
	}

	/** What of the candidates that were found for less still matches. */
	async function narrowed(before: Kept, query: Query, signal: AbortSignal, pace: Pace): Promise<Kept | undefined> {
		const scanner = createScanner(store, query, before.query);
		const from = before.candidates;
		const into = blank(from.count);
		for (let at = 0; at < from.count; at += blockSize) {
			if (pace.due()) await pace.rest();
			if (signal.aborted) {
				spare = into;
				return undefined;
			}
			scanner.rescan(from, [at, Math.min(at + blockSize, from.count)], into);
		}
		spare = from;
		return { query, scanner, candidates: into, scanned: before.scanned };
	}

	function fresh(query: Query): Kept {
		spare ??= kept?.candidates;
		return { query, scanner: createScanner(store, query), candidates: blank(0), scanned: 0 };
	}

	async function sieve(query: Query, signal: AbortSignal, pace: Pace): Promise<Kept | undefined> {
		let state = kept ?? fresh(query);
		if (state.query.text !== query.text) {
			const next = narrows(state.query, query) ? await narrowed(state, query, signal, pace) : fresh(query);
			if (next === undefined) return undefined;
			state = next;
		}
		kept = state;
		while (state.scanned < store.size) {
			const at = Math.floor(state.scanned / blockSize);
			const end = Math.min(store.size, (at + 1) * blockSize);
			state.candidates = withRoom(state.candidates, end - state.scanned, store.size);
			state.scanner.scanBlock(at, state.scanned % blockSize, state.candidates);
			state.scanned = end;
			if (pace.due()) await pace.rest();
			if (signal.aborted) return undefined;
		}
		return state;
	}

	/** The rest of the sieve: paths that match by their folders. */
	async function verify(state: Kept, signal: AbortSignal, pace: Pace): Promise<boolean> {
		const from = state.candidates;
		const into = blank(from.count);
		for (let at = 0; at < from.count; at += blockSize) {
			if (pace.due()) await pace.rest();
			if (signal.aborted) {
				spare = into;
				return false;
			}
			state.scanner.verify(from, [at, Math.min(at + blockSize, from.count)], into);
		}
		spare = from;
		state.candidates = into;
		return true;
	}

	return {
		async run(typed, { limit, signal, onFirst }) {
			const query = parseQuery(typed);
			const pace = createPace();
			if (query.words.length === 0) return unasked(store, limit, pace, signal);
			const state = await sieve(query, signal, pace);
			if (state === undefined) return undefined;
			const open = countUnverified(state.candidates);
			if (onFirst !== undefined && open > 0 && state.candidates.count - open >= Math.max(manyNames, limit)) {
				const first = await rank(store, state, { limit, signal }, pace);
				if (first !== undefined) onFirst({ ...first, provisional: true });
			}
			if (open > 0 && !(await verify(state, signal, pace))) return undefined;
			if (state.candidates.count === 0) return near(store, { query, limit, pace, signal });
			return rank(store, state, { limit, signal }, pace);
		},
	};
}

/** Aligns and judges the best of the sieve. */
async function rank(
	store: PathStore,
	{ query, candidates }: Kept,
	{ limit, signal }: Asked,
	pace: Pace,
): Promise<Found | undefined> {
	const chosen: Ranked[] = [];
	for (const id of bestOf(candidates, Math.max(aligned, limit))) {
		const found = align(store, id, query);
		if (found !== undefined) chosen.push({ id, text: store.textOf(id), alignment: found, score: found.score });
		if (pace.due()) await pace.rest();
		if (signal.aborted) return undefined;
	}
	chosen.sort(better);
	likened(chosen, query, Math.max(judged, limit));
	const matches = chosen
		.sort(better)
		.slice(0, limit)
		.map(({ id, text, alignment, score }) => matchOf(store, { id, text, score, positions: alignment.positions }));
	return { matches, total: candidates.count };
}

interface Ranked {
	readonly id: number;
	readonly text: string;
	readonly alignment: Alignment;
	score: number;
}

/** By score, then the shorter, then by name: the same answer every time. */
function better(left: Ranked, right: Ranked): number {
	const byScore = right.score - left.score || left.text.length - right.text.length;
	return byScore !== 0 ? byScore : left.text < right.text ? -1 : 1;
}

const nameOf = (text: string): string => text.slice(text.lastIndexOf("/") + 1);

function likened(ranked: Ranked[], query: Query, count: number): void {
	// 200 take fuse.js some milliseconds; more would be felt.
	const best = ranked.slice(0, Math.min(count, 200));
	const byId = new Map(best.map((entry) => [entry.id, entry]));
	const candidates = best.map(({ id, text }) => ({ id, name: nameOf(text), path: text }));
	for (const { id, likeness } of judge(candidates, query.text, "contained")) {
		const entry = byId.get(id);
		if (entry !== undefined) entry.score += Math.round(likeness * likenessPoints);
	}
}

function matchOf(
	store: PathStore,
	{ id, text, score, positions }: { id: number; text: string; score: number; positions: readonly number[] },
): FileMatch {
	const bytes = store.bytesOf(id);
	const match = { path: text, score, ranges: rangesOf(text, positions) };
	return bytes === undefined ? match : { ...match, bytes };
}

function withRoom(candidates: Candidates, more: number, atMost: number): Candidates {
	const needed = candidates.count + more;
	if (needed <= candidates.ids.length) return candidates;
	const larger = emptyCandidates(Math.max(needed, Math.min(candidates.ids.length * 2, atMost)));
	larger.ids.set(candidates.ids);
	larger.scores.set(candidates.scores);
	larger.places.set(candidates.places);
	larger.points.set(candidates.points);
	larger.count = candidates.count;
	return larger;
}

function depthOf(text: string): number {
	let depth = 0;
	for (let at = text.indexOf("/"); at !== -1 && depth < 9; at = text.indexOf("/", at + 1)) depth += 1;
	return depth;
}

/** Nothing was typed: recent work first, then what lies near the root. */
async function unasked(store: PathStore, limit: number, pace: Pace, signal: AbortSignal): Promise<Found | undefined> {
	const best: { readonly id: number; readonly text: string; readonly score: number }[] = [];
	let least = Number.NEGATIVE_INFINITY;
	for (const [at, block] of store.blocks.entries()) {
		for (let place = 0; place < block.count; place += 1) {
			const text = block.texts[place] ?? "";
			const score = (block.boosts[place] ?? 0) * 1000 - depthOf(text) * 100 - Math.min(text.length, 99);
			if (text === "" || score <= least) continue;
			best.push({ id: at * blockSize + place, text, score });
			if (best.length < limit * 2) continue;
			best.sort((left, right) => right.score - left.score || (left.text < right.text ? -1 : 1));
			best.length = limit;
			least = best.at(-1)?.score ?? least;
		}
		if (pace.due()) await pace.rest();
		if (signal.aborted) return undefined;
	}
	best.sort((left, right) => right.score - left.score || (left.text < right.text ? -1 : 1));
	const matches = best.slice(0, limit).map((entry) => matchOf(store, { ...entry, positions: [] }));
	return { matches, total: store.count };
}

interface NearSearch {
	readonly query: Query;
	readonly limit: number;
	readonly pace: Pace;
	readonly signal: AbortSignal;
}

/** Nothing contains the query: what is most like it, if anything. */
async function near(store: PathStore, { query, limit, pace, signal }: NearSearch): Promise<Found | undefined> {
	const sieve = createNearNames(store, query);
	if (sieve === undefined) return { matches: [], total: 0 };
	for (let at = 0; at < store.blocks.length; at += 1) {
		sieve.scan(at);
		if (pace.due()) await pace.rest();
		if (signal.aborted) return undefined;
	}
	const ids = sieve.best();
	const candidates = ids.map((id) => ({ id, name: nameOf(store.textOf(id)), path: store.textOf(id) }));
	await pace.rest();
	if (signal.aborted) return undefined;
	const verdicts = judge(candidates, query.text, "near").sort(
		(left, right) => right.likeness - left.likeness || left.id - right.id,
	);
	const matches = verdicts.slice(0, limit).map(({ id, likeness, positions }): FileMatch => {
		const score = Math.round(likeness * likenessPoints);
		return { ...matchOf(store, { id, text: store.textOf(id), score, positions }), near: true };
	});
	return { matches, total: verdicts.length };
}
