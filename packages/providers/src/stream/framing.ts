// Cuts the text of a body into events: server-sent events, or one JSON text a line. Chunks may end anywhere; an event that
// grows beyond all reason is reported instead of kept.

import { createParser } from "eventsource-parser";

/** Takes the text of a body piece by piece. */
export interface Framing {
	feed(text: string): void;
	/** The body is over; `text` is its last piece. What stands without its last line end is still an event. */
	end(text: string): void;
}

/** Is called with each event: its data, and its name when it has one. */
export type TakeEvent = (data: string, name: string | undefined) => void;

// 64 Mi characters in one event: far beyond any answer, small enough not to exhaust memory.
const maxEventChars = 64 * 1024 * 1024;

/** Server-sent events. `tooLong` is called when one holds more than 64 Mi characters. */
export function createEventFraming(take: TakeEvent, tooLong: () => void): Framing {
	const parser = createParser({
		maxBufferSize: maxEventChars,
		onEvent: ({ data, event }) => take(data, event),
		onError: (error) => {
			if (error.type === "max-buffer-size-exceeded") tooLong();
		},
	});
	return {
		feed: (text) => parser.feed(text),
		// Servers that forget the last empty line have still sent their last event.
		end: (text) => parser.feed(`${text}\n\n`),
	};
}

/** One event a line; empty lines are none. `tooLong` is called once when a line holds more than 64 Mi characters. */
export function createLineFraming(take: TakeEvent, tooLong: () => void): Framing {
	let pieces: string[] = [];
	let chars = 0;
	const line = (last: string): void => {
		const text = pieces.length === 0 ? last : pieces.join("") + last;
		pieces = [];
		chars = 0;
		const trimmed = text.trim();
		if (trimmed !== "") take(trimmed, undefined);
	};
	const feed = (text: string): void => {
		let start = 0;
		for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
			line(text.slice(start, end));
			start = end + 1;
		}
		if (start === text.length) return;
		const before = chars;
		chars += text.length - start;
		if (chars <= maxEventChars) pieces.push(text.slice(start));
		else {
			pieces = [];
			if (before <= maxEventChars) tooLong();
		}
	};
	return { feed, end: (text) => feed(`${text}\n`) };
}
