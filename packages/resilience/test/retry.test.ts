import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	createBudget,
	createRetrySchedule,
	createSystemClock,
	type RetryNotice,
	type RetryVerdict,
	withRetry,
} from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

const again: RetryVerdict = { kind: "retry" };
const never = new AbortController().signal;
const always = (): RetryVerdict => again;

describe("createRetrySchedule", () => {
	it("waits 200, 400, 800, 1600 ms with jitter of a tenth, then stops", async () => {
		for (const [random, factor] of [
			[0, 0.9],
			[0.5, 1],
			[0.999999999, 1.1],
		] as const) {
			const clock = createLeapingClock();
			const budget = createBudget({}, { clock });
			const schedule = createRetrySchedule({}, { budget, clock, random: () => random });
			for (let count = 0; count < 4; count += 1) expect((await schedule.next(again, never)).kind).toBe("go");
			expect(await schedule.next(again, never)).toEqual({ kind: "exhausted" });
			expect(clock.slept.map(Math.round)).toEqual([200, 400, 800, 1600].map((ms) => Math.round(ms * factor)));
			expect(budget.spent().attempts).toBe(4);
		}
	});

	it("follows the policy's numbers, and takes the defaults for what is no number", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({}, { clock });
		const policy = { maxRetries: 5.9, baseDelayMs: 10, factor: 3, jitter: 0, maxDelayMs: 200 };
		const schedule = createRetrySchedule(policy, { budget, clock });
		while ((await schedule.next(again, never)).kind === "go");
		expect(clock.slept).toEqual([10, 30, 90, 200, 200]);
		const nan = Number.NaN;
		const odd = createRetrySchedule(
			{ maxRetries: nan, baseDelayMs: nan, factor: nan, jitter: nan, maxDelayMs: nan },
			{ budget, clock, random: () => 0.5 },
		);
		while ((await odd.next(again, never)).kind === "go");
		expect(clock.slept.slice(5)).toEqual([200, 400, 800, 1600]);
		const none = createRetrySchedule({ maxRetries: -1 }, { budget, clock });
		expect(await none.next(again, never)).toEqual({ kind: "exhausted" });
	});

	it("keeps every wait within the jitter and the cap", async () => {
		await fc.assert(
			fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), async (chance) => {
				const clock = createLeapingClock();
				const schedule = createRetrySchedule(
					{ maxRetries: 12 },
					{ budget: createBudget({}, { clock }), clock, random: () => chance.next().value },
				);
				while ((await schedule.next(again, never)).kind === "go");
				for (const [index, ms] of clock.slept.entries()) {
					const plain = Math.min(30_000, 200 * 2 ** index);
					expect(ms).toBeGreaterThanOrEqual(plain * 0.9 - 1e-6);
					expect(ms).toBeLessThanOrEqual(plain * 1.1 + 1e-6);
				}
			}),
			{ numRuns: 50 },
		);
	});

	it("starts over after a reset", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({}, { clock });
		const schedule = createRetrySchedule({ maxRetries: 1 }, { budget, clock, random: () => 0.5 });
		await schedule.next(again, never);
		expect((await schedule.next(again, never)).kind).toBe("exhausted");
		schedule.reset();
		expect(await schedule.next(again, never)).toEqual({ kind: "go", delayMs: 200, retryNumber: 1 });
		expect(budget.spent().attempts).toBe(2);
	});

	it("honours the server's wait, and announces before it", async () => {
		const clock = createLeapingClock();
		const announced: string[] = [];
		const schedule = createRetrySchedule(
			{},
			{
				budget: createBudget({}, { clock }),
				clock,
				random: () => 0.5,
				announce: (ms, number) => announced.push(`${number}:${ms}:${clock.slept.length}`),
			},
		);
		expect(await schedule.next({ kind: "retry", afterMs: 70_000 }, never)).toMatchObject({
			kind: "go",
			delayMs: 70_000,
		});
		expect(await schedule.next({ kind: "retry", afterMs: 0 }, never)).toMatchObject({ kind: "go", delayMs: 0 });
		expect(await schedule.next({ kind: "retry", afterMs: Number.NaN }, never)).toMatchObject({ delayMs: 800 });
		expect(announced).toEqual(["1:70000:0", "2:0:1", "3:800:2"]);
	});

	it("neither begins nor announces a wait that the budget cannot hold", async () => {
		const clock = createLeapingClock();
		const announced: number[] = [];
		const announce = (ms: number): void => void announced.push(ms);
		const short = createBudget({ maxWallMs: 1000 }, { clock, label: "short" });
		const schedule = createRetrySchedule({}, { budget: short.child({}), clock, announce });
		expect(await schedule.next({ kind: "retry", afterMs: 1000 }, never)).toEqual({
			kind: "budget",
			refusal: { kind: "wall_clock", limit: 1000, spent: 0, whose: "short" },
		});
		const spent = createBudget({ maxAttempts: 1 }, { clock });
		spent.tryAttempt();
		expect(await createRetrySchedule({}, { budget: spent, clock, announce }).next(again, never)).toMatchObject({
			kind: "budget",
			refusal: { kind: "attempts" },
		});
		expect([announced, clock.slept]).toEqual([[], []]);
	});

	it("says budget when another took the last attempt during the wait", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxAttempts: 1 }, { clock });
		const schedule = createRetrySchedule({}, { budget, clock, announce: () => void budget.tryAttempt() });
		expect(await schedule.next(again, never)).toMatchObject({ kind: "budget", refusal: { kind: "attempts" } });
		expect(budget.spent().attempts).toBe(1);
	});

	it("ends a wait at an abort of either signal, and takes no attempt then", async () => {
		for (const which of ["caller", "budget"] as const) {
			const clock = createLeapingClock();
			const controller = new AbortController();
			const signal = which === "caller" ? controller.signal : never;
			const budget = createBudget({}, { clock, ...(which === "budget" ? { signal: controller.signal } : {}) });
			clock.timer(50, () => controller.abort());
			const schedule = createRetrySchedule({}, { budget, clock });
			expect(await schedule.next(again, signal)).toEqual({ kind: "aborted" });
			expect(await schedule.next(again, signal)).toEqual({ kind: "aborted" });
			expect(budget.spent()).toMatchObject({ attempts: 0, wallMs: 50 });
		}
	});

	it("tells the budget's limit from an abort, also where the caller's signal comes from the budget", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 100 }, { clock });
		clock.advance(100);
		const schedule = createRetrySchedule({}, { budget, clock });
		for (const signal of [never, budget.signal, AbortSignal.any([never, budget.signal])]) {
			expect(await schedule.next(again, signal)).toMatchObject({ kind: "budget", refusal: { kind: "wall_clock" } });
		}
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
	const boom = new Error("boom");
	const fail = async (): Promise<never> => {
		throw boom;
	};

	it("gives the value and the number of attempts, and tells of each retry", async () => {
		const clock = createLeapingClock();
		const notices: RetryNotice[] = [];
		const errors = [new Error("no 1"), new Error("no 2")];
		const outcome = await withRetry(
			{ jitter: 0 },
			always,
			async ({ number }) => {
				const error = errors[number - 1];
				if (error !== undefined) throw error;
				return "yes";
			},
			{ budget: createBudget({}, { clock }), clock, signal: never, onRetry: (notice) => notices.push(notice) },
		);
		expect(outcome).toEqual({ kind: "ok", value: "yes", attempts: 3 });
		expect(notices).toEqual([
			{ attempt: 1, maxRetries: 4, delayMs: 200, error: errors[0] },
			{ attempt: 2, maxRetries: 4, delayMs: 400, error: errors[1] },
		]);
	});

	it("gives up on what is not worth it and after all retries, with the last error", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({}, { clock });
		const options = { budget, clock, signal: never };
		expect(await withRetry({}, () => ({ kind: "stop" }), fail, options)).toEqual({
			kind: "failed",
			error: boom,
			attempts: 1,
		});
		expect(await withRetry({ maxRetries: 2 }, always, fail, options)).toEqual({
			kind: "failed",
			error: boom,
			attempts: 3,
		});
		expect(budget.spent().attempts).toBe(4);
	});

	it("turns what the work throws at once into a failure too", async () => {
		const clock = createLeapingClock();
		const outcome = await withRetry(
			{ maxRetries: 0 },
			always,
			() => {
				throw boom;
			},
			{ budget: createBudget({}, { clock }), clock, signal: never },
		);
		expect(outcome).toEqual({ kind: "failed", error: boom, attempts: 1 });
	});

	it("ends at the budget, with the last error if there was one", async () => {
		const clock = createLeapingClock();
		const two = createBudget({ maxAttempts: 2 }, { clock });
		expect(await withRetry({}, always, fail, { budget: two, clock, signal: never })).toEqual({
			kind: "budget",
			refusal: { kind: "attempts", limit: 2, spent: 2, whose: "budget" },
			lastError: boom,
			attempts: 2,
		});
		const outcome = await withRetry({}, always, fail, { budget: two, clock, signal: never });
		expect(outcome).toMatchObject({ kind: "budget", attempts: 0 });
		expect("lastError" in outcome).toBe(false);
	});

	it("aborts the work at the wall clock limit and calls it a limit, whatever the error looks like", async () => {
		const clock = createLeapingClock();
		const budget = createBudget({ maxWallMs: 100 }, { clock });
		const outcome = await withRetry(
			{},
			() => ({ kind: "stop" }),
			({ signal }) =>
				new Promise((_, reject) => {
					signal.addEventListener("abort", () => reject(boom));
					clock.advance(100);
				}),
			{ budget, clock, signal: never },
		);
		expect(outcome).toMatchObject({ kind: "budget", refusal: { kind: "wall_clock", limit: 100 }, attempts: 1 });
	});

	it("ends at an abort, before, during and after an attempt", async () => {
		const clock = createLeapingClock();
		const controller = new AbortController();
		const options = { budget: createBudget({}, { clock }), clock, signal: controller.signal };
		const aborting = async (): Promise<never> => {
			controller.abort();
			throw boom;
		};
		expect(await withRetry({}, always, aborting, options)).toEqual({ kind: "aborted", attempts: 1 });
		expect(await withRetry({}, always, fail, options)).toEqual({ kind: "aborted", attempts: 0 });
		const outer = new AbortController();
		const budget = createBudget({}, { clock, signal: outer.signal });
		outer.abort();
		expect(await withRetry({}, always, fail, { budget, clock, signal: never })).toEqual({
			kind: "aborted",
			attempts: 0,
		});
	});

	it("does not wait for work that ignores the abort, and drops its rejection", async () => {
		const clock = createSystemClock();
		const controller = new AbortController();
		let reject: ((error: Error) => void) | undefined;
		const running = withRetry(
			{},
			always,
			() =>
				new Promise((_, no) => {
					reject = no;
					queueMicrotask(() => controller.abort());
				}),
			{ budget: createBudget({}, { clock }), clock, signal: controller.signal },
		);
		expect(await running).toEqual({ kind: "aborted", attempts: 1 });
		reject?.(boom);
		// An unhandled rejection would fail the run.
		await clock.sleep(1);
	});

	it("leaves no listener on the signals of those who call it often", async () => {
		const clock = createLeapingClock();
		const controller = new AbortController();
		let listeners = 0;
		const add = controller.signal.addEventListener.bind(controller.signal);
		const remove = controller.signal.removeEventListener.bind(controller.signal);
		controller.signal.addEventListener = (...args: Parameters<typeof add>) => {
			listeners += 1;
			add(...args);
		};
		controller.signal.removeEventListener = (...args: Parameters<typeof remove>) => {
			listeners -= 1;
			remove(...args);
		};
		const budget = createBudget({}, { clock, signal: controller.signal });
		for (let count = 0; count < 10; count += 1) {
			await withRetry({}, always, async () => count, { budget, clock, signal: budget.signal });
		}
		expect(listeners).toBe(0);
	});
});
