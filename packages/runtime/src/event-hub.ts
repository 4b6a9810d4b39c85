// Numbers events, freezes them, persists them, fans them out: in that order, synchronously, for each event before the
// next. Events before the first subscription are kept for it. It must never throw into the session.

import {
	type Event,
	type EventMsg,
	lossyEventTypes,
	type RolloutPayload,
	type SubmissionId,
	toError,
} from "@codex/protocol";

/** Gets events; called synchronously, so it must be quick. */
export type EventListener = (event: Event) => void;

/** Says that a subscriber has more waiting than it can take: a promise until it has caught up, else `undefined`. */
export type ReadyCheck = () => Promise<void> | undefined;

/** Fans out the events of one session. */
export interface EventHub {
	/** The next event. Never throws. */
	emit(id: SubmissionId, msg: EventMsg): void;
	/** Adds a listener; the first one also gets what came before it. The returned function removes it. */
	subscribe(listener: EventListener, ready?: ReadyCheck): () => void;
	/** A promise while some subscriber has to catch up, else `undefined`. */
	ready(): Promise<void> | undefined;
}

/** What a hub needs. */
export interface EventHubOptions {
	/** Persists records. Lossy events are never handed to it. */
	readonly append: (payloads: readonly RolloutPayload[]) => void;
	/** Told when a listener throws; the others still get the event. */
	readonly onListenerError: (error: Error) => void;
}

interface Subscriber {
	readonly listener: EventListener;
	readonly ready: ReadyCheck | undefined;
}

function freezeDeep(value: unknown): void {
	if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
	Object.freeze(value);
	for (const member of Object.values(value)) freezeDeep(member);
}

/** Makes a hub. */
export function createEventHub(options: EventHubOptions): EventHub {
	const subscribers: Subscriber[] = [];
	let early: Event[] | undefined = [];
	let nextSeq = 0;
	const deliver = ({ listener }: Subscriber, event: Event): void => {
		try {
			listener(event);
		} catch (thrown) {
			options.onListenerError(toError(thrown));
		}
	};
	return {
		emit: (id, msg) => {
			const event: Event = Object.freeze({ id, seq: nextSeq, msg });
			nextSeq += 1;
			if (lossyEventTypes.has(msg.type)) Object.freeze(msg);
			else {
				freezeDeep(msg);
				options.append([{ type: "event_msg", payload: msg }]);
			}
			early?.push(event);
			// A listener may unsubscribe, or another subscribe, while it is called.
			for (const subscriber of subscribers.slice()) deliver(subscriber, event);
		},
		subscribe: (listener, ready) => {
			const subscriber: Subscriber = { listener, ready };
			const missed = early ?? [];
			early = undefined;
			for (const event of missed) deliver(subscriber, event);
			subscribers.push(subscriber);
			return () => {
				const at = subscribers.indexOf(subscriber);
				if (at !== -1) subscribers.splice(at, 1);
			};
		},
		ready: () => {
			const waits = subscribers.flatMap(({ ready }) => ready?.() ?? []);
			return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
		},
	};
}
