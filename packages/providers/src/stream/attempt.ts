// One attempt: sends a request, reads its event stream and yields batches. It owns the two reasons for which it breaks
// an answer off (the caller's signal, silence) and lets the connection go back to its pool after a whole answer. It
// knows no vendor and never tries again.

import type { Clock, ModelError, ModelEvent } from "@codex/protocol";
import { createIdleWatch, type IdleWatch } from "@codex/resilience";
import { createEventBatch, type EventBatch } from "./event-batch.ts";
import type { EventDecoder } from "./event-decoder.ts";
import { abortedFailure, disconnectFailure, idleFailure } from "./failure.ts";
import { createEventFraming, createLineFraming, type Framing } from "./framing.ts";

/** An answer whose stream has begun. */
export interface OpenedStream {
	readonly body: ReadableStream<Uint8Array>;
	/** How events are cut out of the body: server-sent events, or one JSON text a line. */
	readonly framing: "events" | "lines";
	/** Makes the decoder that writes into `batch`. */
	decoder(batch: EventBatch): EventDecoder;
}

/** An attempt that can be broken off from outside. */
export interface RunningAttempt {
	abort(): void;
}

/** What one attempt needs. */
export interface AttemptPlan {
	/** The caller's. */
	readonly signal: AbortSignal;
	readonly clock: Clock;
	/** Milliseconds without an event. */
	readonly idleMs: number;
	/** Sends the request. Rejects when it was refused or reached nobody; must honour `signal`. */
	open(signal: AbortSignal): Promise<OpenedStream>;
	/** The attempts that still hold a connection; this one adds and removes itself. */
	readonly running: Set<RunningAttempt>;
	/** What `open` rejected with, as a failure. */
	refused(thrown: unknown): ModelError;
}

// 1 s: how long a server may take to close a body after its final event before the connection is given up.
const drainMs = 1_000;

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Breaks an attempt off, and knows why. */
class Breaker implements RunningAttempt {
	readonly #controller = new AbortController();
	readonly #signal: AbortSignal;
	readonly #running: Set<RunningAttempt>;
	readonly #idle: IdleWatch;
	#reason: ModelError | undefined;

	constructor({ signal, clock, idleMs, running }: AttemptPlan) {
		this.#signal = signal;
		this.#running = running;
		this.#idle = createIdleWatch(idleMs, clock, () => this.#break(idleFailure));
		signal.addEventListener("abort", this.#onAbort, { once: true });
		running.add(this);
	}

	readonly #onAbort = (): void => this.#break(abortedFailure);

	#break(reason: ModelError): void {
		this.#reason ??= reason;
		this.#controller.abort();
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** Why it was broken off, if it was. */
	get reason(): ModelError | undefined {
		return this.#signal.aborted ? (this.#reason ?? abortedFailure) : this.#reason;
	}

	touch(): void {
		this.#idle.touch();
	}

	/** Stops watching; the request goes on. */
	release(): void {
		this.#idle.dispose();
		this.#signal.removeEventListener("abort", this.#onAbort);
	}

	/** The connection is no longer ours. */
	settle(): void {
		this.release();
		this.#running.delete(this);
	}

	/** The provider is being closed. */
	abort(): void {
		this.#break(abortedFailure);
	}
}

/** Reads what is left after the final event, so that the connection can be used again; gives it up after a second. */
async function drain(reader: Reader, breaker: Breaker, clock: Clock): Promise<void> {
	breaker.release();
	const cancel = clock.timer(drainMs, () => breaker.abort());
	try {
		while (!(await reader.read()).done);
	} catch {
		// The connection broke after a whole answer: nothing is lost but the connection.
	} finally {
		cancel();
		breaker.settle();
	}
}

function createFraming({ framing }: OpenedStream, decoder: EventDecoder, breaker: Breaker): Framing {
	const take = (data: string, name: string | undefined): void => {
		breaker.touch();
		if (!decoder.finished) decoder.push(data, name);
	};
	const tooLong = (): void =>
		decoder.fail({ kind: "protocol", message: "an event of the stream is too long", retryable: false });
	return framing === "lines" ? createLineFraming(take, tooLong) : createEventFraming(take, tooLong);
}

async function* readBody(
	opened: OpenedStream,
	reader: Reader,
	breaker: Breaker,
	clock: Clock,
): AsyncGenerator<readonly ModelEvent[]> {
	const batch = createEventBatch();
	const decoder = opened.decoder(batch);
	const framing = createFraming(opened, decoder, breaker);
	const utf8 = new TextDecoder();
	while (!decoder.finished) {
		try {
			const read = await reader.read();
			if (read.done) {
				framing.end(utf8.decode());
				if (!decoder.finished) decoder.end();
			} else framing.feed(utf8.decode(read.value, { stream: true }));
		} catch (thrown) {
			decoder.fail(breaker.reason ?? disconnectFailure(thrown));
		}
		// An abort while the consumer held the last batch must not wait for the next read.
		if (!decoder.finished && breaker.reason !== undefined) decoder.fail(breaker.reason);
		const events = batch.take();
		// Before the consumer goes on, so that its next request finds the connection free.
		if (events.at(-1)?.type === "done") void drain(reader, breaker, clock);
		if (events.length === 0) continue;
		yield events;
		// The time that the consumer took is not the server's silence.
		breaker.touch();
	}
}

/**
 * Makes one attempt.
 *
 * Contract: as `Provider.stream`. Leaving the loop before the final event breaks the request off; after it, the body is
 * read to its end in the background.
 */
export async function* streamAttempt(plan: AttemptPlan): AsyncGenerator<readonly ModelEvent[]> {
	if (plan.signal.aborted) {
		yield [{ type: "error", error: abortedFailure }];
		return;
	}
	const breaker = new Breaker(plan);
	let opened: OpenedStream;
	try {
		opened = await plan.open(breaker.signal);
	} catch (thrown) {
		const { reason } = breaker;
		breaker.settle();
		yield [{ type: "error", error: reason ?? plan.refused(thrown) }];
		return;
	}
	const reader = opened.body.getReader();
	let whole = false;
	try {
		for await (const batch of readBody(opened, reader, breaker, plan.clock)) {
			whole = batch.at(-1)?.type === "done";
			yield batch;
		}
	} finally {
		if (!whole) {
			breaker.abort();
			breaker.settle();
		}
	}
}
