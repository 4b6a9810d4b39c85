// Krippendorff's alpha: agreement of ratings beyond chance, with missing ratings allowed. By the coincidence matrix, as
// in K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), whose worked examples are in the tests.

/** The scale of the ratings: names, or ranks whose order counts. */
export type RatingLevel = "nominal" | "ordinal";

/** The ratings of one unit, one for each rater who gave one. */
export type RatedUnit = readonly string[];

/** What was measured. */
export interface AlphaResult {
	/** 1: perfect; 0: as by chance; below: systematic disagreement. */
	readonly alpha: number;
	/** Units with at least two ratings, the only ones that count. */
	readonly units: number;
}

type Matrix = readonly Float64Array[];

/** A value of a table whose bounds the caller keeps. */
function at(values: ArrayLike<number> | undefined, index: number): number {
	return values?.[index] ?? 0;
}

function coincidences(units: readonly RatedUnit[], rankOf: ReadonlyMap<string, number>): Matrix {
	const matrix = Array.from({ length: rankOf.size }, () => new Float64Array(rankOf.size));
	for (const unit of units) {
		const share = 1 / (unit.length - 1);
		for (const [position, one] of unit.entries()) {
			const row = matrix[rankOf.get(one) ?? 0];
			for (const [place, other] of unit.entries()) {
				const column = rankOf.get(other) ?? 0;
				if (place !== position && row !== undefined) row[column] = at(row, column) + share;
			}
		}
	}
	return matrix;
}

/** Squared distance of two ranks: 0 or 1, or by how many ratings lie between them. */
function distance(level: RatingLevel, totals: Float64Array, low: number, high: number): number {
	if (low === high) return 0;
	if (level === "nominal") return 1;
	let between = 0;
	for (let rank = low; rank <= high; rank++) between += at(totals, rank);
	return (between - (at(totals, low) + at(totals, high)) / 2) ** 2;
}

/**
 * Alpha of `units`. `order` gives the values of the scale from low to high; for nominal ratings any order does, and
 * values that it lacks are added behind it. `undefined` when nothing can be said: no unit has two ratings, or all
 * ratings are one and the same value, so that chance has no spread.
 */
export function krippendorffAlpha(
	units: readonly RatedUnit[],
	level: RatingLevel,
	order: readonly string[] = [],
): AlphaResult | undefined {
	const pairable = units.filter(({ length }) => length >= 2);
	const values = [...new Set([...order, ...pairable.flat()])];
	const matrix = coincidences(pairable, new Map(values.map((value, rank) => [value, rank])));
	const totals = Float64Array.from(matrix, (row) => row.reduce((sum, count) => sum + count, 0));
	const all = totals.reduce((sum, count) => sum + count, 0);
	let observed = 0;
	let expected = 0;
	for (let low = 0; low < values.length; low++) {
		for (let high = low + 1; high < values.length; high++) {
			const weight = distance(level, totals, low, high);
			observed += at(matrix[low], high) * weight;
			expected += at(totals, low) * at(totals, high) * weight;
		}
	}
	if (expected === 0) return undefined;
	return { alpha: 1 - ((all - 1) * observed) / expected, units: pairable.length };
}
