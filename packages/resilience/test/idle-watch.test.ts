import { describe, expect, it } from "vitest";
import { createIdleWatch, withDeadline } from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

describe("createIdleWatch", () => {
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
		clock.advance(99);
		expect(idle).toBe(0);
		clock.advance(1);
		expect(idle).toBe(1);
		clock.advance(300);
		expect(idle).toBe(1);
		watch.dispose();
	});

	it("makes no timer for a touch", () => {
		const clock = createLeapingClock();
		let timers = 0;
		const counting = {
			...clock,
			timer: (ms: number, fire: () => void) => {
				timers += 1;
				return clock.timer(ms, fire);
			},
		};
		const watch = createIdleWatch(100, counting, () => undefined);
		for (let count = 0; count < 100_000; count += 1) watch.touch();
		expect(timers).toBe(1);
		for (let count = 0; count < 1000; count += 1) {
			clock.advance(1);
			watch.touch();
		}
		// One for each time that one ran out.
		expect(timers).toBeLessThanOrEqual(12);
		watch.dispose();
		expect(clock.pending).toBe(0);
	});

	it("says nothing after dispose", () => {
		const clock = createLeapingClock();
		let idle = 0;
		const watch = createIdleWatch(100, clock, () => {
			idle += 1;
		});
		clock.advance(50);
		watch.touch();
		clock.advance(60);
		watch.dispose();
		watch.dispose();
		clock.advance(500);
		expect(idle).toBe(0);
	});
});

describe("withDeadline", () => {
	it("tells a deadline from an abort", () => {
		const clock = createLeapingClock();
		const outer = new AbortController();
		const first = withDeadline(outer.signal, 50, clock);
		clock.advance(49);
		expect(first.signal.aborted).toBe(false);
		clock.advance(1);
		expect([first.signal.aborted, first.timedOut()]).toEqual([true, true]);
		const second = withDeadline(outer.signal, 50, clock);
		outer.abort();
		clock.advance(60);
		expect([second.signal.aborted, second.timedOut()]).toEqual([true, false]);
		expect(first.timedOut()).toBe(true);
	});

	it("makes no timer for what has aborted already, and none stays after dispose", () => {
		const clock = createLeapingClock();
		const deadline = withDeadline(AbortSignal.abort(), 50, clock);
		expect(clock.pending).toBe(0);
		expect([deadline.signal.aborted, deadline.timedOut()]).toEqual([true, false]);
		deadline.dispose();
		const live = withDeadline(new AbortController().signal, 50, clock);
		live.dispose();
		clock.advance(100);
		expect([live.signal.aborted, live.timedOut(), clock.pending]).toEqual([false, false, 0]);
	});
});
