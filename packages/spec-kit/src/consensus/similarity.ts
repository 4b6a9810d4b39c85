// How alike two normalised sentences are. Symmetric, from 0 to 1; a sentence and its denial are opposed, never alike.

import { contraryActions, exclusiveActions } from "./lexicon.ts";
import { type NormalText, stemWord } from "./normalise-text.ts";

/** What a comparison came to. */
export interface Comparison {
	/** 0 to 1, without regard to direction. */
	readonly score: number;
	/**
	 * Provided that the score says that they speak of one thing: the same item, its denial (`opposed`), or another item
	 * about the thing, as adding and removing it are.
	 */
	readonly relation: "same" | "opposed" | "other";
}

// What a word costs that only one side has, and a word of one side that stands where the other has another one: the
// second is how `Create the users table` differs from `Create the orders table`. Tuned on two thirds of the labelled
// pairs of the tests; the last third was held out.
const missingCost = 0.8;
const replacedCost = 1.7;

type ActionPairs = readonly (readonly [one: string, other: string])[];

const byStem = (pairs: ActionPairs): ActionPairs => pairs.map(([one, other]) => [stemWord(one), stemWord(other)]);
const contrary = byStem(contraryActions);
const exclusive = byStem(exclusiveActions);

/** Whether the two sentences take opposite sides of one of the pairs, neither having both. */
function takeSides(pairs: ActionPairs, { concepts: left }: NormalText, { concepts: right }: NormalText): boolean {
	return pairs.some(([one, other]) => {
		const leftOne = left.has(one);
		const rightOne = right.has(one);
		return leftOne !== rightOne && left.has(other) === rightOne && right.has(other) === leftOne;
	});
}

const isNumber = (concept: string): boolean => /^\d/.test(concept);

function hasOwnNumber({ concepts }: NormalText, other: NormalText): boolean {
	for (const concept of concepts.keys()) if (isNumber(concept) && !other.concepts.has(concept)) return true;
	return false;
}

/** Whether each has a number that the other has not: 30 days and 90 days are two requirements. */
function differInNumbers(left: NormalText, right: NormalText): boolean {
	return hasOwnNumber(left, right) && hasOwnNumber(right, left);
}

/**
 * How alike two sentences are, without regard to direction: `shared / (shared + 0.8 · longer rest + 1.7 · shorter rest)`,
 * all by weight of concepts. Two empty sentences are alike (1), an empty and another one are not (0).
 */
export function likeness(left: NormalText, right: NormalText): number {
	const [few, many] = left.concepts.size <= right.concepts.size ? [left, right] : [right, left];
	let shared = 0;
	for (const [concept, weight] of few.concepts) if (many.concepts.has(concept)) shared += weight;
	const restLeft = Math.max(0, left.weight - shared);
	const restRight = Math.max(0, right.weight - shared);
	const total = shared + missingCost * Math.max(restLeft, restRight) + replacedCost * Math.min(restLeft, restRight);
	return total === 0 ? 1 : shared / total;
}

/** How two sentences about one thing relate. Questions are never opposed. */
export function relationOf(left: NormalText, right: NormalText): Comparison["relation"] {
	if (takeSides(exclusive, left, right) || differInNumbers(left, right)) return "other";
	let denies = left.negated !== right.negated;
	for (const concept of left.concepts.keys()) {
		if (right.concepts.has(concept) && left.turned.has(concept) !== right.turned.has(concept)) denies = !denies;
	}
	if (takeSides(contrary, left, right)) denies = !denies;
	if (!denies) return "same";
	return left.question || right.question ? "other" : "opposed";
}

/** Compares two sentences, see `likeness` and `relationOf`. */
export function compareTexts(left: NormalText, right: NormalText): Comparison {
	return { score: likeness(left, right), relation: relationOf(left, right) };
}

/** Whether two sentences are one item: at least `threshold` alike, and neither denies the other. */
export function sameItem(left: NormalText, right: NormalText, threshold: number): boolean {
	const { score, relation } = compareTexts(left, right);
	return relation === "same" && score >= threshold;
}
