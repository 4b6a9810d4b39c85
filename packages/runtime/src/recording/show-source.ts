// Plays a recording as it was: recorded answers and recorded tool results, nothing executed. The context of the run
// (folder, instructions) is not compared, because it may be shown anywhere; the course of the conversation is.

import type { ModelStream } from "@codex/core";
import type { ConversationItem, ModelEvent, ModelRequest } from "@codex/protocol";
import { modelInfo, type RecordedRound, type Recording } from "@codex/providers";
import { type AnswerSource, recordedRetries } from "../session/answer-source.ts";
import type { RecordedOrder } from "./recorded-order.ts";

function replayError(message: string): ModelEvent {
	return { type: "error", error: { kind: "replay", message, retryable: false } };
}

/** How a recording names the kind of an item: the type first, for a message its role. */
function kindOf(item: ConversationItem): string {
	return item.type === "message" ? `${item.type}/${item.role}` : item.type;
}

/** What a request holds beyond the one before it must be what the recording says; `undefined` when it is. */
function departure(round: RecordedRound, fresh: readonly ConversationItem[]): string | undefined {
	const { number, items } = round.request;
	if (fresh.length !== items.length) {
		return `request ${number} adds ${fresh.length} items, the recorded one ${items.length}`;
	}
	for (const [at, item] of fresh.entries()) {
		const label = items[at]?.label ?? "";
		if (!label.startsWith(kindOf(item))) return `request ${number}: a ${kindOf(item)} where the recording has ${label}`;
	}
	return undefined;
}

/** What is shown, and how. */
export interface ShowOptions {
	readonly recording: Recording;
	/** Where it was read. */
	readonly file: string;
	readonly order: RecordedOrder;
	/** Called where the recorded run itself was stopped. */
	readonly onBrokenOff: () => void;
}

/** Makes the source. */
export function createShowSource({ recording, file, order, onBrokenOff }: ShowOptions): AnswerSource {
	const { header, rounds, outcome } = recording;
	const calls = new Map(recording.toolCalls.map((call) => [call.callId, call]));
	let made = 0;
	let seen = 0;
	const next = (request: ModelRequest): RecordedRound | string | undefined => {
		// The next request goes out when all calls of the last answer are over.
		order.reached(made, Number.POSITIVE_INFINITY);
		made += 1;
		const round = rounds[made - 1];
		if (round === undefined) return outcome === "aborted" ? undefined : `the recording has no request ${made}`;
		// The first request carries the context, which is not compared.
		const fresh = made === 1 ? undefined : request.input.slice(seen);
		seen = request.input.length;
		return (fresh === undefined ? undefined : departure(round, fresh)) ?? round;
	};
	const stream: ModelStream = {
		provider: header.provider,
		modelInfo,
		stream: async function* (request, signal): AsyncGenerator<readonly ModelEvent[]> {
			const round = next(request);
			if (typeof round === "string") {
				yield [replayError(round)];
				return;
			}
			for (const [at, event] of (round?.events ?? []).entries()) {
				if (signal.aborted) break;
				order.reached(made, at);
				yield [event];
			}
			const last = round?.events.at(-1)?.type;
			if (last === "done" || last === "error") return;
			if (outcome !== "aborted") {
				yield [replayError(`the recorded answer to request ${made} breaks off`)];
				return;
			}
			onBrokenOff();
			yield [{ type: "error", error: { kind: "aborted", message: "aborted", retryable: false } }];
		},
	};
	return {
		stream,
		model: header.model,
		because: `recorded in ${file}; nothing is executed and no model is asked`,
		...recordedRetries,
		...(header.effort === undefined ? {} : { effort: header.effort }),
		...(header.summary === undefined ? {} : { summary: header.summary }),
		answersFrom: file,
		warm: async () => undefined,
		begin: () => undefined,
		arrange: (emit) => order.arrange(emit),
		recordedTool: (callId) => calls.get(callId),
		finish: async (ended) =>
			made < rounds.length && ended === "completed"
				? [`the recording has ${rounds.length} requests, but only ${made} were made`]
				: [],
	};
}
