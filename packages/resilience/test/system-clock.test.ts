import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSystemClock } from "../src/index.ts";

describe("createSystemClock", () => {
	it("reads both times", async () => {
		const clock = createSystemClock();
		expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(1000);
		const before = clock.monotonicMs();
		await clock.sleep(5);
		expect(clock.monotonicMs()).toBeGreaterThan(before);
	});

	it("ends a sleep at an abort and leaves nothing behind", async () => {
		const clock = createSystemClock();
		const controller = new AbortController();
		const sleeping = clock.sleep(60_000, controller.signal);
		controller.abort();
		await sleeping;
		await clock.sleep(60_000, controller.signal);
		await clock.sleep(1, new AbortController().signal);
	});

	describe("with timers that the test moves", () => {
		beforeEach(() => void vi.useFakeTimers());
		afterEach(() => void vi.useRealTimers());

		it("fires once, and not after it was cancelled", () => {
			const clock = createSystemClock();
			const fired: string[] = [];
			clock.timer(50, () => fired.push("a"));
			const cancel = clock.timer(50, () => fired.push("b"));
			clock.timer(-5, () => fired.push("now"));
			vi.advanceTimersByTime(1);
			expect(fired).toEqual(["now"]);
			cancel();
			cancel();
			vi.advanceTimersByTime(1000);
			expect(fired).toEqual(["now", "a"]);
			expect(vi.getTimerCount()).toBe(0);
		});

		it("holds times beyond the longest timer of the machine", () => {
			const clock = createSystemClock();
			const dayMs = 86_400_000;
			let fired = 0;
			clock.timer(60 * dayMs, () => {
				fired += 1;
			});
			const cancel = clock.timer(Number.POSITIVE_INFINITY, () => {
				fired += 100;
			});
			vi.advanceTimersByTime(59 * dayMs);
			expect(fired).toBe(0);
			vi.advanceTimersByTime(dayMs);
			expect(fired).toBe(1);
			cancel();
			expect(vi.getTimerCount()).toBe(0);
		});
	});
});
