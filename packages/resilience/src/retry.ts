// The one retry. Waits grow exponentially with jitter, a server's Retry-After wins, and every attempt is taken from a
// budget, so that no nesting of retries can go on past what the outermost layer granted.

import type { Clock } from "@codex/protocol";
import { ExponentialBackoff, type GeneratorFn, type IBackoff } from "cockatiel";
import type { Budget, BudgetRefusal } from "./budget.ts";

/** How often and how long. A number that is missing or none (NaN) is the default. */
export interface RetryPolicy {
	/** Tries after the first, at most 100. Default 4. (The defaults are the Codex command line's.) */
	readonly maxRetries?: number;
	/** First wait in milliseconds. Default 200. */
	readonly baseDelayMs?: number;
	/** Growth of the wait from one retry to the next. Default 2. */
	readonly factor?: number;
	/** The wait is multiplied by a uniform number in [1 − jitter, 1 + jitter]; 0 to 1. Default 0.1. */
	readonly jitter?: number;
	/** Longest wait of the backoff before jitter, in milliseconds. Default 30000. A Retry-After may be longer. */
	readonly maxDelayMs?: number;
}

/**
 * Whether an error is worth another try. `afterMs`: the server named the wait, in milliseconds; it replaces the backoff's,
 * without jitter.
 */
export type RetryVerdict = { readonly kind: "stop" } | { readonly kind: "retry"; readonly afterMs?: number };

/** The answer of a schedule. */
export type RetryStep =
	/** The wait of `delayMs` is over and the attempt is taken. `retryNumber` counts from 1. */
	| { readonly kind: "go"; readonly delayMs: number; readonly retryNumber: number }
	/** The verdict was to stop, or all retries are used. */
	| { readonly kind: "exhausted" }
	/** The budget holds no further attempt, or not the wait before it. Said before the wait where it can be known. */
	| { readonly kind: "budget"; readonly refusal: BudgetRefusal }
	/** The caller's signal aborted, or the one that the budget was made with. */
	| { readonly kind: "aborted" };

/** What a schedule needs. */
export interface RetryScheduleOptions {
	/** Every retry takes one attempt from it, and its signal ends a wait. */
	readonly budget: Budget;
	readonly clock: Clock;
	/** Uniform in [0, 1). Default `Math.random`. */
	readonly random?: () => number;
	/** Called before each wait. Must not throw. */
	readonly announce?: (delayMs: number, retryNumber: number) => void;
}

/** Decides one retry after another, for callers whose attempt is not a promise function. One call at a time. */
export interface RetrySchedule {
	/** Waits, takes an attempt from the budget and says go; or says why not. Never rejects; an abort ends the wait at once. */
	next(verdict: RetryVerdict, signal: AbortSignal): Promise<RetryStep>;
	/** After a success: the next failure starts from the first wait and the full number of retries. What the budget gave is spent. */
	reset(): void;
}

// 100: more would be a loop (the cap is the Codex command line's).
const maxRetriesCap = 100;

function numberOr(value: number | undefined, fallback: number): number {
	return value === undefined || Number.isNaN(value) ? fallback : Math.max(0, value);
}

function retriesOf(policy: RetryPolicy): number {
	return Math.floor(Math.min(maxRetriesCap, numberOr(policy.maxRetries, 4)));
}

function backoffOf(policy: RetryPolicy, random: () => number): ExponentialBackoff<number> {
	const jitter = Math.min(1, numberOr(policy.jitter, 0.1));
	// Cockatiel's generators neither take another factor than 2 nor a source of chance.
	const generator: GeneratorFn<number> = (retries = 0, { initialDelay, exponent, maxDelay }) => {
		const delay = Math.min(maxDelay, initialDelay * exponent ** retries);
		return [delay * (1 - jitter + 2 * jitter * random()), retries + 1];
	};
	return new ExponentialBackoff({
		generator,
		initialDelay: numberOr(policy.baseDelayMs, 200),
		exponent: numberOr(policy.factor, 2),
		maxDelay: numberOr(policy.maxDelayMs, 30_000),
	});
}

function anyOf(first: AbortSignal, second: AbortSignal): AbortSignal {
	return first === second ? first : AbortSignal.any([first, second]);
}

/** Why work under `signal` and `budget` has to end; `undefined` when it has not. A limit goes before an abort, because it aborts too. */
function stopped(signal: AbortSignal, budget: Budget): Extract<RetryStep, { kind: "aborted" | "budget" }> | undefined {
	const refusal = budget.signal.aborted ? budget.checkWait(0) : undefined;
	if (refusal !== undefined) return { kind: "budget", refusal };
	return signal.aborted || budget.signal.aborted ? { kind: "aborted" } : undefined;
}

