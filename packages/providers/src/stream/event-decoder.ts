// What every wire's decoder is: it is pushed the events of a body one by one and writes model events into a batch. No
// I/O, no clock; what it does not know it passes over.

import type { ModelError } from "@codex/protocol";

/** Decodes the events of one answer. Nothing it is given makes it throw. */
export interface EventDecoder {
	/** Takes one server-sent event: its data, and its name when it has one. */
	push(data: string, name: string | undefined): void;
	/** The body is over. Without a final event so far, the answer was cut: an `error` of kind `stream` is written. */
	end(): void;
	/** The body broke: writes `error`, unless the answer is already over. */
	fail(error: ModelError): void;
	/** Whether `done` or `error` was written; everything after it is passed over. */
	readonly finished: boolean;
}

/** Whether `value` is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `data` as JSON, or `undefined` when it is not. */
export function tryParseJson(data: string): unknown {
	try {
		return JSON.parse(data);
	} catch {
		// A malformed line is passed over; the decoder counts it.
		return undefined;
	}
}

/** The sentence of a body that ended too early, with the lines that could not be read, if any. */
export function closedBefore(finalEvent: string, malformed: number): string {
	const lines = malformed === 1 ? "1 malformed line was" : `${malformed} malformed lines were`;
	return `stream closed before ${finalEvent}${malformed === 0 ? "" : ` (${lines} passed over)`}`;
}
