// The careful score: the best way to lay a word over a path, by dynamic programming (the scheme of fzf's second algorithm:
// points for each character, for boundaries and neighbours, less for gaps). Only for the few best of the sieve.

import { blockShift, fact, factShift, type PathStore, placeMask } from "../store/path-store.ts";
import type { Query, Word } from "./query.ts";

/** How a query lies on a path. */
export interface Alignment {
	readonly score: number;
	/** Positions in the path that carry a character of the query, ascending, each once. */
	readonly positions: readonly number[];
}

const perUnit = 16;
const gapStart = 3;
// For each start of a word that a gap leaves out: the rest of a word is left out freely, so that initials count.
const gapMore = 2;
const neighbour = 6;
const capital = 4;
const inName = 40;
const nameStart = 12;
const wholeName = 80;
const wholeStem = 50;
const impossible = -1_000_000;
// Gaps cost less than this on the longest text.
const possible = impossible / 2;

// Beyond these the table would be large for no gain: the end of a path says which file it is.
const maxText = 512;
const maxWord = 64;
/** Best score of an alignment that ends with a match of this character at this place. */
const ending = new Int32Array(maxWord * maxText);
/** Best score of an alignment of the characters so far that ended at this place or before, gaps paid. */
const reaching = new Int32Array(maxWord * maxText);
/** Points of the best place in the run of neighbours that ends here: a run is worth as much at its end as at its start. */
const running = new Int32Array(maxWord * maxText);

interface Stretch {
	readonly text: string;
	/** In the block. */
	readonly from: number;
	readonly length: number;
	readonly units: Uint16Array;
	readonly roles: Uint8Array;
}

function pointsAt(stretch: Stretch, word: Word, row: number, column: number): number {
	const role = stretch.roles[stretch.from + column] ?? 0;
	if (!word.hasCapitals) return role;
	const typed = word.capitals[row] ?? 0;
	const offset = stretch.text.length - stretch.length;
	return typed !== 0 && stretch.text.charCodeAt(offset + column) === typed ? role + capital : role;
}

/** Fills the tables; the best score of the whole word, or less than `possible`. */
function fill(stretch: Stretch, word: Word): number {
	const { units, roles, from, length } = stretch;
	const rows = word.units.length;
	let best = impossible;
	for (let row = 0; row < rows; row += 1) {
		const unit = word.units[row];
		const here = row * maxText;
		let reach = impossible;
		for (let column = 0; column < length; column += 1) {
			let score = impossible;
			if (units[from + column] === unit) {
				score = endingAt(row, column, pointsAt(stretch, word, row, column));
				if (row === rows - 1 && score > best) best = score;
			}
			ending[here + column] = score;
			reach = Math.max(score, roles[from + column] === 0 ? reach : reach - gapMore);
			reaching[here + column] = reach;
		}
	}
	return best;
}

/** The score of a match at this place, on the best of what came before it. */
function endingAt(row: number, column: number, points: number): number {
	const here = row * maxText + column;
	running[here] = points;
	if (row === 0) return perUnit + points * 2;
	if (column === 0) return impossible;
	const after = afterNeighbour(here, points);
	const jumped = column > 1 ? (reaching[here - maxText - 2] ?? impossible) - gapStart + points : impossible;
	if (after >= jumped) running[here] = Math.max(points, running[here - maxText - 1] ?? 0, neighbour);
	return perUnit + Math.max(after, jumped);
}

/** Without the points of the unit itself: the score when the unit before is matched on the place before. */
function afterNeighbour(here: number, points: number): number {
	const before = here - maxText - 1;
	return (ending[before] ?? impossible) + Math.max(points, running[before] ?? 0, neighbour);
}

