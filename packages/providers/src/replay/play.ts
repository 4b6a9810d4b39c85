// Answers from a recording, without a network. A request that is not the recorded one ends the play: it and every later
// one get an error of kind `replay` that names the first difference.

import type { ModelError, ModelEvent, ModelRequest } from "@codex/protocol";
import { modelInfo } from "../model-table.ts";
import type { Provider } from "../provider.ts";
import { abortedFailure } from "../stream/failure.ts";
import { describeDeparture } from "./difference.ts";
import { createFingerprinter, type FingerprintOptions } from "./fingerprint.ts";
import type { RecordedRound, Recording } from "./recording.ts";

/** A provider that answers from a recording. */
export interface ReplayProvider extends Provider {
	readonly recording: Recording;
	/** One sentence when the recording has more requests than were made so far. */
	unfinished(): string | undefined;
}

const replayFailure = (message: string): ModelError => ({ kind: "replay", message, retryable: false });

/** Makes a provider that answers as `recording` does. It carries the name of the recorded provider. */
export function createReplayProvider(recording: Recording, options: FingerprintOptions): ReplayProvider {
	const fingerprinter = createFingerprinter(options);
	const { rounds, header } = recording;
	let made = 0;
	let failure: ModelError | undefined;

	const next = (request: ModelRequest): RecordedRound | ModelError => {
		made += 1;
		const round = rounds[made - 1];
		if (round === undefined)
			return replayFailure(`request ${made} goes beyond the recording, which has ${rounds.length}`);
		const fingerprint = fingerprinter.take(request);
		if (fingerprint.digest === round.request.digest) return round;
		return replayFailure(describeDeparture({ recording, number: made, request, fingerprint }, options));
	};
	return {
		recording,
		provider: header.provider,
		modelInfo,
		stream: async function* (request, signal): AsyncGenerator<readonly ModelEvent[]> {
			const found = failure ?? next(request);
			if ("kind" in found) {
				failure = found;
				yield [{ type: "error", error: found }];
				return;
			}
			for (const event of found.events) {
				if (signal.aborted) {
					yield [{ type: "error", error: abortedFailure }];
					return;
				}
				yield [event];
			}
			const last = found.events.at(-1)?.type;
			if (last === "done" || last === "error") return;
			const message = `the recorded answer to request ${found.request.number} breaks off`;
			yield [{ type: "error", error: replayFailure(message) }];
		},
		warm: async () => undefined,
		close: async () => undefined,
		unfinished: () =>
			made >= rounds.length ? undefined : `the recording has ${rounds.length} requests, but only ${made} were made`,
	};
}
