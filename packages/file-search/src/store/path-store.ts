// The paths of a tree, packed for scanning: folded text, a hint for each position and a mask of the characters of each
// path, in blocks. It only grows, apart from paths that are taken out; a path keeps its number.

import { foldUnit, maskBit } from "./fold.ts";

/** Paths in one block. A block is scanned without a pause: 2,048 take some 0.2 ms. */
export const blockSize = 2048;

/** What a position in a path is, for scoring. */
export const hints = { inside: 0, afterMark: 1, hump: 2, afterSlash: 3 } as const;

/** Up to {@link blockSize} paths. Arrays are indexed by the place in the block, `units` and `hints` by `starts`. */
export interface PathBlock {
	count: number;
	/** Folded text of all paths, one after the other. */
	units: Uint16Array;
	/** What each position is: one of {@link hints}. */
	hints: Uint8Array;
	/** Where a path begins in `units`; one more than there are paths. */
	readonly starts: Uint32Array;
	/** Where the last part of a path begins, from the path's own beginning. */
	readonly names: Uint16Array;
	readonly low: Uint32Array;
	readonly high: Uint32Array;
	/** Points for recent work, 0–20. */
	readonly boosts: Uint8Array;
	/** The paths; an empty text was taken out. */
	readonly texts: string[];
}

/** The paths of a tree. */
export interface PathStore {
	readonly blocks: readonly PathBlock[];
	/** Paths that were ever added; the numbers go from 0 to this. */
	readonly size: number;
	/** Paths that are there. */
	readonly count: number;
	/** Adds a path relative to the root, with `/`. `bytes` when the name is not UTF-8 and `text` only resembles it. */
	add(text: string, bytes?: Uint8Array): void;
	/** Takes out the paths of one block that `removed` has. */
	removeFrom(block: number, removed: ReadonlySet<string>): void;
	/** Gives the paths of one block their points for recent work. */
	boostIn(block: number, points: ReadonlyMap<string, number>): void;
	/** The text of a path by its number; empty when there is none. */
	textOf(id: number): string;
	/** The real name of a path that is not UTF-8. */
	bytesOf(id: number): Uint8Array | undefined;
}

const slash = 0x2f;
const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isLower = (unit: number): boolean => unit >= 0x61 && unit <= 0x7a;
const isUpper = (unit: number): boolean => unit >= 0x41 && unit <= 0x5a;
const isWord = (unit: number): boolean => isLower(unit) || isUpper(unit) || isDigit(unit) || unit >= 0x80;

function hintAt(before: number, unit: number): number {
	if (before === slash) return hints.afterSlash;
	if (!isWord(before)) return isWord(unit) ? hints.afterMark : hints.inside;
	if (isUpper(unit) && !isUpper(before)) return hints.hump;
	return isDigit(unit) && !isDigit(before) ? hints.hump : hints.inside;
}

function emptyBlock(): PathBlock {
	return {
		count: 0,
		units: new Uint16Array(blockSize * 32),
		hints: new Uint8Array(blockSize * 32),
		starts: new Uint32Array(blockSize + 1),
		names: new Uint16Array(blockSize),
		low: new Uint32Array(blockSize),
		high: new Uint32Array(blockSize),
		boosts: new Uint8Array(blockSize),
		texts: [],
	};
}

function makeRoom(block: PathBlock, needed: number): void {
	if (needed <= block.units.length) return;
	const length = Math.max(needed, block.units.length * 2);
	const units = new Uint16Array(length);
	units.set(block.units);
	block.units = units;
	const roles = new Uint8Array(length);
	roles.set(block.hints);
	block.hints = roles;
}

function addTo(block: PathBlock, text: string): void {
	const place = block.count;
	const start = block.starts[place] ?? 0;
	const end = start + text.length;
	makeRoom(block, end);
	const { units, hints: roles } = block;
	let [low, high, name, before] = [0, 0, 0, slash];
	for (let at = 0; at < text.length; at += 1) {
		const unit = text.charCodeAt(at);
		const folded = unit >= 0x61 && unit <= 0x7a ? unit : foldUnit(unit);
		units[start + at] = folded;
		roles[start + at] = hintAt(before, unit);
		const bit = maskBit(folded);
		if (bit < 32) low |= 1 << bit;
		else high |= 1 << (bit - 32);
		if (before === slash) name = at;
		before = unit;
	}
	block.low[place] = low;
	block.high[place] = high;
	block.names[place] = name;
	block.starts[place + 1] = end;
	block.texts.push(text);
	block.count += 1;
}

/** An empty store. */
export function createPathStore(): PathStore {
	const blocks: PathBlock[] = [];
	const oddNames = new Map<number, Uint8Array>();
	let size = 0;
	let count = 0;
	return {
		blocks,
		get size() {
			return size;
		},
		get count() {
			return count;
		},
		add(text, bytes) {
			if (text === "") return;
			let block = blocks.at(-1);
			if (block === undefined || block.count === blockSize) {
				if (block !== undefined) trim(block);
				block = emptyBlock();
				blocks.push(block);
			}
			addTo(block, text);
			if (bytes !== undefined) oddNames.set(size, bytes);
			size += 1;
			count += 1;
		},
		removeFrom(at, removed) {
			const block = blocks[at];
			for (const [place, text] of block?.texts.entries() ?? []) {
				if (block === undefined || text === "" || !removed.has(text)) continue;
				block.texts[place] = "";
				block.low[place] = 0;
				block.high[place] = 0;
				count -= 1;
			}
		},
		boostIn(at, points) {
			const block = blocks[at];
			for (const [place, text] of block?.texts.entries() ?? []) {
				const given = points.get(text);
				if (block !== undefined && given !== undefined) block.boosts[place] = given;
			}
		},
		textOf: (id) => blocks[Math.floor(id / blockSize)]?.texts[id % blockSize] ?? "",
		bytesOf: (id) => oddNames.get(id),
	};
}

/** A full block needs no room to grow. */
function trim(block: PathBlock): void {
	const end = block.starts[block.count] ?? 0;
	block.units = block.units.slice(0, end);
	block.hints = block.hints.slice(0, end);
}
