import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type BreakerPass,
	createCircuitBreaker,
	createIdleWatch,
	createSystemClock,
	withDeadline,
} from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

describe("createCircuitBreaker", () => {
	it("opens after failures in a row, probes once, and closes on success", () => {
		const clock = createLeapingClock();
		const seen: string[] = [];
		const breaker = createCircuitBreaker({
			failureThreshold: 2,
			openMs: 100,
			clock,
			onStateChange: (state) => seen.push(state.kind),
		});
		const fail = (): void => {
			const pass = breaker.tryEnter();
			if (pass.kind === "entered") pass.failure("down");
		};
		fail();
		fail();
		expect(breaker.tryEnter()).toEqual({ kind: "refused", cause: "down", retryAtMs: clock.nowMs() + 100 });
		clock.advance(100);
		const probe = breaker.tryEnter();
		expect(probe.kind).toBe("entered");
		expect(breaker.tryEnter().kind).toBe("refused");
		if (probe.kind === "entered") probe.success();
		expect(breaker.state).toEqual({ kind: "closed", failures: 0 });
		expect(seen).toEqual(["open", "half_open", "closed"]);
	});

	it("agrees with a small model under random use", () => {
		const step = fc.oneof(
			fc.constant("ok" as const),
			fc.constant("fail" as const),
			fc.record({ wait: fc.nat({ max: 80 }) }),
		);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (threshold, steps) => {
				const clock = createLeapingClock();
				const breaker = createCircuitBreaker({ failureThreshold: threshold, openMs: 50, clock });
				let failures = 0;
				let openUntil: number | undefined;
				for (const action of steps) {
					if (typeof action === "object") {
						clock.advance(action.wait);
						continue;
					}
					const pass: BreakerPass = breaker.tryEnter();
					const allowed = openUntil === undefined || clock.nowMs() >= openUntil;
					expect(pass.kind).toBe(allowed ? "entered" : "refused");
					if (pass.kind === "refused") continue;
					if (action === "ok") {
						pass.success();
						failures = 0;
						openUntil = undefined;
					} else {
						pass.failure("x");
						failures += 1;
						if (openUntil !== undefined || failures >= threshold) openUntil = clock.nowMs() + 50;
					}
				}
			}),
		);
	});

	it("ignores the late answer of a call that began before it opened", () => {
		const breaker = createCircuitBreaker({ failureThreshold: 1, clock: createLeapingClock() });
		const slow = breaker.tryEnter();
		const quick = breaker.tryEnter();
		if (quick.kind === "entered") quick.failure("down");
		if (slow.kind === "entered") slow.success();
		expect(breaker.state.kind).toBe("open");
	});
});

describe("time", () => {
	it("notices silence once, and not while touched", () => {
		const clock = createLeapingClock();
		let idle = 0;
		const watch = createIdleWatch(100, clock, () => {
			idle += 1;
		});
		for (let count = 0; count < 10; count += 1) {
			clock.advance(90);
			watch.touch();
		}
		expect(idle).toBe(0);
		clock.advance(300);
		expect(idle).toBe(1);
		watch.dispose();
	});

	it("says nothing after dispose", () => {
		const clock = createLeapingClock();
		let idle = 0;
		createIdleWatch(100, clock, () => {
			idle += 1;
		}).dispose();
		clock.advance(500);
		expect(idle).toBe(0);
	});

	it("tells a deadline from an abort", () => {
		const clock = createLeapingClock();
		const outer = new AbortController();
		const first = withDeadline(outer.signal, 50, clock);
		clock.advance(50);
		expect([first.signal.aborted, first.timedOut()]).toEqual([true, true]);
		const second = withDeadline(outer.signal, 50, clock);
		outer.abort();
		expect([second.signal.aborted, second.timedOut()]).toEqual([true, false]);
		second.dispose();
	});

	it("sleeps until abort, and timers can be cancelled", async () => {
		const clock = createSystemClock();
		const controller = new AbortController();
		const sleeping = clock.sleep(60_000, controller.signal);
		controller.abort();
		await sleeping;
		await clock.sleep(60_000, controller.signal);
		await clock.sleep(1);
		let fired = false;
		clock.timer(60_000, () => {
			fired = true;
		})();
		await new Promise<void>((resolve) => void clock.timer(1, resolve));
		expect(fired).toBe(false);
		expect(clock.nowMs()).toBeGreaterThan(1_600_000_000_000);
		expect(clock.monotonicMs()).toBeGreaterThan(0);
	});
});
