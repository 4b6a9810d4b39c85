import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BreakerPass, type CircuitBreaker, createCircuitBreaker } from "../src/index.ts";
import { createLeapingClock } from "./fake-clock.ts";

function enter(breaker: CircuitBreaker): Extract<BreakerPass, { kind: "entered" }> {
	const pass = breaker.tryEnter();
	if (pass.kind === "refused") throw new Error(`refused: ${pass.cause}`);
	return pass;
}

/** What a breaker is to do, said with eras: each change begins one, and an answer counts in its own era only. */
class Model {
	readonly #threshold: number;
	readonly #openMs: number;
	kind: "closed" | "open" | "half_open" = "closed";
	era = 0;
	#failures = 0;
	#sinceMs = 0;

	constructor(threshold: number, openMs: number) {
		this.#threshold = threshold;
		this.#openMs = openMs;
	}

	enter(nowMs: number): boolean {
		if (this.kind === "closed") return true;
		if (nowMs < this.#sinceMs + this.#openMs) return false;
		this.#begin("half_open", nowMs);
		return true;
	}

	answer(ok: boolean, era: number, nowMs: number): void {
		if (era !== this.era) return;
		this.#failures = ok ? 0 : this.#failures + 1;
		if (ok && this.kind !== "closed") this.#begin("closed", nowMs);
		if (!ok && (this.kind !== "closed" || this.#failures >= this.#threshold)) this.#begin("open", nowMs);
	}

	#begin(kind: "closed" | "open" | "half_open", nowMs: number): void {
		this.kind = kind;
		this.era += 1;
		this.#sinceMs = nowMs;
	}
}

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
		enter(breaker).failure("slow");
		enter(breaker).success();
		enter(breaker).failure("slow");
		expect(breaker.state).toEqual({ kind: "closed", failures: 1 });
		enter(breaker).failure("down");
		const retryAtMs = clock.nowMs() + 100;
		expect(breaker.state).toEqual({ kind: "open", cause: "down", retryAtMs });
		clock.advance(99);
		expect(breaker.tryEnter()).toEqual({ kind: "refused", cause: "down", retryAtMs });
		clock.advance(1);
		const probe = enter(breaker);
		expect(breaker.state).toEqual({ kind: "half_open", cause: "down", retryAtMs: clock.nowMs() + 100 });
		expect(breaker.tryEnter()).toEqual({ kind: "refused", cause: "down", retryAtMs: clock.nowMs() + 100 });
		probe.success();
		expect(breaker.state).toEqual({ kind: "closed", failures: 0 });
		expect(seen).toEqual(["open", "half_open", "closed"]);
	});

	it("opens again at once when the probe fails", () => {
		const clock = createLeapingClock();
		const breaker = createCircuitBreaker({ failureThreshold: 3, openMs: 100, clock });
		for (let count = 0; count < 3; count += 1) enter(breaker).failure("down");
		clock.advance(100);
		enter(breaker).failure("still down");
		expect(breaker.tryEnter()).toEqual({ kind: "refused", cause: "still down", retryAtMs: clock.nowMs() + 100 });
	});

	it("has the defaults that it says, and a threshold of at least one", () => {
		const clock = createLeapingClock();
		const breaker = createCircuitBreaker({ clock });
		for (let count = 0; count < 4; count += 1) enter(breaker).failure("down");
		expect(breaker.state.kind).toBe("closed");
		enter(breaker).failure("down");
		expect(breaker.state).toMatchObject({ kind: "open", retryAtMs: clock.nowMs() + 30_000 });
		const eager = createCircuitBreaker({ clock, failureThreshold: 0, openMs: -1 });
		enter(eager).failure("down");
		expect(eager.state.kind).toBe("open");
		enter(eager).success();
		expect(eager.state.kind).toBe("closed");
	});

	it("gives up a probe that never answers, and takes no late answer from it", () => {
		const clock = createLeapingClock();
		const breaker = createCircuitBreaker({ failureThreshold: 1, openMs: 100, clock });
		enter(breaker).failure("down");
		clock.advance(100);
		const lost = enter(breaker);
		clock.advance(99);
		expect(breaker.tryEnter().kind).toBe("refused");
		clock.advance(1);
		const second = enter(breaker);
		lost.success();
		expect(breaker.state.kind).toBe("half_open");
		second.success();
		expect(breaker.state.kind).toBe("closed");
	});

	it("ignores the late answer of a call that began before it opened, and all but the first answer", () => {
		const breaker = createCircuitBreaker({ failureThreshold: 2, clock: createLeapingClock() });
		const slow = enter(breaker);
		const once = enter(breaker);
		once.failure("down");
		once.failure("down");
		expect(breaker.state).toEqual({ kind: "closed", failures: 1 });
		enter(breaker).failure("down");
		slow.success();
		expect(breaker.state.kind).toBe("open");
	});

	it("does not stay open because the wall clock was set back", () => {
		const clock = createLeapingClock();
		const breaker = createCircuitBreaker({ failureThreshold: 1, openMs: 100, clock });
		enter(breaker).failure("down");
		clock.setWallMs(0);
		clock.advance(100);
		expect(breaker.tryEnter().kind).toBe("entered");
	});

	it("agrees with a small model, also when calls overlap", () => {
		const step = fc.oneof(
			fc.constant({ kind: "enter" as const }),
			fc.record({ kind: fc.constant("answer" as const), which: fc.nat(), ok: fc.boolean() }),
			fc.record({ kind: fc.constant("wait" as const), ms: fc.nat({ max: 60 }) }),
		);
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), (threshold, steps) => {
				const clock = createLeapingClock();
				const openMs = 50;
				const breaker = createCircuitBreaker({ failureThreshold: threshold, openMs, clock });
				const model = new Model(threshold, openMs);
				const calls: { readonly pass: ReturnType<typeof enter>; readonly era: number }[] = [];
				for (const action of steps) {
					if (action.kind === "wait") clock.advance(action.ms);
					if (action.kind === "enter") {
						const pass = breaker.tryEnter();
						expect(pass.kind).toBe(model.enter(clock.monotonicMs()) ? "entered" : "refused");
						if (pass.kind === "entered") calls.push({ pass, era: model.era });
					}
					const [call] = action.kind === "answer" ? calls.splice(action.which % Math.max(1, calls.length), 1) : [];
					if (action.kind === "answer" && call !== undefined) {
						if (action.ok) call.pass.success();
						else call.pass.failure("x");
						model.answer(action.ok, call.era, clock.monotonicMs());
					}
					expect(breaker.state.kind).toBe(model.kind);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
