// The last word on the order, by fuse.js: how near the words are to the name and the path as a whole. It sees only the few
// that the alignment found best, because it would take seconds on a large tree.

import Fuse from "fuse.js";

/** What fuse.js compares. */
export interface Judged {
	readonly id: number;
	readonly name: string;
	readonly path: string;
}

/** fuse.js on one candidate. */
export interface Verdict {
	readonly id: number;
	/** 0 (nothing alike) to 1 (the same). */
	readonly likeness: number;
	/** Matched units of the name, for candidates that do not contain the query. */
	readonly positions: readonly number[];
}

// What fuse.js takes in one piece; longer queries are cut for it.
const maxPattern = 32;

/** How strict fuse.js is: 0 takes only the query itself, 1 anything. */
const thresholds = { contained: 0.6, near: 0.4 } as const;

const nameKey = { name: "name", weight: 3 };
const pathKey = { name: "path", weight: 1 };

/**
 * Likeness of each candidate to the query; those that are unlike it are left out. Of candidates that do not contain the
 * query (`near`) only the names count: in a long path something like a short query is found by chance.
 */
export function judge(candidates: readonly Judged[], query: string, kind: keyof typeof thresholds): Verdict[] {
	const fuse = new Fuse(candidates, {
		keys: kind === "near" ? [nameKey] : [nameKey, pathKey],
		ignoreDiacritics: true,
		ignoreLocation: true,
		includeMatches: true,
		includeScore: true,
		shouldSort: false,
		threshold: thresholds[kind],
	});
	return fuse.search(query.slice(0, maxPattern)).map(({ item, score, matches }) => {
		const named = matches?.find(({ key }) => key === "name")?.indices ?? [];
		const start = item.path.length - item.name.length;
		const positions = named.flatMap(([from, to]) =>
			Array.from({ length: to - from + 1 }, (_, at) => start + from + at),
		);
		return { id: item.id, likeness: 1 - (score ?? 1), positions };
	});
}
