import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Budget, createBudget } from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

describe("Budget", () => {
	it("grants exactly its attempts and names the limit", () => {
		const budget = createBudget({ maxAttempts: 2 }, { clock: createLeapingClock() });
		expect(budget.tryAttempt()).toBeUndefined();
		expect(budget.tryAttempt()).toBeUndefined();
		expect(budget.tryAttempt()).toEqual({ kind: "attempts", limit: 2, spent: 2 });
		expect(budget.spent().attempts).toBe(2);
	});

	it("books nothing here when an ancestor refuses", () => {
		const parent = createBudget({ maxAttempts: 1 }, { clock: createLeapingClock() });
		const child = parent.child({ maxAttempts: 5 });
		expect(child.tryAttempt()).toBeUndefined();
		expect(child.tryAttempt()).toEqual({ kind: "attempts", limit: 1, spent: 1 });
		expect(child.spent().attempts).toBe(1);
	});

	it("aborts its signal and its children's at the wall clock limit, and says so", () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 500 }, { clock });
		const child = budget.child({});
		clock.advance(499);
		expect(child.signal.aborted).toBe(false);
		clock.advance(1);
		expect(child.signal.aborted).toBe(true);
		expect(child.check()).toMatchObject({ kind: "wall_clock", limit: 500 });
		expect(child.tryAttempt()).toMatchObject({ kind: "wall_clock" });
	});

	it("takes a disposed timer back", () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 10 }, { clock });
		budget.dispose();
		clock.advance(20);
		expect(budget.signal.aborted).toBe(false);
	});

	it("follows an outer signal", () => {
		const controller = new AbortController();
		const budget = createBudget({}, { clock: createLeapingClock(), signal: controller.signal });
		controller.abort();
		expect(budget.child({}).signal.aborted).toBe(true);
	});

	it("counts tokens and money in the whole chain and ignores nonsense", () => {
		const budget = createBudget({ maxTokens: 100, maxCostUsd: 1 }, { clock: createLeapingClock() });
		const child = budget.child({ maxTokens: 60 });
		child.spend({ tokens: 50, costUsd: 0.25 });
		child.spend({ tokens: Number.NaN, costUsd: -5 });
		expect(child.remaining()).toEqual({ maxTokens: 10, maxCostUsd: 0.75 });
		expect(budget.spent()).toMatchObject({ tokens: 50, costUsd: 0.25 });
		child.spend({ tokens: 10 });
		expect(child.check()).toEqual({ kind: "tokens", limit: 60, spent: 60 });
		expect(budget.check()).toBeUndefined();
		child.spend({ costUsd: 0.75 });
		expect(budget.check()).toMatchObject({ kind: "cost" });
	});

	it("never lets attempts exceed the grant of any budget in a tree", () => {
		fc.assert(
			fc.property(
				fc.nat({ max: 20 }),
				fc.array(fc.record({ parent: fc.nat(), grant: fc.option(fc.nat({ max: 10 }), { nil: undefined }) }), {
					maxLength: 8,
				}),
				fc.array(fc.nat(), { maxLength: 80 }),
				(rootGrant, nodes, draws) => {
					const tree: { budget: Budget; grant: number | undefined }[] = [
						{ budget: createBudget({ maxAttempts: rootGrant }, { clock: createLeapingClock() }), grant: rootGrant },
					];
					for (const { parent, grant } of nodes) {
						const above = tree[parent % tree.length];
						if (above === undefined) continue;
						tree.push({ budget: above.budget.child(grant === undefined ? {} : { maxAttempts: grant }), grant });
					}
					let granted = 0;
					for (const draw of draws) if (tree[draw % tree.length]?.budget.tryAttempt() === undefined) granted += 1;
					expect(granted).toBeLessThanOrEqual(rootGrant);
					for (const { budget, grant } of tree) {
						expect(budget.spent().attempts).toBeLessThanOrEqual(Math.min(grant ?? rootGrant, rootGrant));
					}
				},
			),
		);
	});
});
