// The review's "can retry indefinitely across layers", shown impossible: random trees of layers over calls that fail as
// the test says, each layer with a grant of its own, some with a breaker, some loops, some in parallel.

import type { BudgetLimits, BudgetSpend } from "@codex/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Budget, createBudget, createCircuitBreaker, createRetrySchedule, withRetry } from "../src/index.ts";
import { createLeapingClock, type LeapingClock } from "./fake-clock.ts";

type Layer =
	/** A request, retried by a function or by a loop with a schedule. */
	| { readonly type: "call" | "stream"; readonly retries: number }
	/** A retry around another layer, with a child budget. */
	| { readonly type: "retry"; readonly retries: number; readonly grant: BudgetLimits; readonly inner: Layer }
	| { readonly type: "breaker"; readonly threshold: number; readonly inner: Layer }
	/** Tries the inner layer again by hand, as careless code would. */
	| { readonly type: "insist"; readonly times: number; readonly inner: Layer }
	| { readonly type: "parallel"; readonly left: Layer; readonly right: Layer };

const optional = (max: number): fc.Arbitrary<number | undefined> => fc.option(fc.nat({ max }), { nil: undefined });
const grants: fc.Arbitrary<BudgetLimits> = fc
	.record({ maxAttempts: optional(15), maxWallMs: optional(20_000), maxTokens: optional(60), maxCostUsd: optional(6) })
	.map((limits) => Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)));
const retries = fc.integer({ min: 0, max: 20 });

const { layer: layers } = fc.letrec<{ layer: Layer }>((tie) => ({
	layer: fc.oneof(
		{ maxDepth: 5, depthSize: "large" },
		fc.record({ type: fc.constantFrom("call" as const, "stream" as const), retries }),
		fc.record({ type: fc.constant("retry" as const), retries, grant: grants, inner: tie("layer") }),
		fc.record({
			type: fc.constant("breaker" as const),
			threshold: fc.integer({ min: 1, max: 4 }),
			inner: tie("layer"),
		}),
		fc.record({ type: fc.constant("insist" as const), times: fc.integer({ min: 2, max: 3 }), inner: tie("layer") }),
		fc.record({ type: fc.constant("parallel" as const), left: tie("layer"), right: tie("layer") }),
	),
}));

interface Answer {
	readonly ok: boolean;
	readonly afterMs: number | undefined;
	readonly takesMs: number;
	readonly tokens: number;
}

const answers = fc.array(
	fc.record({
		ok: fc.boolean(),
		afterMs: fc.option(fc.nat({ max: 3000 }), { nil: undefined }),
		takesMs: fc.nat({ max: 500 }),
		tokens: fc.nat({ max: 9 }),
	}),
	{ maxLength: 30 },
);

const never = new AbortController().signal;

class Refused extends Error {
	readonly afterMs: number | undefined;
	constructor(afterMs: number | undefined) {
		super("refused");
		this.afterMs = afterMs;
	}
}

/** A budget that compares each of its answers with plain sums of what was granted, sent and spent under it. */
class Watched implements Budget {
	readonly #real: Budget;
	readonly #world: World;
	readonly #limits: Required<BudgetLimits>;
	readonly #startedMs: number;
	readonly #chain: readonly Watched[];
	readonly sum = { granted: 0, requests: 0, tokens: 0, costUsd: 0 };

	constructor(real: Budget, limits: BudgetLimits, world: World, parent?: Watched) {
		const none = Number.POSITIVE_INFINITY;
		this.#real = real;
		this.#world = world;
		this.#limits = { maxAttempts: none, maxWallMs: none, maxTokens: none, maxCostUsd: none, ...limits };
		this.#startedMs = world.clock.monotonicMs();
		this.#chain = parent === undefined ? [this] : [this, ...parent.#chain];
		world.budgets.push(this);
	}

