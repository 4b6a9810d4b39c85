// Records what a provider is asked and what it answers, on the way through. The run is not changed by it: the caller gets
// every batch as it came, and only masked text goes to the file.

import { createHash, type Hash } from "node:crypto";
import {
	type EventMsg,
	type ModelEvent,
	type RecordedToolCall,
	type RecordingEnd,
	type RecordingHeader,
	type RecordingLine,
	recordingVersion,
} from "@codex/protocol";
import type { Provider } from "../provider.ts";
import { createFingerprinter, type FingerprintOptions } from "./fingerprint.ts";
import { normalisationNames } from "./normalise.ts";
import { redactSpread } from "./redact-pieces.ts";

/** What the header says of the run; the rest of it is filled in. */
export type RecordingRun = Omit<RecordingHeader, "type" | "version" | "normalisations">;

/** How a run is recorded. */
export interface RecordingOptions extends FingerprintOptions {
	readonly run: RecordingRun;
	/** Takes one line; its text in the file must be `recordingLineText(line)`. Must not throw. */
	readonly write: (line: RecordingLine) => void;
}

/** A provider that records. */
export interface RecordingProvider extends Provider {
	/** Records what a tool did, in the order in which tools ended. */
	recordToolCall(record: RecordedToolCall): void;
	/** Writes the last line; nothing is recorded after it. Further calls do nothing. */
	finish(outcome: RecordingEnd["outcome"]): void;
}

/** A line as it stands in the file, with its newline. */
export function recordingLineText(line: RecordingLine): string {
	return `${JSON.stringify(line)}\n`;
}

/** The digest of the last line, when `before` has taken all lines before it. */
export function endDigest(before: Hash, end: Omit<RecordingEnd, "digest">): string {
	const { type, requests, outcome } = end;
	return before
		.copy()
		.update(`${JSON.stringify({ type, requests, outcome })}\n`)
		.digest("hex");
}

function redactModelEvents(events: readonly ModelEvent[], redact: <T>(value: T) => T): readonly ModelEvent[] {
	return redactSpread(
		events,
		(event) => {
			if (event.type === "text_delta") return { stream: "text", text: event.text };
			return event.type === "reasoning_delta" ? { stream: event.channel, text: event.text } : undefined;
		},
		(event, text) => (event.type === "text_delta" || event.type === "reasoning_delta" ? { ...event, text } : event),
		redact,
	);
}

function redactToolEvents(events: readonly EventMsg[], redact: <T>(value: T) => T): readonly EventMsg[] {
	return redactSpread(
		events,
		(event) => (event.type === "exec_command_output_delta" ? { stream: event.stream, text: event.chunk } : undefined),
		(event, chunk) => (event.type === "exec_command_output_delta" ? { ...event, chunk } : event),
		redact,
	);
}

/** Writes the lines of one answer. Deltas wait until something else comes, because they are masked together. */
class AnswerRecorder {
	readonly #number: number;
	readonly #redact: <T>(value: T) => T;
	readonly #write: (line: RecordingLine) => string;
	readonly #digest = createHash("sha256");
	#waiting: ModelEvent[] = [];
	#events = 0;

	constructor(number: number, redact: <T>(value: T) => T, write: (line: RecordingLine) => string) {
		this.#number = number;
		this.#redact = redact;
		this.#write = write;
	}

	take(event: ModelEvent): void {
		this.#waiting.push(event);
		if (event.type !== "text_delta" && event.type !== "reasoning_delta") this.#flush();
	}

	end(): void {
		this.#flush();
		this.#write({
			type: "response_end",
			number: this.#number,
			events: this.#events,
			digest: this.#digest.digest("hex"),
		});
	}

	#flush(): void {
		for (const event of redactModelEvents(this.#waiting, this.#redact)) {
			this.#digest.update(this.#write({ type: "model_event", number: this.#number, event }));
			this.#events += 1;
		}
		this.#waiting = [];
	}
}

/** Wraps `inner` so that everything it is asked and answers is recorded. Writes the header at once. */
export function createRecordingProvider(inner: Provider, options: RecordingOptions): RecordingProvider {
	const { redact } = options;
	const fingerprinter = createFingerprinter(options);
	const digest = createHash("sha256");
	let requests = 0;
	let finished = false;
	const write = (line: RecordingLine): string => {
		const text = recordingLineText(line);
		if (finished) return text;
		digest.update(text);
		options.write(line);
		return text;
	};
	write({
		type: "header",
		version: recordingVersion,
		...redact(options.run),
		normalisations: normalisationNames,
	});
	return {
		provider: inner.provider,
		modelInfo: (model) => inner.modelInfo(model),
		stream: async function* (request, signal) {
			requests += 1;
			const number = requests;
			const { items, ...fingerprint } = fingerprinter.take(request);
			write({ type: "request", number, ...fingerprint, items: items.slice(fingerprint.prefix) });
			const answer = new AnswerRecorder(number, redact, write);
			try {
				for await (const batch of inner.stream(request, signal)) {
					for (const event of batch) answer.take(event);
					yield batch;
				}
			} finally {
				answer.end();
			}
		},
		warm: () => inner.warm(),
		close: () => inner.close(),
		recordToolCall: ({ type, callId, events, output, endedBefore }) => {
			const place = endedBefore === undefined ? {} : { endedBefore };
			write({ type, callId, events: redactToolEvents(events, redact), output: redact(output), ...place });
		},
		finish: (outcome) => {
			if (finished) return;
			finished = true;
			const end = { type: "end", requests, outcome } as const;
			options.write({ ...end, digest: endDigest(digest, end) });
		},
	};
}
