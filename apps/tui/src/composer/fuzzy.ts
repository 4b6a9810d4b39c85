// Fuzzy matching of short names (commands, models, settings): every character of the query in order; beginnings of words
// count most. Pure. Files have their own, larger search.

/** A match: higher is better, and which characters were hit. */
export interface FuzzyMatch {
	readonly score: number;
	/** Offsets in UTF-16 units. */
	readonly positions: readonly number[];
}

const isBoundary = (text: string, at: number): boolean =>
	at === 0 || /[\s\-_./:]/.test(text.charAt(at - 1)) || (/[a-z]/.test(text.charAt(at - 1)) && /[A-Z]/.test(text.charAt(at)));

/** Matches a query; `undefined` when it does not. An empty query matches all with score 0. */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | undefined {
	const wanted = query.toLowerCase();
	const lower = text.toLowerCase();
	if (wanted === "") return { score: 0, positions: [] };
	if (lower.length !== text.length) return lower.includes(wanted) ? { score: 1, positions: [] } : undefined;
	const whole = lower.indexOf(wanted);
	if (whole !== -1) {
		const positions = Array.from({ length: wanted.length }, (_, offset) => whole + offset);
		const bonus = whole === 0 ? 1000 : isBoundary(text, whole) ? 600 : 300;
		return { score: bonus + (lower === wanted ? 1000 : 0) - text.length, positions };
	}
	const positions: number[] = [];
	let score = 0;
	let from = 0;
	for (const char of wanted) {
		const next = lower.indexOf(char, from);
		if (next === -1) return undefined;
		// A beginning of a word further on is worth more than the next best character.
		let chosen = next;
		for (let at = next; at !== -1; at = lower.indexOf(char, at + 1)) {
			if (!isBoundary(text, at)) continue;
			chosen = canFollow(lower, wanted.slice(positions.length + 1), at + 1) ? at : next;
			break;
		}
		score += isBoundary(text, chosen) ? 20 : chosen === from && from > 0 ? 10 : 1;
		positions.push(chosen);
		from = chosen + 1;
	}
	return { score: score - text.length / 10, positions };
}

function canFollow(text: string, rest: string, from: number): boolean {
	let at = from;
	for (const char of rest) {
		const next = text.indexOf(char, at);
		if (next === -1) return false;
		at = next + 1;
	}
	return true;
}

/** The items that match, best first; ties keep their order. */
export function fuzzyFilter<T>(items: readonly T[], query: string, textOf: (item: T) => string): readonly T[] {
	return items
		.flatMap((item, at) => {
			const match = fuzzyMatch(query, textOf(item));
			return match === undefined ? [] : [{ item, at, score: match.score }];
		})
		.toSorted((left, right) => right.score - left.score || left.at - right.at)
		.map(({ item }) => item);
}
