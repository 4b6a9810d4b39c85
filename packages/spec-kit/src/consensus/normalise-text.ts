// Turns a sentence into weighted concepts and a direction, so that two wordings of one item look alike and a sentence
// and its denial do not. Pure and deterministic; English technical prose only.

import { antonyms, faintWords, negations, numberWords, phrases, stopWords, synonyms } from "./lexicon.ts";

/** A sentence as the comparison sees it. */
export interface NormalText {
	/** Concepts with their weight; 1 is an ordinary content word. */
	readonly concepts: ReadonlyMap<string, number>;
	/** Sum of the weights. */
	readonly weight: number;
	/** Concepts that stand there as their contrary: `disable` is `enable`, turned. */
	readonly turned: ReadonlySet<string>;
	/** True when the sentence denies, an even number of denials being none. */
	readonly negated: boolean;
	/** True when it asks. */
	readonly question: boolean;
}

interface Lexicon {
	readonly stop: ReadonlySet<string>;
	readonly negation: ReadonlySet<string>;
	readonly concept: ReadonlyMap<string, { readonly name: string; readonly weight: number }>;
	readonly faint: ReadonlySet<string>;
	readonly turned: ReadonlyMap<string, string>;
	readonly numbers: ReadonlyMap<string, string>;
	readonly phrase: RegExp;
	readonly phraseWord: ReadonlyMap<string, string>;
}

const numberWeight = 1.5;
const faintWeight = 0.5;

/**
 * The light stem of one lower-case word: plurals, `-ing`, `-ed`, `-ation`, `-able` and a last `e` or `y` off, doubled
 * consonants made single. Words of up to three letters and words with digits stay as they are.
 */
export function stemWord(word: string): string {
	if (word.length <= 3 || /[\d._/]/.test(word)) return word;
	if (word.length === 4 && word.endsWith("s") && !word.endsWith("ss")) return word.slice(0, -1);
	let stem = word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.replace(/(?<=[^s])s$/, "");
	stem = stem.replace(/(?<=(?:ss|sh|ch|x|z))e$/, "");
	const cut = stem.replace(/(?:ations?|ating|ated|ate|ions?|able|ing|ed|ment)$/, "");
	if (cut.length >= 3 && /[aeiouy]/.test(cut)) stem = cut;
	stem = stem.replace(/([bdfglmnprt])\1$/, "$1");
	return stem.length > 3 ? stem.replace(/[ey]$/, "") : stem;
}

function buildLexicon(): Lexicon {
	const concept = new Map<string, { name: string; weight: number }>();
	for (const [weight, words] of synonyms) {
		const group = words.split(" ");
		const name = stemWord(group[0] ?? "");
		for (const word of group) if (!concept.has(stemWord(word))) concept.set(stemWord(word), { name, weight });
	}
	const nameOf = (word: string): string => concept.get(stemWord(word))?.name ?? stemWord(word);
	return {
		stop: new Set(stopWords),
		negation: new Set(negations),
		concept,
		faint: new Set(faintWords.map(stemWord)),
		turned: new Map(antonyms.map(([positive, negative]) => [nameOf(negative), nameOf(positive)])),
		numbers: new Map(numberWords.map((word, value) => [word, String(value)])),
		phrase: new RegExp(`\\b(?:${phrases.map(([phrase]) => phrase).join("|")})\\b`, "g"),
		phraseWord: new Map(phrases),
	};
}

let built: Lexicon | undefined;

function lexicon(): Lexicon {
	built ??= buildLexicon();
	return built;
}

/** The words of `text`: lower case, contractions of `not` opened, phrases joined, identifiers cut at `.`, `_`, `/` and case. */
function wordsOf(text: string, { phrase, phraseWord }: Lexicon): string[] {
	const plain = text
		.normalize("NFKC")
		.replaceAll(/([a-z])([A-Z][a-z])/g, "$1 $2")
		.toLowerCase()
		.replaceAll(/[’`]/g, "'")
		.replaceAll(/\bcan't\b/g, "can not")
		.replaceAll(/\bwon't\b/g, "will not")
		.replaceAll(/n't\b/g, " not")
		.replaceAll(/'s?\b/g, " ")
		.replaceAll(phrase, (found) => phraseWord.get(found) ?? found)
		.replaceAll(/(\d)\s*(?:%|per ?cent\b)/g, "$1 percent")
		.replaceAll(/(\d)(?:,(?=\d{3}\b))/g, "$1")
		.replaceAll(/(\d)\s*(kb|mb|gb|ms|s|min|h)\b/g, "$1 $2");
	// An identifier counts as a whole, too: two columns of one table are two things.
	const identifiers = plain.match(/[a-z]\w*(?:[./]\w+)+|[a-z]+(?:_[a-z\d]+)+/g) ?? [];
	return [...(plain.match(/\d+(?:\.\d+)?|\p{L}[\p{L}\p{N}]*/gu) ?? []), ...identifiers];
}

function weightOf(name: string, known: number | undefined, { faint }: Lexicon): number {
	if (/^\d/.test(name)) return numberWeight;
	return known ?? (faint.has(name) ? faintWeight : 1);
}

/** Reads one sentence or phrase. Linear in its length. */
export function normaliseText(text: string): NormalText {
	const words = lexicon();
	const concepts = new Map<string, number>();
	const turned = new Set<string>();
	let negated = false;
	for (const raw of wordsOf(text, words)) {
		const word = words.numbers.get(raw) ?? raw;
		if (words.negation.has(raw)) {
			negated = !negated;
			continue;
		}
		if (words.stop.has(word)) continue;
		const stem = stemWord(word);
		const known = words.concept.get(stem);
		const positive = words.turned.get(known?.name ?? stem);
		const name = positive ?? known?.name ?? stem;
		if (positive !== undefined) turned.add(name);
		concepts.set(name, Math.max(weightOf(name, known?.weight, words), concepts.get(name) ?? 0));
	}
	let weight = 0;
	for (const value of concepts.values()) weight += value;
	return { concepts, weight, turned, negated, question: text.trimEnd().endsWith("?") };
}
