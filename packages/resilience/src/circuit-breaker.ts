// The one circuit breaker: closed → open after failures in a row → half-open after a pause, one probe at a time → closed
// on its success, open again on its failure.

import type { Clock } from "@codex/protocol";

/** Where a breaker stands. */
export type BreakerState =
	| { readonly kind: "closed"; readonly failures: number }
	| { readonly kind: "open"; readonly cause: string; readonly retryAtMs: number }
	| { readonly kind: "half_open"; readonly cause: string; readonly probing: boolean };

/** Leave to call, or not. */
export type BreakerPass =
	/** Exactly one of the two functions is to be called once; further calls count for nothing. */
	| { readonly kind: "entered"; readonly success: () => void; readonly failure: (cause: string) => void }
	/** `retryAtMs`: wall clock of the next try; now or earlier while another caller probes. */
	| { readonly kind: "refused"; readonly cause: string; readonly retryAtMs: number };

/** How a breaker behaves. */
export interface BreakerOptions {
	/** Failures in a row that open it, ≥ 1. Default 5. */
	readonly failureThreshold?: number;
	/** Milliseconds until a probe is let through. Default 30000. */
	readonly openMs?: number;
	readonly clock: Clock;
	readonly onStateChange?: (state: BreakerState) => void;
}

/** Guards one thing that may fail. */
export interface CircuitBreaker {
	/** Asks for leave to call. Never throws. */
	tryEnter(): BreakerPass;
	readonly state: BreakerState;
}

/** Makes a closed breaker. */
export function createCircuitBreaker(options: BreakerOptions): CircuitBreaker {
	const threshold = Math.max(1, options.failureThreshold ?? 5);
	const openMs = Math.max(0, options.openMs ?? 30_000);
	let state: BreakerState = { kind: "closed", failures: 0 };
	// A call that was let in before the breaker changed its mind must not change it back.
	let generation = 0;

	const change = (next: BreakerState): void => {
		const moved = next.kind !== state.kind;
		state = next;
		if (moved) {
			generation += 1;
			options.onStateChange?.(next);
		}
	};
	const open = (cause: string): void => change({ kind: "open", cause, retryAtMs: options.clock.nowMs() + openMs });

	const enter = (): BreakerPass => {
		const mine = generation;
		let settled = false;
		const once = (action: () => void) => (): void => {
			if (settled || mine !== generation) return;
			settled = true;
			action();
		};
		return {
			kind: "entered",
			success: once(() => change({ kind: "closed", failures: 0 })),
			failure: (cause) =>
				once(() => {
					if (state.kind !== "closed") return open(cause);
					const failures = state.failures + 1;
					if (failures >= threshold) open(cause);
					else change({ kind: "closed", failures });
				})(),
		};
	};

	return {
		tryEnter: () => {
			if (state.kind === "open" && options.clock.nowMs() >= state.retryAtMs) {
				change({ kind: "half_open", cause: state.cause, probing: false });
			}
			switch (state.kind) {
				case "closed":
					return enter();
				case "open":
					return { kind: "refused", cause: state.cause, retryAtMs: state.retryAtMs };
				case "half_open": {
					if (state.probing) return { kind: "refused", cause: state.cause, retryAtMs: options.clock.nowMs() };
					state = { kind: "half_open", cause: state.cause, probing: true };
					return enter();
				}
			}
		},
		get state() {
			return state;
		},
	};
}
