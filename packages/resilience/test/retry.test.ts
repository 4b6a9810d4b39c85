import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type Budget,
	createBudget,
	createCircuitBreaker,
	createRetrySchedule,
	parseRetryAfter,
	parseTryAgainIn,
	type RetryVerdict,
	withRetry,
} from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

const again: RetryVerdict = { kind: "retry" };
const never = new AbortController().signal;

describe("createRetrySchedule", () => {
	it("waits 200, 400, 800, 1600 ms with jitter of a tenth, then stops", async () => {
		for (const [random, factor] of [
			[0, 0.9],
			[0.5, 1],
			[0.999999999, 1.1],
		] as const) {
			const clock = createLeapingClock();
			const schedule = createRetrySchedule({}, { budget: createBudget({}, { clock }), clock, random: () => random });
			for (let count = 0; count < 4; count += 1) expect((await schedule.next(again, never)).kind).toBe("go");
			expect(await schedule.next(again, never)).toEqual({ kind: "exhausted" });
			expect(clock.slept.map(Math.round)).toEqual([200, 400, 800, 1600].map((ms) => Math.round(ms * factor)));
		}
	});

	it("starts over after a reset", async () => {
		const clock = createLeapingClock();
		const schedule = createRetrySchedule(
			{ maxRetries: 1 },
			{ budget: createBudget({}, { clock }), clock, random: () => 0.5 },
		);
		await schedule.next(again, never);
		schedule.reset();
		expect(await schedule.next(again, never)).toEqual({ kind: "go", delayMs: 200, retryNumber: 1 });
	});

	it("honours the server's wait, and announces before it", async () => {
		const clock = createLeapingClock();
		const announced: string[] = [];
		const schedule = createRetrySchedule(
			{},
			{
				budget: createBudget({}, { clock }),
				clock,
				announce: (ms, number) => announced.push(`${number}:${ms}:${clock.slept.length}`),
			},
		);
		expect(await schedule.next({ kind: "retry", afterMs: 7000 }, never)).toMatchObject({ kind: "go", delayMs: 7000 });
		expect(announced).toEqual(["1:7000:0"]);
	});

	it("does not begin a wait that the wall clock cannot hold", async () => {
		const clock = createLeapingClock();
		const schedule = createRetrySchedule({}, { budget: createBudget({ maxWallMs: 1000 }, { clock }), clock });
		expect(await schedule.next({ kind: "retry", afterMs: 5000 }, never)).toMatchObject({ kind: "budget" });
		expect(clock.slept).toEqual([]);
	});

	it("caps retries at 100 and stops on stop", async () => {
		const clock = createLeapingClock();
		const schedule = createRetrySchedule({ maxRetries: 1e9 }, { budget: createBudget({}, { clock }), clock });
		let count = 0;
		while ((await schedule.next(again, never)).kind === "go") count += 1;
		expect(count).toBe(100);
		schedule.reset();
		expect(await schedule.next({ kind: "stop" }, never)).toEqual({ kind: "exhausted" });
	});
});

describe("withRetry", () => {
	it("gives the value and the number of attempts", async () => {
		const clock = createLeapingClock();
		const notices: number[] = [];
		const outcome = await withRetry(
			async (number) => {
				if (number < 3) throw new Error(`no ${number}`);
				return "yes";
			},
			{
				budget: createBudget({}, { clock }),
				clock,
				classify: () => again,
				signal: never,
				onRetry: (notice) => notices.push(notice.retryNumber),
			},
		);
		expect(outcome).toEqual({ kind: "ok", value: "yes", attempts: 3 });
		expect(notices).toEqual([1, 2]);
	});

	it("gives up on what is not worth it, on the budget, and on abort", async () => {
		const clock = createLeapingClock();
		const boom = new Error("boom");
		const fail = async (): Promise<never> => {
			throw boom;
		};
		const base = { clock, signal: never };
		expect(
			await withRetry(fail, { ...base, budget: createBudget({}, { clock }), classify: () => ({ kind: "stop" }) }),
		).toEqual({ kind: "failed", error: boom, attempts: 1 });
		expect(
			await withRetry(fail, { ...base, budget: createBudget({ maxAttempts: 2 }, { clock }), classify: () => again }),
		).toMatchObject({ kind: "budget", lastError: boom, attempts: 2 });
		expect(
			await withRetry(fail, { ...base, budget: createBudget({ maxAttempts: 0 }, { clock }), classify: () => again }),
		).toMatchObject({ kind: "budget", attempts: 0 });
		const controller = new AbortController();
		const aborting = async (): Promise<never> => {
			controller.abort();
			throw boom;
		};
		expect(
			await withRetry(aborting, {
				budget: createBudget({}, { clock }),
				clock,
				classify: () => again,
				signal: controller.signal,
			}),
		).toEqual({ kind: "aborted", attempts: 1 });
		expect(
			await withRetry(fail, {
				budget: createBudget({}, { clock }),
				clock,
				classify: () => again,
				signal: controller.signal,
			}),
		).toEqual({ kind: "aborted", attempts: 0 });
	});
});

