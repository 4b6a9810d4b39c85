// The one circuit breaker: closed → open after failures in a row → half-open after a pause, one probe at a time → closed
// on its success, open again on its failure. It decides and counts; it neither calls nor waits. (Cockatiel's breaker wraps
// calls and reads the machine's clock; ours is asked by loops over streams and lives under a clock that tests own.)

import type { Clock } from "@codex/protocol";

/** Where a breaker stands. */
export type BreakerState =
	/** `failures`: in a row, less than the threshold. */
	| { readonly kind: "closed"; readonly failures: number }
	/** `retryAtMs`: wall clock of the next try. Stays until somebody asks after that time. */
	| { readonly kind: "open"; readonly cause: string; readonly retryAtMs: number }
	/** One probe is on its way; `retryAtMs`: wall clock when it is given up and another may go. */
	| { readonly kind: "half_open"; readonly cause: string; readonly retryAtMs: number };

/** Leave to call, or not. */
export type BreakerPass =
	/**
	 * One of the two functions is to be called once, when the outcome is known; further calls count for nothing, as do those
	 * of a call that was let in before the breaker opened or closed. A probe that answers neither for `openMs` is given up.
	 * An aborted call tells nothing of the other side: a probe then calls `failure`, others call neither.
	 */
	| { readonly kind: "entered"; readonly success: () => void; readonly failure: (cause: string) => void }
	/** `cause`: what the last failure said. `retryAtMs`: wall clock of the next try. */
	| { readonly kind: "refused"; readonly cause: string; readonly retryAtMs: number };

/** How a breaker behaves. */
export interface BreakerOptions {
	/** Failures in a row that open it, ≥ 1. Default 5. */
	readonly failureThreshold?: number;
	/** Milliseconds until a probe is let through, and that a probe may take. Default 30000. */
	readonly openMs?: number;
	readonly clock: Clock;
	/** Called when the kind of the state changes. Must not throw. */
	readonly onStateChange?: (state: BreakerState) => void;
}

/** Guards one thing that may fail. */
export interface CircuitBreaker {
	/** Asks for leave to call. Never throws. */
	tryEnter(): BreakerPass;
	readonly state: BreakerState;
}

class Breaker implements CircuitBreaker {
	readonly #options: BreakerOptions;
	readonly #threshold: number;
	readonly #openMs: number;
	#state: BreakerState = { kind: "closed", failures: 0 };
	// Decides; the wall clock in the state is for people, because it may be set back.
	#retryAtMonotonicMs = 0;
	// A call that was let in before the breaker changed its mind must not change it back.
	#generation = 0;

	constructor(options: BreakerOptions) {
		this.#options = options;
		this.#threshold = Math.max(1, options.failureThreshold ?? 5);
		this.#openMs = Math.max(0, options.openMs ?? 30_000);
	}

	get state(): BreakerState {
		return this.#state;
	}

	tryEnter(): BreakerPass {
		const state = this.#state;
		if (state.kind === "closed") return this.#enter();
		const { cause, retryAtMs } = state;
		if (this.#options.clock.monotonicMs() < this.#retryAtMonotonicMs) return { kind: "refused", cause, retryAtMs };
		this.#move("half_open", cause);
		return this.#enter();
	}

	#enter(): BreakerPass {
		const mine = this.#generation;
		let settled = false;
		const first = (): boolean => {
			const counts = !settled && mine === this.#generation;
			settled = true;
			return counts;
		};
		return {
			kind: "entered",
			success: () => {
				if (first()) this.#change({ kind: "closed", failures: 0 });
			},
			failure: (cause) => {
				if (first()) this.#fail(cause);
			},
		};
	}

	#fail(cause: string): void {
		const failures = this.#state.kind === "closed" ? this.#state.failures + 1 : this.#threshold;
		if (failures >= this.#threshold) this.#move("open", cause);
		else this.#change({ kind: "closed", failures });
	}

	#move(kind: "open" | "half_open", cause: string): void {
		const { clock } = this.#options;
		this.#retryAtMonotonicMs = clock.monotonicMs() + this.#openMs;
		this.#change({ kind, cause, retryAtMs: clock.nowMs() + this.#openMs });
	}

	#change(next: BreakerState): void {
		const moved = next.kind !== this.#state.kind;
		this.#state = next;
		// A second probe is the same kind of state, but the first one's answer no longer counts.
		if (moved || next.kind === "half_open") this.#generation += 1;
		if (moved) this.#options.onStateChange?.(next);
	}
}

/** Makes a closed breaker. */
export function createCircuitBreaker(options: BreakerOptions): CircuitBreaker {
	return new Breaker(options);
}
