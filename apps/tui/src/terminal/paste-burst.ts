// Pastes of terminals that do not bracket them: many characters at once, with line ends inside. Keys that come together are
// held for a moment; an Enter with text after it was part of a paste, a single one at the end was pressed (or sent by a
// script, as `tmux send-keys "text" Enter` does). Single keys are never held.

import type { InputEvent, Key } from "../keymap/key.ts";

/** Finds pastes among keys. */
export interface PasteBurst {
	/** Takes the events of one chunk, gives those to deliver now. */
	push(events: readonly InputEvent[], nowMs: number): readonly InputEvent[];
	/** True while events are held; call {@link flush} after {@link burstGapMs} without input. */
	readonly holds: boolean;
	flush(): readonly InputEvent[];
}

/** Milliseconds without input after which a burst is over. The reference says 8; a terminal multiplexer needs a little more. */
export const burstGapMs = 12;

// 3: two quick keys happen, three within one read are a program's doing.
const minBurst = 3;

const isBare = ({ ctrl, alt }: Key): boolean => !ctrl && !alt;

/** What the key would put into a text; `undefined` when it is another kind of key. */
function textOf(event: InputEvent): string | undefined {
	if (event.kind !== "key" || !isBare(event.key)) return undefined;
	const { name, text, shift } = event.key;
	if (name === "enter" && !shift) return "\n";
	if (name === "tab" && !shift) return "\t";
	return text === "" ? undefined : text;
}

/** `ctrl+j`, which is the line end of some pastes. */
const isLinefeed = (event: InputEvent): boolean =>
	event.kind === "key" && event.key.ctrl && !event.key.alt && event.key.name === "j";

const isPlain = (event: InputEvent): boolean => textOf(event) !== undefined;

const endsLine = (event: InputEvent): boolean => textOf(event) === "\n";

/** What held events were: keys, or a paste. */
function judge(events: readonly InputEvent[]): readonly InputEvent[] {
	const last = events.at(-1);
	if (last === undefined) return [];
	const body = endsLine(last) ? events.slice(0, -1) : events;
	if (!body.some((event) => endsLine(event) || isLinefeed(event))) return events;
	const text = events.map((event) => (isLinefeed(event) ? "\n" : (textOf(event) ?? ""))).join("");
	return [{ kind: "paste", text }];
}

/** Makes one. */
export function createPasteBurst(): PasteBurst {
	let held: InputEvent[] = [];
	let lastTextMs = Number.NEGATIVE_INFINITY;
	const flush = (): readonly InputEvent[] => {
		const events = judge(held);
		held = [];
		return events;
	};
	return {
		push: (events, nowMs) => {
			if (events.length === 0) return [];
			if (!events.every((event) => isPlain(event) || (events.length >= minBurst && isLinefeed(event)))) {
				return [...flush(), ...events];
			}
			const follows = nowMs - lastTextMs <= burstGapMs;
			lastTextMs = nowMs;
			const first = events[0];
			const isEnterAfterText = follows && events.length === 1 && first !== undefined && endsLine(first);
			if (held.length > 0 || events.length >= minBurst || isEnterAfterText) {
				held.push(...events);
				return [];
			}
			return events;
		},
		get holds() {
			return held.length > 0;
		},
		flush,
	};
}