/** The places of the best alignment, from the tables that {@link fill} left. */
function trace(stretch: Stretch, word: Word, best: number): number[] {
	const last = word.units.length - 1;
	const places: number[] = [];
	let column = stretch.length - 1;
	while (column > 0 && ending[last * maxText + column] !== best) column -= 1;
	for (let row = last; row > 0; row -= 1) {
		places.push(column);
		const above = (row - 1) * maxText;
		const points = pointsAt(stretch, word, row, column);
		const before = (ending[row * maxText + column] ?? impossible) - perUnit;
		const after = afterNeighbour(row * maxText + column, points);
		column -= 1;
		if (before === after) continue;
		// Over the gap: what was carried on lost points on its way, so it grows on the way back to its match.
		let carried = before - points + gapStart;
		column -= 1;
		while (column > 0 && ending[above + column] !== carried) {
			if (stretch.roles[stretch.from + column] !== 0) carried += gapMore;
			column -= 1;
		}
	}
	places.push(column);
	return places.reverse();
}

/** The last places that carry the word: for what is too long for the tables. */
function lastPlaces(
	{ from, units }: Pick<Stretch, "from" | "units">,
	word: Word,
	length: number,
): number[] | undefined {
	const places: number[] = [];
	let column = length;
	for (let row = word.units.length - 1; row >= 0; row -= 1) {
		column -= 1;
		while (column >= 0 && units[from + column] !== word.units[row]) column -= 1;
		if (column < 0) return undefined;
		places.push(column);
	}
	return places.reverse();
}

type Whole = Omit<Stretch, "text" | "length">;

function alignInName(text: string, whole: Whole, name: number, word: Word): Alignment | undefined {
	const length = Math.min(text.length - name, maxText);
	const wanted = word.units.length;
	if (wanted > length) return undefined;
	const offset = text.length - length;
	const stretch: Stretch = { ...whole, text, from: whole.from + offset, length };
	const best = fill(stretch, word);
	if (best < possible) return undefined;
	const positions = trace(stretch, word, best).map((place) => place + offset);
	const dot = text.lastIndexOf(".");
	const starts = positions[0] === name ? nameStart : 0;
	const extra = starts === 0 ? 0 : wholeness(text.slice(name), dot - name, wanted);
	return { score: best + inName + starts + extra, positions };
}

/** Points when the word is the whole name, or what stands before its ending, marks such as `-` not counted. */
function wholeness(name: string, dot: number, wanted: number): number {
	if (wanted === name.length) return wholeName;
	const stem = dot > 0 ? name.slice(0, dot) : name;
	if (wanted === stem.length) return wholeStem;
	return wanted === stem.replace(/[-_. ]/g, "").length ? wholeStem - 10 : 0;
}

function alignWord(text: string, whole: Whole, name: number, word: Word): Alignment | undefined {
	const wanted = word.units.length;
	if (wanted > text.length) return undefined;
	if (wanted <= maxWord) {
		const named = alignInName(text, whole, name, word);
		if (named !== undefined) return named;
		const length = Math.min(text.length, maxText);
		const offset = text.length - length;
		const stretch: Stretch = { ...whole, text, from: whole.from + offset, length };
		const score = fill(stretch, word);
		if (score > possible) {
			return { score, positions: trace(stretch, word, score).map((place) => place + offset) };
		}
	}
	const positions = lastPlaces(whole, word, text.length);
	return positions === undefined ? undefined : { score: 0, positions };
}

/** The best alignment of a query on one path. Undefined: no match. */
export function align(store: PathStore, id: number, query: Query): Alignment | undefined {
	const block = store.blocks[id >>> blockShift];
	const place = id & placeMask;
	const text = block?.texts[place] ?? "";
	if (block === undefined || text === "") return undefined;
	const start = block.facts[(place << factShift) + fact.start] ?? 0;
	const name = (block.facts[(place << factShift) + fact.name] ?? 0) - start;
	const whole = { from: start, units: block.units, roles: block.hints };
	const positions = new Set<number>();
	let score = (block.boosts[place] ?? 0) - Math.min(text.length >> 2, 60);
	for (const word of query.words) {
		const found = alignWord(text, whole, name, word);
		if (found === undefined) return undefined;
		score += found.score;
		for (const position of found.positions) positions.add(position);
	}
	return { score, positions: [...positions].sort((left, right) => left - right) };
}
