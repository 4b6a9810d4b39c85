// Lets calls in, in the order in which they came: parallel ones together up to a limit, exclusive ones alone. Nobody
// overtakes, so nobody waits for ever.

/** Leaves the gate; may be called any number of times. */
export type Release = () => void;

/** A gate. */
export interface Gate {
	/**
	 * Waits for its turn. `undefined` when `signal` aborts before that.
	 *
	 * Contract: never rejects. The order of the calls is the order of entry.
	 */
	enter(kind: "parallel" | "exclusive", signal: AbortSignal): Promise<Release | undefined>;
}

interface Waiting {
	readonly kind: "parallel" | "exclusive";
	readonly start: () => void;
}

/** Makes a gate that holds `limit` (≥ 1) parallel calls at a time. */
export function createGate(limit: number): Gate {
	const queue: Waiting[] = [];
	let inside = 0;
	let hasExclusive = false;

	const admit = (): void => {
		for (;;) {
			const next = queue[0];
			if (next === undefined) return;
			const isFree = next.kind === "exclusive" ? inside === 0 : !hasExclusive && inside < limit;
			if (!isFree) return;
			queue.shift();
			inside += 1;
			hasExclusive = next.kind === "exclusive";
			next.start();
		}
	};
	const makeRelease = (): Release => {
		let isInside = true;
		return () => {
			if (!isInside) return;
			isInside = false;
			inside -= 1;
			hasExclusive = false;
			admit();
		};
	};

	return {
		enter: (kind, signal) => {
			const { promise, resolve } = Promise.withResolvers<Release | undefined>();
			if (signal.aborted) {
				resolve(undefined);
				return promise;
			}
			const onAbort = (): void => {
				const index = queue.indexOf(waiting);
				if (index === -1) return;
				queue.splice(index, 1);
				resolve(undefined);
				// It may have been what the others waited for.
				admit();
			};
			const waiting: Waiting = {
				kind,
				start: () => {
					signal.removeEventListener("abort", onAbort);
					resolve(makeRelease());
				},
			};
			signal.addEventListener("abort", onAbort, { once: true });
			queue.push(waiting);
			admit();
			return promise;
		},
	};
}
