import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlignItem, alignItems } from "../../src/consensus/align.ts";
import { heaviestMatching } from "../../src/consensus/matching.ts";
import { normaliseText, stemWord } from "../../src/consensus/normalise-text.ts";
import { compareTexts } from "../../src/consensus/similarity.ts";

const item = (text: string, more: Partial<AlignItem> = {}): AlignItem => ({
	keys: [],
	hints: [],
	text: normaliseText(text),
	...more,
});

const shape = (voters: readonly (readonly AlignItem[])[], threshold = 0.6): readonly string[] =>
	alignItems(
		voters.map((items) => ({ items })),
		threshold,
	).clusters.map((cluster) => cluster.map(({ voter, item: position }) => `${voter}.${position}`).join(" "));

/** The best sum by trying everything. */
function bruteForce(scores: readonly (readonly number[])[]): number {
	const rows = scores.length;
	const best = (row: number, used: ReadonlySet<number>): number => {
		if (row === rows) return 0;
		let top = best(row + 1, used);
		for (const [column, score] of (scores[row] ?? []).entries()) {
			if (score > 0 && !used.has(column)) top = Math.max(top, score + best(row + 1, new Set([...used, column])));
		}
		return top;
	};
	return best(0, new Set());
}

describe("heaviestMatching", () => {
	it("prefers the greater sum to the best single pair", () => {
		const pairs = heaviestMatching([
			{ left: 0, right: 0, score: 0.9 },
			{ left: 0, right: 1, score: 0.8 },
			{ left: 1, right: 0, score: 0.8 },
		]);
		expect(pairs.map(({ left, right }) => [left, right])).toEqual([
			[0, 1],
			[1, 0],
		]);
	});

	it("is as heavy as the best of all matchings, and uses each item once", () => {
		const table = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }), {
			minLength: 1,
			maxLength: 5,
		});
		fc.assert(
			fc.property(table, (scores) => {
				const candidates = scores.flatMap((row, left) =>
					row.flatMap((score, right) => (score > 0 ? [{ left, right, score: score / 10 }] : [])),
				);
				const pairs = heaviestMatching(candidates);
				expect(new Set(pairs.map(({ left }) => left)).size).toBe(pairs.length);
				expect(new Set(pairs.map(({ right }) => right)).size).toBe(pairs.length);
				const sum = pairs.reduce((total, { score }) => total + score, 0);
				expect(sum).toBeCloseTo(bruteForce(scores) / 10, 9);
			}),
			{ numRuns: 300, seed: 7 },
		);
	});
});

describe("alignItems", () => {
	it("joins by key whatever the words, and keeps different keys apart whatever the words", () => {
		expect(
			shape([
				[item("Reset by mail", { keys: ["FR-1"] }), item("Same words", { keys: ["FR-2"] })],
				[item("Same words", { keys: ["FR-3"] }), item("Passwords", { keys: ["FR-1"] })],
			]),
		).toEqual(["0.0 1.1", "0.1", "1.0"]);
	});

	it("lets a hint halve the similarity, but not replace it", () => {
		const left = item("Add the reset endpoint", { hints: ["FR-1"] });
		expect(shape([[left], [item("Add a reset route", { hints: ["FR-1"] })]])).toEqual(["0.0 1.0"]);
		expect(shape([[left], [item("Translate the manual", { hints: ["FR-1"] })]])).toEqual(["0.0", "1.0"]);
	});

	it("puts at most one item of each agent into a cluster", () => {
		const clusters = shape([
			[item("Create the users table"), item("Create users table")],
			[item("Create the users table")],
			[item("create users table")],
		]);
		expect(clusters).toEqual(["0.0 1.0 2.0", "0.1"]);
	});

	it("joins through a third agent", () => {
		const clusters = shape([
			[item("Cache search results")],
			[item("Cache product search results in Redis")],
			[item("Cache product results in Redis")],
		]);
		expect(clusters).toEqual(["0.0 1.0 2.0"]);
	});

	it("reports a denial as an opposition and does not join it", () => {
		const { clusters, oppositions } = alignItems(
			[{ items: [item("Store tokens in local storage")] }, { items: [item("Do not store tokens in local storage")] }],
			0.6,
		);
		expect(clusters.length).toBe(2);
		expect(oppositions).toMatchObject([{ one: { voter: 0, item: 0 }, other: { voter: 1, item: 0 } }]);
	});

	it("has every item in exactly one cluster, and gives the same result twice", () => {
		const words = fc.constantFrom("add", "users", "table", "index", "not", "email", "delete", "5", "test", "login");
		const text = fc.array(words, { minLength: 1, maxLength: 5 }).map((parts) => item(parts.join(" ")));
		fc.assert(
			fc.property(fc.array(fc.array(text, { maxLength: 6 }), { minLength: 1, maxLength: 5 }), (voters) => {
				const clusters = shape(voters);
				expect(clusters).toEqual(shape(voters));
				const members = clusters.flatMap((cluster) => cluster.split(" "));
				expect([...members].sort()).toEqual(
					voters.flatMap((items, voter) => items.map((_, position) => `${voter}.${position}`)).sort(),
				);
				for (const cluster of clusters) {
					const agents = cluster.split(" ").map((member) => member.split(".")[0]);
					expect(new Set(agents).size).toBe(agents.length);
				}
			}),
			{ numRuns: 200, seed: 11 },
		);
	});
});

describe("compareTexts", () => {
	it("is symmetric and between 0 and 1", () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (left, right) => {
				const [one, other] = [normaliseText(left), normaliseText(right)];
				const forward = compareTexts(one, other);
				expect(forward).toEqual(compareTexts(other, one));
				expect(forward.score).toBeGreaterThanOrEqual(0);
				expect(forward.score).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 300, seed: 3 },
		);
	});

	it.each([
		["two denials are none", "Do not disable logging", "Enable logging", "same"],
		["failing is not passing", "Tests pass", "Tests fail", "opposed"],
		["not failing is passing", "Tests pass", "Tests do not fail", "same"],
		["questions deny nothing", "May guests order?", "May guests not order?", "other"],
		["other numbers, another item", "Keep logs for 30 days", "Keep logs for 90 days", "other"],
		["numbers in words are numbers", "Try three times", "Try 3 times", "same"],
		["thousands are one number", "Import 10,000 rows", "Import 10000 rows", "same"],
	])("%s", (_, left, right, relation) => {
		expect(compareTexts(normaliseText(left), normaliseText(right)).relation).toBe(relation);
	});

	it.each([
		["empty texts are alike", "", "the", 1],
		["nothing in common", "red", "blue", 0],
	])("%s", (_, left, right, score) => {
		expect(compareTexts(normaliseText(left), normaliseText(right)).score).toBe(score);
	});

	it("stems lightly", () => {
		expect(["adds", "adding", "added", "stories", "validation", "validates", "boxes", "bus"].map(stemWord)).toEqual([
			"add",
			"ad",
			"ad",
			"stor",
			"valid",
			"valid",
			"box",
			"bus",
		]);
	});
});
