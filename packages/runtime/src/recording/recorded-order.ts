// Puts the events of recorded tool calls where they were in the recorded run. A replayed call is over at once; here its
// events wait until the model's answer, and the calls before it, have come as far as they had then.

import type { EventMsg, RecordedToolCall, SubmissionId } from "@codex/protocol";

/** Takes events, as the hub does. */
export type Emit = (id: SubmissionId, msg: EventMsg) => void;

/** Where in the model's answers a call ended: after `events` events of the answer to request `request`. */
export interface CallEnd {
	readonly callId: string;
	readonly request: number;
	readonly events: number;
}

/** Keeps the recorded order. */
export interface RecordedOrder {
	/** Wraps the emitter of the session. */
	arrange(emit: Emit): Emit;
	/** The replay is about to give event `events` (from 0) of the answer to request `request`. */
	reached(request: number, events: number): void;
}

interface ReplayedCall {
	readonly record: RecordedToolCall;
	/** Events that wait, with their submission. */
	readonly waiting: (readonly [SubmissionId, EventMsg])[];
	received: number;
	begun: boolean;
	done: boolean;
}

// Calls that ran alone: their first event waited for the calls before them, and later calls waited for them.
const exclusiveEvents: ReadonlySet<EventMsg["type"]> = new Set(["patch_apply_begin", "plan_update"]);
const endings: ReadonlySet<EventMsg["type"]> = new Set(["turn_completed", "turn_failed", "turn_aborted", "turn_diff"]);

const isExclusive = ({ record }: ReplayedCall): boolean => exclusiveEvents.has(record.events[0]?.type ?? "warning");

/** Makes the order of the calls of a recording; `ends` are in the order in which the calls ended. */
export function createRecordedOrder(records: readonly RecordedToolCall[], ends: readonly CallEnd[]): RecordedOrder {
	return new ReplayOrder(records, ends);
}

class ReplayOrder implements RecordedOrder {
	readonly #calls = new Map<string, ReplayedCall>();
	readonly #byEvent = new Map<EventMsg, ReplayedCall>();
	readonly #ends: readonly CallEnd[];
	/** Calls that have begun or want to and are not done, in the order in which they came. */
	readonly #active = new Set<ReplayedCall>();
	#emit: Emit = () => undefined;
	#nextEnd = 0;
	#limit = 0;

	constructor(records: readonly RecordedToolCall[], ends: readonly CallEnd[]) {
		this.#ends = ends;
		for (const record of records) {
			const call: ReplayedCall = { record, waiting: [], received: 0, begun: false, done: false };
			this.#calls.set(record.callId, call);
			// Replayed events are the recorded objects themselves.
			for (const event of record.events) this.#byEvent.set(event, call);
		}
	}

	arrange(emit: Emit): Emit {
		this.#emit = emit;
		return (id, msg) => {
			const call = this.#byEvent.get(msg);
			if (call !== undefined) this.#take(call, id, msg);
			else {
				if (endings.has(msg.type)) this.#releaseAll();
				emit(id, msg);
			}
		};
	}

	reached(request: number, events: number): void {
		for (let end = this.#ends[this.#limit]; end !== undefined; end = this.#ends[this.#limit]) {
			if (end.request > request || (end.request === request && end.events > events)) break;
			this.#limit += 1;
		}
		this.#pump();
	}

	#take(call: ReplayedCall, id: SubmissionId, msg: EventMsg): void {
		call.received += 1;
		call.waiting.push([id, msg]);
		this.#active.add(call);
		this.#begin();
		this.#pump();
	}

	/** Lets calls begin, in their order, as the gate of the tools would have. */
	#begin(): void {
		let others = 0;
		let alone = false;
		for (const call of this.#active) {
			if (!call.begun && (alone || (isExclusive(call) && others > 0))) return;
			if (!call.begun && (call.record.endedBefore ?? 0) > this.#nextEnd) return;
			if (!call.begun) {
				call.begun = true;
				const first = call.waiting[0];
				if (first?.[1].type.endsWith("_begin") === true) this.#emitFirst(call);
			}
			others += 1;
			alone ||= isExclusive(call);
		}
	}

	#emitFirst(call: ReplayedCall): void {
		const first = call.waiting.shift();
		if (first !== undefined) this.#emit(...first);
	}

	/** Ends the calls whose time has come. */
	#pump(): void {
		while (this.#nextEnd < this.#limit) {
			const call = this.#calls.get(this.#ends[this.#nextEnd]?.callId ?? "");
			if (call !== undefined && !call.done && call.received < call.record.events.length) return;
			if (call !== undefined) this.#release(call);
			this.#nextEnd += 1;
			this.#begin();
		}
	}

	#release(call: ReplayedCall): void {
		call.done = true;
		while (call.waiting.length > 0) this.#emitFirst(call);
		this.#active.delete(call);
		this.#begin();
	}

	/** The turn ends: whatever still waits comes before that. */
	#releaseAll(): void {
		for (const call of this.#active) this.#release(call);
	}
}

const hasType = (value: unknown): value is { readonly type: unknown; readonly [key: string]: unknown } =>
	typeof value === "object" && value !== null && "type" in value;

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		// The torn last line of a run that was killed.
		return undefined;
	}
}

/** Where each call ended, from the lines of a recording that was read without a complaint. */
export function readCallEnds(text: string): readonly CallEnd[] {
	const ends: CallEnd[] = [];
	let request = 0;
	let events = 0;
	for (const line of text.split("\n")) {
		const value = parseLine(line);
		if (!hasType(value)) continue;
		if (value.type === "request") {
			request += 1;
			events = 0;
		}
		if (value.type === "model_event") events += 1;
		if (value.type === "response_end") events = Number.POSITIVE_INFINITY;
		const { callId } = value;
		if (value.type === "tool_call" && typeof callId === "string") ends.push({ callId, request, events });
	}
	return ends;
}
