import type { BudgetLimits } from "@codex/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Budget, createBudget } from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

/** A budget beside plain sums of what was asked of it and below it. */
class Node {
	readonly budget: Budget;
	readonly sum = { attempts: 0, tokens: 0, costUsd: 0 };
	readonly #limits: Required<BudgetLimits>;
	readonly #chain: readonly Node[];
	readonly #startedMs: number;

	constructor(budget: Budget, limits: BudgetLimits, parent: Node | undefined, startedMs: number) {
		const none = Number.POSITIVE_INFINITY;
		this.budget = budget;
		this.#limits = { maxAttempts: none, maxWallMs: none, maxTokens: none, maxCostUsd: none, ...limits };
		this.#chain = parent === undefined ? [this] : [this, ...parent.#chain];
		this.#startedMs = startedMs;
	}

	spend(amount: number): void {
		this.budget.spend({ tokens: amount, costUsd: amount });
		for (const { sum } of this.#chain) {
			sum.tokens += amount;
			sum.costUsd += amount;
		}
	}

	attempt(nowMs: number): void {
		const allowed = this.#chain.every((node) => node.#mayGrant(nowMs));
		expect(this.budget.peekAttempt() === undefined).toBe(allowed);
		expect(this.budget.tryAttempt() === undefined).toBe(allowed);
		if (allowed) for (const { sum } of this.#chain) sum.attempts += 1;
	}

	#mayGrant(nowMs: number): boolean {
		const { maxAttempts, maxWallMs, maxTokens, maxCostUsd } = this.#limits;
		const { attempts, tokens, costUsd } = this.sum;
		return attempts < maxAttempts && nowMs - this.#startedMs < maxWallMs && tokens < maxTokens && costUsd < maxCostUsd;
	}
}

