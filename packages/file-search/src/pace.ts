// Gives the event loop back while long work runs: a slice of work, then whatever waits, then the next slice. It holds no
// timer; `setImmediate` lets input and timers run first.

/** Between two looks at the clock of one piece of work. */
export interface Pace {
	/** Whether the slice is used up; then {@link Pace.rest} is due. */
	due(): boolean;
	/** Lets everything that waits run, then starts a new slice. */
	rest(): Promise<void>;
}

/** 4 ms: two pieces of work in one round of the loop (indexing and a search) stay below 8 ms. */
const sliceMs = 4;

/** A pace for one piece of work; its first slice starts now. */
export function createPace(): Pace {
	let startedAt = performance.now();
	return {
		due: () => performance.now() - startedAt >= sliceMs,
		async rest() {
			await new Promise<void>((resolve) => {
				setImmediate(resolve);
			});
			startedAt = performance.now();
		},
	};
}
