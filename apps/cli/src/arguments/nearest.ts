// The nearest known word to a mistyped one.

function editDistance(left: string, right: string): number {
	let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
	for (let row = 1; row <= left.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= right.length; column += 1) {
			const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
			current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[right.length] ?? 0;
}

/** The candidate with the fewest edits from `word`; `undefined` when none is within a third of its length (at least 2). */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
	// 64: longer words are no typing mistakes, and the distance costs their product.
	if (word.length === 0 || word.length > 64) return undefined;
	let best: string | undefined;
	let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		const distance = editDistance(word, candidate);
		if (distance < bestDistance && distance < candidate.length) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return best;
}
