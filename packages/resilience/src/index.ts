// The complete public surface of @codex/resilience.

// budget
export { type Budget, type BudgetOptions, type BudgetRefusal, createBudget } from "./budget.ts";
// circuit breaker
export {
	type BreakerOptions,
	type BreakerPass,
	type BreakerState,
	type CircuitBreaker,
	createCircuitBreaker,
} from "./circuit-breaker.ts";
// time
export { createIdleWatch, type Deadline, type IdleWatch, withDeadline } from "./idle-watch.ts";
// retry
export {
	createRetrySchedule,
	type RetryAttempt,
	type RetryNotice,
	type RetryOptions,
	type RetryOutcome,
	type RetryPolicy,
	type RetrySchedule,
	type RetryScheduleOptions,
	type RetryStep,
	type RetryVerdict,
	withRetry,
} from "./retry.ts";
export { type HeaderReader, parseRetryAfter, parseTryAgainIn } from "./retry-after.ts";
export { createSystemClock } from "./system-clock.ts";
