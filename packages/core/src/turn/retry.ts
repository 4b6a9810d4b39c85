// When a failed response is asked for again. Two schedules, as Codex has them: one for requests that were refused, one
// for streams that were cut; both draw on one allowance, so that no nesting of the two can go on without end.

import type { Clock, ModelError, StreamErrorEvent, TurnId } from "@codex/protocol";
import { type Budget, type BudgetRefusal, createRetrySchedule, type RetrySchedule } from "@codex/resilience";

// 12: the most retries of one response over both schedules (reference, appendix F.12).
const retryAllowance = 12;

/** What to do after a failed response. */
export type RetryDecision =
	| { readonly kind: "go" }
	| { readonly kind: "give_up" }
	| { readonly kind: "budget"; readonly refusal: BudgetRefusal }
	| { readonly kind: "aborted" };

/** Decides on retries within one turn. */
export interface TurnRetry {
	/** Waits as long as it must. `started`: the stream had begun. */
	next(error: ModelError, started: boolean, signal: AbortSignal): Promise<RetryDecision>;
	/** A response arrived whole: later failures start from the first wait again. */
	reset(): void;
}

/** What retries need. */
export interface TurnRetryOptions {
	readonly turnId: TurnId;
	readonly requestMaxRetries: number;
	readonly streamMaxRetries: number;
	readonly budget: Budget;
	readonly clock: Clock;
	readonly emit: (event: StreamErrorEvent) => void;
}

function announcement(error: ModelError, retry: number, maxRetries: number, delayMs: number): string {
	return `${error.message}; trying again (${retry} of ${maxRetries}) in ${(delayMs / 1000).toFixed(1)} s`;
}

/** Makes the retry decisions of one turn. */
export function createTurnRetry(options: TurnRetryOptions): TurnRetry {
	let failure: ModelError | undefined;
	const make = (budget: Budget, maxRetries: number): RetrySchedule =>
		createRetrySchedule(
			{ maxRetries },
			{
				budget,
				clock: options.clock,
				announce: (delayMs, retry) => {
					if (failure === undefined) return;
					options.emit({
						type: "stream_error",
						turnId: options.turnId,
						kind: failure.kind,
						message: announcement(failure, retry, maxRetries, delayMs),
						retry,
						maxRetries,
						delayMs,
					});
				},
			},
		);
	const fresh = () => {
		const allowance = options.budget.child({ maxAttempts: retryAllowance });
		return {
			allowance,
			request: make(allowance, options.requestMaxRetries),
			stream: make(allowance, options.streamMaxRetries),
		};
	};
	let schedules = fresh();
	let dirty = false;
	return {
		next: async (error, started, signal) => {
			if (!error.retryable) return { kind: "give_up" };
			failure = error;
			dirty = true;
			const afterMs = error.retryAfterMs === undefined ? {} : { afterMs: error.retryAfterMs };
			const schedule = started ? schedules.stream : schedules.request;
			const step = await schedule.next({ kind: "retry", ...afterMs }, signal);
			switch (step.kind) {
				case "go":
					return { kind: "go" };
				case "aborted":
					return { kind: "aborted" };
				case "exhausted":
					return { kind: "give_up" };
				case "budget": {
					// The run's own limit ends the turn as a limit; the allowance of retries alone is a failure.
					const refusal = options.budget.check() ?? options.budget.peekAttempt();
					return refusal === undefined ? { kind: "give_up" } : { kind: "budget", refusal };
				}
			}
		},
		reset: () => {
			if (!dirty) return;
			dirty = false;
			schedules.allowance.dispose();
			schedules = fresh();
		},
	};
}