// The review's "can retry indefinitely across layers": layers of retries inside retries, each with a grant of its own and
// some with a breaker, over calls that fail as the test says.
type Layer =
	| { readonly type: "leaf" }
	| { readonly type: "retry"; readonly retries: number; readonly grant: number | undefined; readonly inner: Layer }
	| { readonly type: "breaker"; readonly threshold: number; readonly inner: Layer }
	| { readonly type: "twice"; readonly inner: Layer };

const layers = fc.letrec<{ layer: Layer }>((tie) => ({
	layer: fc.oneof(
		{ maxDepth: 5, depthSize: "large" },
		fc.constant<Layer>({ type: "leaf" }),
		fc.record({
			type: fc.constant("retry" as const),
			retries: fc.integer({ min: 0, max: 20 }),
			grant: fc.option(fc.nat({ max: 15 }), { nil: undefined }),
			inner: tie("layer"),
		}),
		fc.record({
			type: fc.constant("breaker" as const),
			threshold: fc.integer({ min: 1, max: 4 }),
			inner: tie("layer"),
		}),
		fc.record({ type: fc.constant("twice" as const), inner: tie("layer") }),
	),
})).layer;

describe("nested retries", () => {
	it("never call more often than the outermost budget grants, and always end", async () => {
		await fc.assert(
			fc.asyncProperty(
				layers,
				fc.nat({ max: 25 }),
				fc.array(fc.boolean(), { maxLength: 30 }),
				async (shape, grant, successes) => {
					const clock = createLeapingClock();
					const root = createBudget({ maxAttempts: grant }, { clock });
					const grants: { readonly budget: Budget; readonly limit: number }[] = [{ budget: root, limit: grant }];
					let calls = 0;
					const build = (layer: Layer, budget: Budget): (() => Promise<void>) => {
						switch (layer.type) {
							case "leaf":
								return async () => {
									const outcome = await withRetry(
										async () => {
											calls += 1;
											if (successes[calls % 31] !== true) throw new Error("down");
										},
										{ budget, clock, classify: () => again, signal: never },
									);
									if (outcome.kind !== "ok") throw new Error(outcome.kind);
								};
							case "retry": {
								const own = budget.child(layer.grant === undefined ? {} : { maxAttempts: layer.grant });
								grants.push({ budget: own, limit: layer.grant ?? grant });
								const inner = build(layer.inner, own);
								return async () => {
									const outcome = await withRetry(inner, {
										policy: { maxRetries: layer.retries },
										budget: own,
										clock,
										classify: () => again,
										signal: never,
									});
									if (outcome.kind !== "ok") throw new Error(outcome.kind);
								};
							}
							case "breaker": {
								const breaker = createCircuitBreaker({ failureThreshold: layer.threshold, openMs: 1, clock });
								const inner = build(layer.inner, budget);
								return async () => {
									const pass = breaker.tryEnter();
									if (pass.kind === "refused") throw new Error(pass.cause);
									try {
										await inner();
										pass.success();
									} catch (error) {
										pass.failure(String(error));
										throw error;
									}
								};
							}
							case "twice": {
								const inner = build(layer.inner, budget);
								return async () => {
									await inner().catch(() => undefined);
									await inner();
								};
							}
						}
					};
					await build(shape, root)().catch(() => undefined);
					expect(calls).toBeLessThanOrEqual(grant);
					for (const { budget, limit } of grants) expect(budget.spent().attempts).toBeLessThanOrEqual(limit);
				},
			),
			{ numRuns: process.env["CODE_TEST_FULL"] === "1" ? 5000 : 300 },
		);
	});
});

describe("waits that servers ask for", () => {
	const headers = (entries: Record<string, string>) => (name: string) => entries[name] ?? null;
	it.each<[Record<string, string>, number | undefined]>([
		[{ "retry-after": "3" }, 3000],
		[{ "retry-after": "0.5" }, 500],
		[{ "retry-after-ms": "250", "retry-after": "9" }, 250],
		[{ "retry-after": "Thu, 01 Jan 1970 00:00:10 GMT" }, 9000],
		[{ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, 0],
		[{ "retry-after": "soon" }, undefined],
		[{ "retry-after": "-4" }, undefined],
		[{}, undefined],
	])("%j is %s ms", (entries, expected) => {
		const parsed = parseRetryAfter(headers(entries), 1000);
		expect(parsed).toBe(expected);
	});
	it("reads sentences", () => {
		expect(parseTryAgainIn("Rate limit reached. Please try again in 11.054s. Visit …")).toBeCloseTo(11_054);
		expect(parseTryAgainIn("try again in 28ms")).toBe(28);
		expect(parseTryAgainIn("Try again in 2 seconds")).toBe(2000);
		expect(parseTryAgainIn("try again later")).toBeUndefined();
	});
});
