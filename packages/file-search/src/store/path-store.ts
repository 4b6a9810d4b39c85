// The paths of a tree, packed for scanning: folded text, a hint for each position and a mask of the characters of each
// path, in blocks. It only grows, apart from paths that are taken out; a path keeps its number.

import { foldUnit, maskBit } from "./fold.ts";

/** Paths in one block. A block is scanned without a pause: 2,048 take some 0.2 ms. */
export const blockSize = 2048;
/** Bits of an id below its block: the id shifted right by it is the block. */
export const blockShift = 11;
/** What masks the place in its block out of an id. */
export const placeMask: number = blockSize - 1;

/** Points of a position for what stands before it: the start of a part, of a word, or nothing of the kind. */
const hints = { inside: 0, hump: 11, afterMark: 11, afterSlash: 13 } as const;

/** What {@link PathBlock.facts} holds for each path, in this order; together they fill half a cache line. */
export const fact = {
	/** Characters of the path, as a mask of 64 bits in two words. */
	low: 0,
	high: 1,
	/** Characters of the last part. */
	nameLow: 2,
	nameHigh: 3,
	/** Where the path, its last part, and the next path begin in `units`. */
	start: 4,
	name: 5,
	end: 6,
	/** The number of the folder that the path is in; see {@link PathStore.folders}. */
	folder: 7,
} as const;
/** Facts of one path; `place << factShift` is its first. */
export const factShift = 3;

/** Up to {@link blockSize} paths. */
export interface PathBlock {
	count: number;
	/** Folded text of all paths, one after the other. */
	units: Uint16Array;
	/** Points of each position for what stands before it: 13 after `/`, 11 at the start of a word, else 0. */
	hints: Uint8Array;
	/** Eight numbers for each path; see {@link fact}. */
	readonly facts: Uint32Array;
	/** Points for recent work, 0–20. */
	readonly boosts: Uint8Array;
	/** The paths; an empty text was taken out. */
	readonly texts: string[];
}

/** The paths of a tree. */
export interface PathStore {
	readonly blocks: readonly PathBlock[];
	/** The number of some path in each folder, by the folder's number: what stands before its name is the folder. */
	readonly folders: readonly number[];
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

function hintAt(before: number, unit: number, after: number): number {
	if (before === slash) return hints.afterSlash;
	if (!isWord(before)) return isWord(unit) ? hints.afterMark : hints.inside;
	// In HTTPServer a word begins at the S.
	if (isUpper(unit) && (!isUpper(before) || isLower(after))) return hints.hump;
	return isDigit(unit) && !isDigit(before) ? hints.hump : hints.inside;
}

function emptyBlock(): PathBlock {
	return {
		count: 0,
		units: new Uint16Array(blockSize * 32),
		hints: new Uint8Array(blockSize * 32),
		facts: new Uint32Array(blockSize << factShift),
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

function addTo(block: PathBlock, text: string, folder: number): void {
	const at = block.count << factShift;
	const start = block.count === 0 ? 0 : (block.facts[at - (1 << factShift) + fact.end] ?? 0);
	const name = text.lastIndexOf("/") + 1;
	makeRoom(block, start + text.length);
	const inFolder = addUnits(block, start, text, [0, name]);
	const inName = addUnits(block, start, text, [name, text.length]);
	block.facts.set([inFolder.low | inName.low, inFolder.high | inName.high, inName.low, inName.high], at);
	block.facts.set([start, start + name, start + text.length, folder], at + fact.start);
	block.texts.push(text);
	block.count += 1;
}

/** Writes a stretch of a path and tells its mask. */
function addUnits(
	{ units, hints: roles }: PathBlock,
	start: number,
	text: string,
	[from, to]: readonly [number, number],
): { readonly low: number; readonly high: number } {
	let [low, high] = [0, 0];
	let before = from === 0 ? slash : text.charCodeAt(from - 1);
	for (let at = from; at < to; at += 1) {
		const unit = text.charCodeAt(at);
		const folded = unit >= 0x61 && unit <= 0x7a ? unit : foldUnit(unit);
		units[start + at] = folded;
		roles[start + at] = hintAt(before, unit, text.charCodeAt(at + 1));
		const bit = maskBit(folded);
		if (bit < 32) low |= 1 << bit;
		else high |= 1 << (bit - 32);
		before = unit;
	}
	return { low, high };
}

/** An empty store. */
export function createPathStore(): PathStore {
	const blocks: PathBlock[] = [];
	const oddNames = new Map<number, Uint8Array>();
	const folders: number[] = [];
	const folderNumbers = new Map<string, number>();
	let lastFolder = "";
	let lastNumber = -1;

	function folderOf(text: string, id: number): number {
		const end = text.lastIndexOf("/") + 1;
		// Lists come folder by folder.
		if (lastNumber >= 0 && end === lastFolder.length && text.startsWith(lastFolder)) return lastNumber;
		lastFolder = text.slice(0, end);
		lastNumber = folderNumbers.get(lastFolder) ?? folders.push(id) - 1;
		folderNumbers.set(lastFolder, lastNumber);
		return lastNumber;
	}

	let size = 0;
	let count = 0;
	return {
		blocks,
		folders,
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
			addTo(block, text, folderOf(text, size));
			if (bytes !== undefined) oddNames.set(size, bytes);
			size += 1;
			count += 1;
		},
		removeFrom(at, removed) {
			const block = blocks[at];
			for (const [place, text] of block?.texts.entries() ?? []) {
				if (block === undefined || text === "" || !removed.has(text)) continue;
				block.texts[place] = "";
				// Without characters no query finds it.
				block.facts.fill(0, place << factShift, (place << factShift) + fact.start);
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
		textOf: (id) => blocks[id >>> blockShift]?.texts[id & placeMask] ?? "",
		bytesOf: (id) => oddNames.get(id),
	};
}

/** A full block needs no room to grow. */
function trim(block: PathBlock): void {
	const end = block.facts[((block.count - 1) << factShift) + fact.end] ?? 0;
	block.units = block.units.slice(0, end);
	block.hints = block.hints.slice(0, end);
}
