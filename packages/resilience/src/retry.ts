// The one retry. Waits grow exponentially with jitter, a server's Retry-After wins, and every attempt is taken from a
// budget, so that no nesting of retries can go on past what the outermost layer granted.

import type { Clock } from "@codex/protocol";
import { ExponentialBackoff, type IBackoff, noJitterGenerator } from "cockatiel";
import type { Budget, BudgetRefusal } from "./budget.ts";

/** How often and how long. */
export interface RetryPolicy {
	/** Tries after the first. Default 4, at most 100 (the numbers here are Codex's, reference 3.4). */
	readonly maxRetries?: number;
	/** First wait in milliseconds. Default 200. */
	readonly baseDelayMs?: number;
	/** Growth of the wait. Default 2. */
	readonly factor?: number;
	/** The wait is multiplied by a uniform number in [1 − jitter, 1 + jitter]. Default 0.1. */
	readonly jitter?: number;
	/** Longest wait of the backoff in milliseconds. Default 30000. A Retry-After may be longer. */
	readonly maxDelayMs?: number;
}

/** Whether an error is worth another try. `afterMs`: the server named the wait, in milliseconds. */
export type RetryVerdict = { readonly kind: "stop" } | { readonly kind: "retry"; readonly afterMs?: number };

/** The answer of a schedule. */
export type RetryStep =
	/** The wait is over and the attempt is taken. */
	| { readonly kind: "go"; readonly delayMs: number; readonly retryNumber: number }
	| { readonly kind: "exhausted" }
	| { readonly kind: "budget"; readonly refusal: BudgetRefusal }
	| { readonly kind: "aborted" };

/** What a schedule needs. */
export interface RetryScheduleOptions {
	readonly budget: Budget;
	readonly clock: Clock;
	/** Uniform in [0, 1). Default `Math.random`. */
	readonly random?: () => number;
	/** Called before each wait. */
	readonly announce?: (delayMs: number, retryNumber: number) => void;
}

/** Decides one retry after another, for callers whose attempt is not a promise function. */
export interface RetrySchedule {
	/** Waits, takes an attempt from the budget and says go; or says why not. Never rejects. */
	next(verdict: RetryVerdict, signal: AbortSignal): Promise<RetryStep>;
	/** After a success: the next failure starts from the first wait and the full number of retries. */
	reset(): void;
}

const hardCap = 100;

function backoffFor(policy: RetryPolicy): IBackoff<unknown> {
	return new ExponentialBackoff<number>({
		initialDelay: policy.baseDelayMs ?? 200,
		exponent: policy.factor ?? 2,
		maxDelay: policy.maxDelayMs ?? 30_000,
		// Jitter is ours, so that it can be seeded and is symmetric.
		generator: noJitterGenerator,
	}).next();
}

/** Makes a schedule. */
export function createRetrySchedule(policy: RetryPolicy, options: RetryScheduleOptions): RetrySchedule {
	const maxRetries = Math.min(hardCap, Math.max(0, policy.maxRetries ?? 4));
	const random = options.random ?? Math.random;
	const jitter = policy.jitter ?? 0.1;
	let retries = 0;
	let backoff: IBackoff<unknown> | undefined;

	const delayFor = (verdict: { readonly afterMs?: number }): number => {
		backoff = backoff === undefined ? backoffFor(policy) : backoff.next(undefined);
		if (verdict.afterMs !== undefined) return Math.max(0, verdict.afterMs);
		return backoff.duration * (1 - jitter + 2 * jitter * random());
	};

	return {
		next: async (verdict, signal) => {
			if (signal.aborted) return { kind: "aborted" };
			if (verdict.kind === "stop" || retries >= maxRetries) return { kind: "exhausted" };
			const delayMs = delayFor(verdict);
			const { maxWallMs } = options.budget.remaining();
			if (maxWallMs !== undefined && delayMs >= maxWallMs) {
				return { kind: "budget", refusal: { kind: "wall_clock", limit: maxWallMs, spent: delayMs } };
			}
			const refused = options.budget.check();
			if (refused !== undefined) return { kind: "budget", refusal: refused };
			retries += 1;
			options.announce?.(delayMs, retries);
			await options.clock.sleep(delayMs, signal);
			if (signal.aborted) return { kind: "aborted" };
			const refusal = options.budget.tryAttempt();
			return refusal === undefined ? { kind: "go", delayMs, retryNumber: retries } : { kind: "budget", refusal };
		},
		reset: () => {
			retries = 0;
			backoff = undefined;
		},
	};
}

/** What a retried function gives. */
export type RetryOutcome<T> =
	| { readonly kind: "ok"; readonly value: T; readonly attempts: number }
	| { readonly kind: "failed"; readonly error: unknown; readonly attempts: number }
	| {
			readonly kind: "budget";
			readonly refusal: BudgetRefusal;
			readonly lastError?: unknown;
			readonly attempts: number;
	  }
	| { readonly kind: "aborted"; readonly attempts: number };

/** What {@link withRetry} is told of a failure that will be tried again. */
export interface RetryNotice {
	readonly error: unknown;
	/** From 1. */
	readonly retryNumber: number;
	readonly delayMs: number;
}

/** What {@link withRetry} needs. */
export interface RetryOptions extends Omit<RetryScheduleOptions, "announce"> {
	readonly policy?: RetryPolicy;
	/** Looks at an error. */
	readonly classify: (error: unknown) => RetryVerdict;
	readonly signal: AbortSignal;
	readonly onRetry?: (notice: RetryNotice) => void;
}

/**
 * Calls `attempt` until it succeeds, the policy or the budget says stop, or `signal` aborts.
 *
 * Contract: never rejects for what `attempt` throws; every call of `attempt` has taken one attempt from the budget.
 */
export async function withRetry<T>(
	attempt: (number: number) => Promise<T>,
	options: RetryOptions,
): Promise<RetryOutcome<T>> {
	let attempts = 0;
	let lastError: unknown;
	const schedule = createRetrySchedule(options.policy ?? {}, {
		...options,
		announce: (delayMs, retryNumber) => options.onRetry?.({ error: lastError, retryNumber, delayMs }),
	});
	if (options.signal.aborted) return { kind: "aborted", attempts };
	const refusal = options.budget.tryAttempt();
	if (refusal !== undefined) return { kind: "budget", refusal, attempts };
	for (;;) {
		attempts += 1;
		try {
			return { kind: "ok", value: await attempt(attempts), attempts };
		} catch (error) {
			lastError = error;
		}
		if (options.signal.aborted) return { kind: "aborted", attempts };
		const step = await schedule.next(options.classify(lastError), options.signal);
		if (step.kind === "exhausted") return { kind: "failed", error: lastError, attempts };
		if (step.kind === "aborted") return { kind: "aborted", attempts };
		if (step.kind === "budget") return { kind: "budget", refusal: step.refusal, lastError, attempts };
	}
}
