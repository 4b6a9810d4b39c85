// A queue that somebody reads with `for await`: events wait for their reader, in order; after the end nothing is added.

/** One writer, one reader. */
export interface EventStream<T> extends AsyncIterable<T> {
	/** Adds an event; ignored after `end`. */
	push(value: T): void;
	/** No more events. */
	end(): void;
}

/** Makes a stream. A reader that leaves its loop early ends its own reading only. */
export function createEventStream<T>(): EventStream<T> {
	const values: T[] = [];
	let hasEnded = false;
	let wake: (() => void) | undefined;
	const notify = (): void => {
		wake?.();
		wake = undefined;
	};
	return {
		push: (value) => {
			if (hasEnded) return;
			values.push(value);
			notify();
		},
		end: () => {
			hasEnded = true;
			notify();
		},
		async *[Symbol.asyncIterator]() {
			for (;;) {
				const value = values.shift();
				if (value !== undefined) yield value;
				else if (hasEnded) return;
				else await new Promise<void>((resolve) => (wake = resolve));
			}
		},
	};
}