/** Makes a schedule. */
export function createRetrySchedule(policy: RetryPolicy, options: RetryScheduleOptions): RetrySchedule {
	const { budget, clock, announce } = options;
	const maxRetries = retriesOf(policy);
	const start = backoffOf(policy, options.random ?? Math.random);
	let retries = 0;
	let backoff: IBackoff<unknown> | undefined;

	const delayFor = (afterMs: number | undefined): number => {
		backoff = backoff === undefined ? start.next() : backoff.next(undefined);
		return afterMs === undefined ? backoff.duration : numberOr(afterMs, backoff.duration);
	};
	return {
		next: async (verdict, signal) => {
			const before = stopped(signal, budget);
			if (before !== undefined) return before;
			if (verdict.kind === "stop" || retries >= maxRetries) return { kind: "exhausted" };
			const delayMs = delayFor(verdict.afterMs);
			const hopeless = budget.peekAttempt() ?? budget.checkWait(delayMs);
			if (hopeless !== undefined) return { kind: "budget", refusal: hopeless };
			retries += 1;
			const retryNumber = retries;
			announce?.(delayMs, retryNumber);
			await clock.sleep(delayMs, anyOf(signal, budget.signal));
			const after = stopped(signal, budget);
			if (after !== undefined) return after;
			const refusal = budget.tryAttempt();
			return refusal === undefined ? { kind: "go", delayMs, retryNumber } : { kind: "budget", refusal };
		},
		reset: () => {
			retries = 0;
			backoff = undefined;
		},
	};
}

/** What a retried function gives. `attempts`: how often it was called. */
export type RetryOutcome<T> =
	| { readonly kind: "ok"; readonly value: T; readonly attempts: number }
	/** `error` is the last one. */
	| { readonly kind: "failed"; readonly error: unknown; readonly attempts: number }
	/** `lastError` is missing when no attempt failed before the limit was reached. */
	| {
			readonly kind: "budget";
			readonly refusal: BudgetRefusal;
			readonly lastError?: unknown;
			readonly attempts: number;
	  }
	| { readonly kind: "aborted"; readonly attempts: number };

/** What {@link withRetry} tells of a failure that will be tried again. */
export interface RetryNotice {
	/** The attempt that failed, from 1; the retry after it has the same number. */
	readonly attempt: number;
	readonly maxRetries: number;
	/** The wait before the next attempt, in milliseconds. */
	readonly delayMs: number;
	readonly error: unknown;
}

/** What a retried function is given. */
export interface RetryAttempt {
	/** From 1. */
	readonly number: number;
	/** Aborts with the caller's signal and with the budget's. */
	readonly signal: AbortSignal;
}

/** What {@link withRetry} needs besides policy, judgement and work. */
export interface RetryOptions extends Omit<RetryScheduleOptions, "announce"> {
	readonly signal: AbortSignal;
	/** Called before each wait. Must not throw. */
	readonly onRetry?: (notice: RetryNotice) => void;
}

type Settled<T> = { readonly kind: "value"; readonly value: T } | { readonly kind: "error"; readonly error: unknown };

async function settled<T>(work: () => Promise<T>): Promise<Settled<T>> {
	try {
		return { kind: "value", value: await work() };
	} catch (error) {
		return { kind: "error", error };
	}
}

/** The result of `work`, or `undefined` as soon as `signal` aborts; what `work` does afterwards is dropped. */
async function settledUnless<T>(signal: AbortSignal, work: () => Promise<T>): Promise<Settled<T> | undefined> {
	let leave = (): void => undefined;
	const aborted = new Promise<undefined>((resolve) => {
		leave = () => resolve(undefined);
		signal.addEventListener("abort", leave, { once: true });
	});
	const result = await Promise.race([settled(work), aborted]);
	signal.removeEventListener("abort", leave);
	return result;
}

/**
 * Calls `work` until it succeeds, `policy`, `classify` or the budget says stop, or a signal aborts.
 *
 * Contract: every call of `work` has taken one attempt from the budget first. What `work` throws never rejects the promise;
 * what `classify` throws does. Resolves as soon as a signal aborts: `work` gets the same signal and is to end soon after,
 * what it then gives is dropped.
 */
export async function withRetry<T>(
	policy: RetryPolicy,
	classify: (error: unknown) => RetryVerdict,
	work: (attempt: RetryAttempt) => Promise<T>,
	options: RetryOptions,
): Promise<RetryOutcome<T>> {
	const { budget, onRetry } = options;
	const signal = anyOf(options.signal, budget.signal);
	const maxRetries = retriesOf(policy);
	let attempts = 0;
	let failure: { readonly error: unknown } | undefined;
	const schedule = createRetrySchedule(policy, {
		...options,
		announce: (delayMs) => onRetry?.({ attempt: attempts, maxRetries, delayMs, error: failure?.error }),
	});
	const ended = (step: Exclude<RetryStep, { kind: "go" }>): RetryOutcome<T> => {
		switch (step.kind) {
			case "aborted":
				return { kind: "aborted", attempts };
			case "exhausted":
				return { kind: "failed", error: failure?.error, attempts };
			case "budget":
				return {
					kind: "budget",
					refusal: step.refusal,
					attempts,
					...(failure === undefined ? {} : { lastError: failure.error }),
				};
		}
	};
	const before = stopped(options.signal, budget);
	if (before !== undefined) return ended(before);
	const refusal = budget.tryAttempt();
	if (refusal !== undefined) return ended({ kind: "budget", refusal });
	for (;;) {
		attempts += 1;
		const attempt: RetryAttempt = { number: attempts, signal };
		const result = await settledUnless(signal, () => work(attempt));
		if (result?.kind === "value") return { kind: "ok", value: result.value, attempts };
		if (result !== undefined) failure = { error: result.error };
		const stop = stopped(options.signal, budget);
		if (stop !== undefined) return ended(stop);
		const step = await schedule.next(classify(failure?.error), options.signal);
		if (step.kind !== "go") return ended(step);
	}
}
