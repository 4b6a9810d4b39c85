import fc from "fast-check";
import { expect, test } from "vitest";
import { LineChain } from "../../src/rollout/line-chain.ts";

function chainOf(...lines: readonly (readonly [unknown, unknown, string])[]): LineChain<string> {
	const chain = new LineChain<string>();
	for (const [id, parent, value] of lines) chain.add(id, parent, value);
	return chain;
}

test("lines without ids come one after the other", () => {
	const chain = chainOf([undefined, undefined, "a"], [undefined, undefined, "b"]);
	expect(chain.branch()).toEqual(["a", "b"]);
	expect(chain.end).toEqual({ lastId: 2, parent: 2 });
});

test("lines with ids may follow lines without", () => {
	const chain = chainOf([undefined, undefined, "a"], [undefined, undefined, "b"], [3, 2, "c"]);
	expect(chain.branch()).toEqual(["a", "b", "c"]);
});

test("a line that goes back leaves what came between on another branch", () => {
	const chain = chainOf([1, null, "a"], [2, 1, "b"], [3, 2, "c"], [4, 1, "d"], [5, 4, "e"]);
	expect(chain.branch()).toEqual(["a", "d", "e"]);
	expect(chain.end).toEqual({ lastId: 5, parent: 5 });
});

test("a second line of an id does not count, a lost parent is the line before", () => {
	const chain = chainOf([1, null, "a"], [2, 1, "b"], [2, 1, "again"], [4, 3, "c"]);
	expect(chain.add(4, 2, "again")).toBe(false);
	expect(chain.branch()).toEqual(["a", "b", "c"]);
});

test("a line that begins anew leaves everything behind", () => {
	expect(chainOf([1, null, "a"], [2, null, "b"]).branch()).toEqual(["b"]);
});

test("whatever stands for ids, the branch ends in the last line that counted, and each line is in it once", () => {
	const odd = fc.oneof(
		fc.integer({ min: -2, max: 12 }),
		fc.constant(null),
		fc.constant(undefined),
		fc.string(),
		fc.double(),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(odd, odd)), (pairs) => {
			const chain = new LineChain<number>();
			let last: number | undefined;
			for (const [index, [id, parent]] of pairs.entries()) if (chain.add(id, parent, index)) last = index;
			const branch = chain.branch();
			expect(branch.at(-1)).toBe(last);
			expect(branch).toEqual(branch.toSorted((a, b) => a - b));
			expect(new Set(branch).size).toBe(branch.length);
		}),
	);
});
