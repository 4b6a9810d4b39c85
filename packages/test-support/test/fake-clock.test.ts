import { expect, test } from "vitest";
import { createFakeClock } from "../src/index.ts";

test("time moves only by advance, both clocks alike", async () => {
	const clock = createFakeClock(1_000_000);
	const monotonic = clock.monotonicMs();
	expect(clock.nowMs()).toBe(1_000_000);
	await clock.advance(250.5);
	expect(clock.nowMs()).toBe(1_000_250.5);
	expect(clock.monotonicMs() - monotonic).toBe(250.5);
});

test("timers fire in the order of their due times, at their times, ties in the order of creation", async () => {
	const clock = createFakeClock(0);
	const fired: string[] = [];
	const note = (name: string) => () => fired.push(`${name}@${clock.nowMs()}`);
	clock.timer(20, note("late"));
	clock.timer(10, note("tie one"));
	clock.timer(10, note("tie two"));
	clock.timer(31, note("never"));
	clock.timer(-5, note("at once"));
	expect(clock.pending).toBe(5);
	expect(clock.nextDueInMs).toBe(0);
	await clock.advance(30);
	expect(fired).toEqual(["at once@0", "tie one@10", "tie two@10", "late@20"]);
	expect(clock.nextDueInMs).toBe(1);
});

test("what a timer starts takes part in the same advance", async () => {
	const clock = createFakeClock(0);
	const steps: number[] = [];
	const loop = async (): Promise<void> => {
		for (let round = 0; round < 3; round += 1) {
			await clock.sleep(10);
			await Promise.resolve();
			steps.push(clock.nowMs());
		}
	};
	const done = loop();
	await clock.advance(100);
	await done;
	expect(steps).toEqual([10, 20, 30]);
	expect(clock.nowMs()).toBe(100);
	expect(clock.nextDueInMs).toBeUndefined();
});

test("a cancelled timer does not fire, and may be cancelled again", async () => {
	const clock = createFakeClock();
	let fired = 0;
	const cancel = clock.timer(5, () => {
		fired += 1;
	});
	cancel();
	cancel();
	await clock.advance(10);
	expect(fired).toBe(0);
	expect(clock.pending).toBe(0);
});

test("a sleep ends at once when its signal aborts, before or during it, and leaves no timer behind", async () => {
	const clock = createFakeClock();
	await clock.sleep(1000, AbortSignal.abort());
	const controller = new AbortController();
	const sleep = clock.sleep(1000, controller.signal);
	expect(clock.pending).toBe(1);
	controller.abort();
	await sleep;
	expect(clock.pending).toBe(0);
});

test("the wall clock can be set back without touching timers", async () => {
	const clock = createFakeClock(50_000);
	const sleep = clock.sleep(10);
	clock.setNowMs(1000);
	await clock.advance(10);
	await sleep;
	expect(clock.nowMs()).toBe(1010);
});

test("time cannot be moved back", async () => {
	await expect(createFakeClock().advance(-1)).rejects.toThrow(RangeError);
	await expect(createFakeClock().advance(Number.NaN)).rejects.toThrow(RangeError);
});

test("untilPending waits for code that does other things first, and gives up", async () => {
	const clock = createFakeClock();
	setTimeout(() => void clock.sleep(5), 5);
	await clock.untilPending();
	expect(clock.pending).toBe(1);
	await expect(clock.untilPending(2, 20)).rejects.toThrow("1 timers wait after 20 ms, 2 were expected");
});
