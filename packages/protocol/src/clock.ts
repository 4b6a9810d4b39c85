// The clock port. Only resilience and runtime touch real timers; everyone else is handed one of these.

/** Time as a port, so that tests own it. */
export interface Clock {
	/** Wall clock, milliseconds since the Unix epoch. */
	nowMs(): number;
	/** Monotonic milliseconds with an arbitrary origin; for durations only. */
	monotonicMs(): number;
	/** Resolves after `ms` (≥ 0), or at once when `signal` aborts. Never rejects: the caller looks at its signal. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
	/** Calls `fire` once after `ms`. The returned function cancels it and may be called any number of times. */
	timer(ms: number, fire: () => void): () => void;
}
