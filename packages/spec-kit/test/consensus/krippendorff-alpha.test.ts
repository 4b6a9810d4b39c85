import { describe, expect, it } from "vitest";
import { krippendorffAlpha } from "../../src/consensus/krippendorff-alpha.ts";

/** Units from rows of raters; `.` is a rating that was not given. */
function units(...rows: readonly string[]): readonly (readonly string[])[] {
	const raters = rows.map((row) => row.split(" "));
	return (raters[0] ?? []).map((_, unit) => raters.map((row) => row[unit] ?? ".").filter((value) => value !== "."));
}

// The reliability data of section C in Krippendorff (2011), also in Hayes and Krippendorff (2007): four observers,
// twelve units, of which the last has one rating.
const fourObservers = units(
	"1 2 3 3 2 1 4 1 2 . . .",
	"1 2 3 3 2 2 4 1 2 5 . 3",
	". 3 3 3 2 3 4 2 2 5 1 .",
	"1 2 3 3 2 4 4 1 2 5 1 .",
);

describe("krippendorffAlpha", () => {
	it("gives the published values of the worked examples", () => {
		// A. two observers, binary; B. two observers, nominal; C. four observers with missing ratings.
		const binary = units("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0");
		const nominal = units("a a b b d c c c e d d a", "b a b b b c c c e d d d");
		expect(krippendorffAlpha(binary, "nominal")?.alpha).toBeCloseTo(0.095, 3);
		expect(krippendorffAlpha(nominal, "nominal")?.alpha).toBeCloseTo(0.692, 3);
		expect(krippendorffAlpha(fourObservers, "nominal")?.alpha).toBeCloseTo(0.743, 3);
		expect(krippendorffAlpha(fourObservers, "ordinal", ["1", "2", "3", "4", "5"])?.alpha).toBeCloseTo(0.815, 3);
	});

	it("counts the units with at least two ratings", () => {
		expect(krippendorffAlpha(fourObservers, "nominal")?.units).toBe(11);
	});

	it("is 1 for perfect agreement, below 0 for systematic disagreement", () => {
		expect(krippendorffAlpha(units("a b a", "a b a"), "nominal")?.alpha).toBe(1);
		expect(krippendorffAlpha(units("a b a b", "b a b a"), "nominal")?.alpha).toBeLessThan(0);
	});

	it("counts near ranks as nearer on the ordinal scale", () => {
		const order = ["low", "medium", "high", "critical"];
		const near = krippendorffAlpha(units("low medium high critical", "medium medium high critical"), "ordinal", order);
		const far = krippendorffAlpha(units("low medium high critical", "critical medium high critical"), "ordinal", order);
		expect(near?.alpha).toBeGreaterThan(far?.alpha ?? 1);
	});

	it("says nothing where nothing can be said", () => {
		expect(krippendorffAlpha([], "nominal")).toBeUndefined();
		expect(krippendorffAlpha(units("a . b"), "nominal")).toBeUndefined();
		expect(krippendorffAlpha(units("a a", "a a"), "nominal")).toBeUndefined();
	});
});
