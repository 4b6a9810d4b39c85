// What a user typed, made comparable: words that all must be found, in any order, each as a subsequence of the path.

import { foldUnit, maskBit, noUnit } from "../store/fold.ts";

/** One word of a query. */
export interface Word {
	/** Folded units. */
	readonly units: Uint16Array;
	/** The units as typed where they are capitals, else 0: a capital that is met as such counts a little more. */
	readonly capitals: Uint16Array;
	readonly hasCapitals: boolean;
	/** Characters that it needs; see `maskBit`. */
	readonly low: number;
	readonly high: number;
}

/** A parsed query. */
export interface Query {
	/** As compared: without a leading `./` and blanks at the ends. */
	readonly text: string;
	/** Empty: every path matches. */
	readonly words: readonly Word[];
	/** Characters that a path must have. */
	readonly low: number;
	readonly high: number;
}

// A path has at most 4,096 bytes; what is longer finds nothing, and need not be compared to know it.
const maxUnits = 4096;
const maxWords = 16;

function parseWord(text: string): Word {
	const units: number[] = [];
	const capitals: number[] = [];
	for (let at = 0; at < text.length; at += 1) {
		const unit = text.charCodeAt(at);
		const folded = foldUnit(unit);
		if (folded === noUnit) continue;
		units.push(folded);
		capitals.push(folded === unit ? 0 : unit);
	}
	let [low, high] = [0, 0];
	for (const bit of units.map(maskBit)) {
		if (bit < 32) low |= 1 << bit;
		else high |= 1 << (bit - 32);
	}
	return {
		low,
		high,
		units: Uint16Array.from(units),
		capitals: Uint16Array.from(capitals),
		hasCapitals: capitals.some((unit) => unit !== 0),
	};
}

/** Parses what was typed. Every text is a query. Words beyond the sixteenth are taken as one. */
export function parseQuery(typed: string): Query {
	const text = typed
		.slice(0, maxUnits)
		.normalize("NFC")
		.trim()
		.replace(/^(?:\.\/)+/, "");
	const parts = text.split(/\s+/).filter((part) => part !== "");
	const kept = parts.length > maxWords ? [...parts.slice(0, maxWords - 1), parts.slice(maxWords - 1).join("")] : parts;
	const words = kept.map(parseWord).filter(({ units }) => units.length > 0);
	const low = words.reduce((mask, word) => mask | word.low, 0);
	const high = words.reduce((mask, word) => mask | word.high, 0);
	return { text, words, low, high };
}

/** Whether every path that `next` matches is matched by `before`: the user typed on. */
export function narrows(before: Query, next: Query): boolean {
	return before.words.length > 0 && before.words.length < maxWords && next.text.startsWith(before.text);
}