	tryAttempt(): ReturnType<Budget["tryAttempt"]> {
		const allowed = this.#chain.every((each) => each.#holds());
		const refusal = this.#real.tryAttempt();
		if (allowed !== (refusal === undefined)) this.#world.violations.push(`wrong answer: ${JSON.stringify(refusal)}`);
		if (refusal === undefined) for (const { sum } of this.#chain) sum.granted += 1;
		return refusal;
	}

	/** A request is sent. Layers swallow what is thrown, so what must hold then is noted. */
	request(): void {
		for (const { sum } of this.#chain) {
			sum.requests += 1;
			if (sum.requests > sum.granted) this.#world.violations.push("a request without an attempt");
		}
	}

	spend(amount: { readonly tokens: number; readonly costUsd: number }): void {
		this.#real.spend(amount);
		for (const { sum } of this.#chain) {
			sum.tokens += amount.tokens;
			sum.costUsd += amount.costUsd;
		}
	}

	child(limits: BudgetLimits): Watched {
		return new Watched(this.#real.child(limits), limits, this.#world, this);
	}

	get maxAttempts(): number {
		return Math.min(...this.#chain.map((each) => each.#limits.maxAttempts));
	}

	get label(): string {
		return this.#real.label;
	}
	get signal(): AbortSignal {
		return this.#real.signal;
	}
	peekAttempt(): ReturnType<Budget["peekAttempt"]> {
		return this.#real.peekAttempt();
	}
	check(): ReturnType<Budget["check"]> {
		return this.#real.check();
	}
	checkWait(ms: number): ReturnType<Budget["checkWait"]> {
		return this.#real.checkWait(ms);
	}
	remaining(): BudgetLimits {
		return this.#real.remaining();
	}
	remainingWallMs(): number | undefined {
		return this.#real.remainingWallMs();
	}
	spent(): BudgetSpend {
		return this.#real.spent();
	}
	dispose(): void {
		this.#real.dispose();
	}

	#holds(): boolean {
		const { maxAttempts, maxWallMs, maxTokens, maxCostUsd } = this.#limits;
		const { granted, tokens, costUsd } = this.sum;
		const wallMs = this.#world.clock.monotonicMs() - this.#startedMs;
		return granted < maxAttempts && wallMs < maxWallMs && tokens < maxTokens && costUsd < maxCostUsd;
	}
}

/** One server, one clock, and all budgets over them. */
class World {
	readonly clock: LeapingClock = createLeapingClock();
	readonly budgets: Watched[] = [];
	readonly violations: string[] = [];
	readonly #answers: readonly Answer[];
	requests = 0;

	constructor(planned: readonly Answer[]) {
		this.#answers = planned;
	}

	root(limits: BudgetLimits): Watched {
		return new Watched(createBudget(limits, { clock: this.clock }), limits, this);
	}

	request(budget: Watched): void {
		this.requests += 1;
		budget.request();
		const answer = this.#answers[this.requests % 31];
		const tokens = answer?.tokens ?? 1;
		this.clock.advance(answer?.takesMs ?? 0);
		// An eighth: sums of it are exact.
		budget.spend({ tokens, costUsd: tokens / 8 });
		if (answer?.ok !== true) throw new Refused(answer?.afterMs);
	}
}

const verdictOf = (error: unknown) => ({
	kind: "retry" as const,
	...(error instanceof Refused && error.afterMs !== undefined ? { afterMs: error.afterMs } : {}),
});

type Work = () => Promise<void>;

function retried(world: World, budget: Watched, maxRetries: number, work: Work): Work {
	const { clock } = world;
	return async () => {
		const outcome = await withRetry({ maxRetries }, verdictOf, work, { budget, clock, signal: never });
		if (outcome.kind !== "ok") throw new Error(outcome.kind);
	};
}

function streamed(world: World, budget: Watched, maxRetries: number): Work {
	return async () => {
		const schedule = createRetrySchedule({ maxRetries }, { budget, clock: world.clock });
		if (budget.tryAttempt() !== undefined) throw new Error("budget");
		for (;;) {
			try {
				return world.request(budget);
			} catch (error) {
				if (!(error instanceof Refused)) throw error;
				const step = await schedule.next(verdictOf(error), never);
				if (step.kind !== "go") throw new Error(step.kind);
			}
		}
	};
}

function guarded(world: World, failureThreshold: number, work: Work): Work {
	const breaker = createCircuitBreaker({ failureThreshold, openMs: 300, clock: world.clock });
	return async () => {
		const pass = breaker.tryEnter();
		if (pass.kind === "refused") throw new Error(pass.cause);
		try {
			await work();
			pass.success();
		} catch (error) {
			pass.failure(String(error));
			throw error;
		}
	};
}

function build(world: World, layer: Layer, budget: Watched): Work {
	switch (layer.type) {
		case "call":
			return retried(world, budget, layer.retries, async () => world.request(budget));
		case "stream":
			return streamed(world, budget, layer.retries);
		case "retry":
			return async () => {
				const own = budget.child(layer.grant);
				await retried(world, own, layer.retries, build(world, layer.inner, own))();
			};
		case "breaker":
			return guarded(world, layer.threshold, build(world, layer.inner, budget));
		case "insist": {
			const inner = build(world, layer.inner, budget);
			return async () => {
				for (let count = 1; count < layer.times; count += 1) await inner().catch(() => undefined);
				await inner();
			};
		}
		case "parallel": {
			const works = [build(world, layer.left, budget), build(world, layer.right, budget)];
			return async () => {
				for (const result of await Promise.allSettled(works.map((work) => work()))) {
					if (result.status === "rejected") throw result.reason;
				}
			};
		}
	}
}

describe("nested retries", () => {
	it("never send more than the outermost budget grants nor any budget on the way, and always end", async () => {
		let largest = 0;
		await fc.assert(
			fc.asyncProperty(layers, fc.nat({ max: 25 }), grants, answers, async (shape, maxAttempts, rest, planned) => {
				const world = new World(planned);
				const root = world.root({ ...rest, maxAttempts });
				await build(world, shape, root)().catch(() => undefined);
				expect(world.violations).toEqual([]);
				largest = Math.max(largest, world.requests);
				expect(world.requests).toBeLessThanOrEqual(maxAttempts);
				for (const budget of world.budgets) {
					expect(budget.sum.granted).toBeLessThanOrEqual(budget.maxAttempts);
					expect(budget.spent().attempts).toBe(budget.sum.granted);
				}
			}),
			{ numRuns: process.env["CODE_TEST_FULL"] === "1" ? 5000 : 400 },
		);
		// The trees are not so shy that the limits are never met.
		expect(largest).toBeGreaterThan(15);
	});

	it("end without any budget too, by the number of their retries alone", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({}, { clock });
		let calls = 0;
		const options = { budget, clock, signal: never };
		const leaf = async (): Promise<never> => {
			calls += 1;
			throw new Error("down");
		};
		const inner = (): Promise<unknown> => withRetry({ maxRetries: 4 }, verdictOf, leaf, options).then(() => leaf());
		await withRetry({ maxRetries: 5 }, verdictOf, inner, options);
		expect(calls).toBe(6 * (5 + 1));
		// The same two layers under a grant of 12 send 12 requests at most (outer attempts count as well).
		calls = 0;
		const granted = createBudget({ maxAttempts: 12 }, { clock });
		const under = { ...options, budget: granted };
		const frugal = async (): Promise<void> => {
			const outcome = await withRetry({ maxRetries: 4 }, verdictOf, leaf, under);
			if (outcome.kind !== "ok") throw new Error(outcome.kind);
		};
		expect((await withRetry({ maxRetries: 5 }, verdictOf, frugal, under)).kind).toBe("budget");
		expect(calls).toBeLessThan(12);
		expect(granted.spent().attempts).toBe(12);
	});
});