describe("Budget", () => {
	it("grants exactly its attempts and names the limit and whose it is", () => {
		const budget = createBudget({ maxAttempts: 2 }, { clock: createLeapingClock(), label: "run" });
		expect(budget.tryAttempt()).toBeUndefined();
		expect(budget.peekAttempt()).toBeUndefined();
		expect(budget.tryAttempt()).toBeUndefined();
		const refusal = { kind: "attempts", limit: 2, spent: 2, whose: "run" };
		expect(budget.peekAttempt()).toEqual(refusal);
		expect(budget.tryAttempt()).toEqual(refusal);
		expect(budget.spent().attempts).toBe(2);
		// The last attempt may be at work: only a further one is refused.
		expect(budget.check()).toBeUndefined();
	});

	it("books nothing anywhere when an ancestor refuses", () => {
		const root = createBudget({ maxAttempts: 1 }, { clock: createLeapingClock() });
		const child = root.child({ maxAttempts: 5 });
		const grandchild = child.child({}, { label: "leaf" });
		expect([child.label, grandchild.label]).toEqual(["budget.child", "leaf"]);
		expect(grandchild.tryAttempt()).toBeUndefined();
		expect(grandchild.tryAttempt()).toEqual({ kind: "attempts", limit: 1, spent: 1, whose: "budget" });
		expect([root, child, grandchild].map((budget) => budget.spent().attempts)).toEqual([1, 1, 1]);
	});

	it("aborts its signal and its children's at the wall clock limit, and says so", () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 500 }, { clock });
		clock.advance(100);
		const child = budget.child({ maxWallMs: 600 });
		clock.advance(399);
		expect(child.signal.aborted).toBe(false);
		expect(child.remainingWallMs()).toBe(1);
		clock.advance(1);
		expect(child.signal.aborted).toBe(true);
		const refusal = { kind: "wall_clock", limit: 500, spent: 500, whose: "budget" };
		expect(child.check()).toEqual(refusal);
		expect(child.tryAttempt()).toEqual(refusal);
		expect(child.remaining()).toEqual({ maxWallMs: 0 });
		expect(child.spent().wallMs).toBe(400);
	});

	it("takes what has fired for reached, though the clock reads a little less", () => {
		const clock = createLeapingClock();
		let fire = (): void => undefined;
		const early = {
			...clock,
			timer: (_: number, callback: () => void) => {
				fire = callback;
				return () => undefined;
			},
		};
		const budget = createBudget({ maxWallMs: 500 }, { clock: early });
		clock.advance(499);
		fire();
		expect(budget.signal.aborted).toBe(true);
		expect(budget.check()).toMatchObject({ kind: "wall_clock" });
		expect(budget.remainingWallMs()).toBe(0);
	});

	it("knows whether a wait fits", () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 500 }, { clock });
		const child = budget.child({});
		clock.advance(100);
		expect(child.checkWait(399)).toBeUndefined();
		expect(child.checkWait(400)).toEqual({ kind: "wall_clock", limit: 500, spent: 100, whose: "budget" });
		expect(createBudget({}, { clock }).checkWait(1e12)).toBeUndefined();
	});

	it("takes a disposed timer back, and holds the limit", () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 10 }, { clock });
		expect(clock.pending).toBe(1);
		budget.dispose();
		budget.dispose();
		expect(clock.pending).toBe(0);
		clock.advance(20);
		expect(budget.signal.aborted).toBe(false);
		expect(budget.tryAttempt()).toMatchObject({ kind: "wall_clock" });
	});

	it("follows an outer signal, without calling it a limit", () => {
		const controller = new AbortController();
		const budget = createBudget({}, { clock: createLeapingClock(), signal: controller.signal });
		const child = budget.child({}, { signal: new AbortController().signal });
		controller.abort();
		expect(child.signal.aborted).toBe(true);
		expect(child.check()).toBeUndefined();
	});

	it("counts tokens and money in the whole chain and ignores nonsense", () => {
		const budget = createBudget({ maxTokens: 100, maxCostUsd: 1 }, { clock: createLeapingClock() });
		const child = budget.child({ maxTokens: 60 }, { label: "part" });
		child.spend({ tokens: 50, costUsd: 0.25 });
		child.spend({ tokens: Number.NaN, costUsd: -5 });
		child.spend({ tokens: Number.POSITIVE_INFINITY });
		expect(child.remaining()).toEqual({ maxTokens: 10, maxCostUsd: 0.75 });
		expect(budget.spent()).toMatchObject({ tokens: 50, costUsd: 0.25 });
		child.spend({ tokens: 10 });
		expect(child.check()).toEqual({ kind: "tokens", limit: 60, spent: 60, whose: "part" });
		expect(budget.check()).toBeUndefined();
		child.spend({ costUsd: 0.75 });
		expect(budget.check()).toMatchObject({ kind: "cost", whose: "budget" });
		expect(budget.child({}).tryAttempt()).toMatchObject({ kind: "cost" });
	});

	it("adds up prices without granting one more for an error of rounding", () => {
		const budget = createBudget({ maxCostUsd: 1 }, { clock: createLeapingClock() });
		for (let count = 0; count < 10; count += 1) budget.spend({ costUsd: 0.1 });
		expect(budget.spent().costUsd).toBeLessThan(1);
		expect(budget.check()).toMatchObject({ kind: "cost" });
		expect(budget.remaining()).toEqual({ maxCostUsd: 0 });
	});

	it("grants nothing for a limit that is none, and everything for an infinite one", () => {
		const clock = createLeapingClock();
		for (const limit of [0, -1, Number.NaN]) {
			for (const limits of [
				{ maxAttempts: limit },
				{ maxWallMs: limit },
				{ maxTokens: limit },
				{ maxCostUsd: limit },
			]) {
				expect(createBudget(limits, { clock }).tryAttempt()).toMatchObject({ limit: 0 });
			}
		}
		const infinite = Number.POSITIVE_INFINITY;
		const pending = clock.pending;
		const budget = createBudget(
			{ maxAttempts: infinite, maxWallMs: infinite, maxTokens: infinite, maxCostUsd: infinite },
			{ clock },
		);
		expect(clock.pending).toBe(pending);
		expect(budget.tryAttempt()).toBeUndefined();
		expect(budget.remaining()).toEqual({});
		expect(budget.remainingWallMs()).toBeUndefined();
	});

	it("never grants more than any budget of a tree has, whatever is asked of which", () => {
		const amount = fc.option(fc.nat({ max: 12 }), { nil: undefined });
		const limits = fc
			.record({ maxAttempts: amount, maxWallMs: amount, maxTokens: amount, maxCostUsd: amount })
			.map(
				(entries): BudgetLimits =>
					Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)),
			);
		const action = fc.oneof(
			fc.record({ kind: fc.constant("attempt" as const), who: fc.nat() }),
			fc.record({ kind: fc.constant("spend" as const), who: fc.nat(), amount: fc.nat({ max: 5 }) }),
			fc.record({ kind: fc.constant("wait" as const), ms: fc.nat({ max: 3 }), who: fc.nat() }),
		);
		fc.assert(
			fc.property(
				fc.array(fc.record({ parent: fc.nat(), limits }), { minLength: 1, maxLength: 8 }),
				fc.array(action, { maxLength: 80 }),
				(nodes, actions) => {
					const clock = createLeapingClock();
					const tree: Node[] = [];
					for (const node of nodes) {
						const parent = tree[node.parent % Math.max(1, tree.length)];
						const budget = parent?.budget.child(node.limits) ?? createBudget(node.limits, { clock });
						tree.push(new Node(budget, node.limits, parent, clock.monotonicMs()));
					}
					for (const step of actions) {
						const node = tree[step.who % tree.length];
						if (step.kind === "wait") clock.advance(step.ms);
						if (step.kind === "spend") node?.spend(step.amount);
						if (step.kind === "attempt") node?.attempt(clock.monotonicMs());
					}
					for (const { budget, sum } of tree) expect(budget.spent()).toMatchObject(sum);
				},
			),
			{ numRuns: 500 },
		);
	});
});
