// Which of some names a mistyped one was meant to be.

/** Edits (insert, delete, replace, swap neighbours) between two texts, or `limit + 1` when there are more. */
export function editDistance(left: string, right: string, limit: number): number {
	if (Math.abs(left.length - right.length) > limit) return limit + 1;
	let beforeLast: number[] = [];
	let last = Array.from({ length: right.length + 1 }, (_, index) => index);
	for (let row = 1; row <= left.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= right.length; column += 1) {
			const same = left[row - 1] === right[column - 1];
			let best = Math.min(
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (same ? 0 : 1),
			);
			if (left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
				best = Math.min(best, (beforeLast[column - 2] ?? Number.POSITIVE_INFINITY) + 1);
			}
			current.push(best);
		}
		beforeLast = last;
		last = current;
	}
	return Math.min(last[right.length] ?? limit + 1, limit + 1);
}

// A third of the letters may be wrong, and one in short names: `modl` finds `model`, `huge` does not find `high`.
const allowedEdits = (name: string): number => (name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3)));

/** Names longer than this are not compared: no key comes near, and comparing is quadratic. */
const longestCompared = 80;

/** The known names that come near, best first, at most `count`. Case and `-` for `_` do not count as edits. */
export function nearestNames(name: string, known: Iterable<string>, count = 1): readonly string[] {
	if (name.length > longestCompared) return [];
	const fold = (text: string): string => text.toLowerCase().replaceAll("-", "_");
	const limit = allowedEdits(name);
	const found: { readonly candidate: string; readonly distance: number }[] = [];
	for (const candidate of known) {
		const distance = editDistance(fold(name), fold(candidate), limit);
		if (distance <= limit) found.push({ candidate, distance });
	}
	found.sort((left, right) => left.distance - right.distance || left.candidate.localeCompare(right.candidate, "en"));
	return found.slice(0, count).map(({ candidate }) => candidate);
}
