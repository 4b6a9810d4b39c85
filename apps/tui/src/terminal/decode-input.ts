// Bytes of a terminal to keys. One decoder for the life of an input: sequences and characters may be split anywhere over
// chunks. What it does not know it drops; nothing that comes in is ever typed as the rest of an escape sequence.
// blessed's own decoder knows neither bracketed pastes nor kitty's keys, and reports Enter twice.

import { charKey, type InputEvent, type Key, makeKey } from "../keymap/key.ts";
import { codePointKey, controlKey, finalKey, modifiersOf, numberKey } from "./key-codes.ts";

/** Decodes what a terminal sends. */
export interface InputDecoder {
	/** The events of a chunk; an unfinished sequence waits for the next one. */
	push(bytes: Uint8Array): readonly InputEvent[];
	/** What is waited for: the rest of a key (some 30 ms are enough), the end of a paste (seconds), or nothing. */
	readonly waiting: "nothing" | "sequence" | "paste";
	/** Gives up waiting: a lone ESC was the Escape key, an unfinished paste ends here. */
	flush(): readonly InputEvent[];
}

// 256: far longer than any answer of a terminal that is asked for here.
const maxSequence = 256;

// 32 MiB of a paste are kept; what comes after them, up to its end, is left out.
const maxPaste = 32 * 1024 * 1024;

const pasteEnd = "\x1b[201~";

interface Step {
	readonly events: readonly InputEvent[];
	/** Characters used; 0 when the sequence is not finished. */
	readonly used: number;
}

const unfinished: Step = { events: [], used: 0 };

const skip = (used: number): Step => ({ events: [], used });
const keyStep = (key: Key | undefined, used: number): Step => ({
	events: key === undefined ? [] : [{ kind: "key", key }],
	used,
});

/** Numbers of a parameter text; sub-parameters after `:` are kept apart. */
const parameters = (text: string): readonly (readonly number[])[] =>
	text.split(";").map((part) => part.split(":").map((number) => Number.parseInt(number, 10) || 0));

function kittyKey(text: string): Key | undefined {
	const [codes = [], modifiers = []] = parameters(text);
	// 3 is the release of a key.
	if (modifiers[1] === 3) return undefined;
	const shifted = codes[1] === undefined || codes[1] === 0 ? undefined : codes[1];
	return codePointKey(codes[0] ?? 0, modifiersOf(modifiers[0] ?? 1), shifted);
}

function tildeKey(text: string): Key | undefined {
	const [first = [], second = [], third = []] = parameters(text);
	if (second[1] === 3) return undefined;
	const modifiers = modifiersOf(second[0] ?? 1);
	// xterm's modifyOtherKeys: CSI 27 ; modifiers ; code ~
	if (first[0] === 27 && third[0] !== undefined) return codePointKey(third[0], modifiers, undefined);
	return numberKey(first[0] ?? 0, modifiers);
}

function csiStep(text: string, final: string, used: number): Step {
	if (final === "u") {
		if (text.startsWith("?")) return { events: [{ kind: "reply", reply: { kind: "kitty_keyboard" } }], used };
		return keyStep(kittyKey(text), used);
	}
	if (final === "~") return keyStep(tildeKey(text), used);
	if (text === "" && (final === "I" || final === "O")) {
		return { events: [{ kind: "focus", gained: final === "I" }], used };
	}
	// Answers and mouse reports: `?`, `<`, `>` or `=` in front, or an intermediate character.
	if (/[^\d;:]/.test(text)) return skip(used);
	const [, modifiers = []] = parameters(text);
	if (modifiers[1] === 3) return skip(used);
	return keyStep(finalKey(final, modifiersOf(modifiers[0] ?? 1)), used);
}

/** `text` begins with `ESC [`. */
function readCsi(text: string): Step {
	// The Linux console's function keys: ESC [ [ A
	if (text[2] === "[") return text.length < 4 ? unfinished : skip(4);
	// An old mouse report has three bytes of any value.
	if (text[2] === "M") return text.length < 6 ? unfinished : skip(6);
	for (let at = 2; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code >= 0x40 && code <= 0x7e) return csiStep(text.slice(2, at), text[at] ?? "", at + 1);
		// Not a sequence after all: drop what looked like its beginning.
		if (code < 0x20 || code > 0x7e || at > maxSequence) return skip(at);
	}
	return unfinished;
}

/** Colour of an answer such as `11;rgb:1c1c/1c1c/1c1c`. */
function backgroundOf(body: string): number | undefined {
	const found = /^11;rgba?:([\da-f]{2})[\da-f]{0,2}\/([\da-f]{2})[\da-f]{0,2}\/([\da-f]{2})/i.exec(body);
	return found === null ? undefined : Number.parseInt(`${found[1]}${found[2]}${found[3]}`, 16);
}

/** `text` begins with ESC and one of `]`, `P`, `_`, `^`, `X`: a string up to BEL or ST. */
function readString(text: string): Step {
	for (let at = 2; at < text.length && at <= maxSequence; at += 1) {
		const isBell = text[at] === "\x07";
		const isSt = text[at] === "\x1b" && text[at + 1] === "\\";
		if (!isBell && !isSt) continue;
		const rgb = text[1] === "]" ? backgroundOf(text.slice(2, at)) : undefined;
		const used = at + (isBell ? 1 : 2);
		return rgb === undefined ? skip(used) : { events: [{ kind: "reply", reply: { kind: "background", rgb } }], used };
	}
	return text.length > maxSequence ? skip(2) : unfinished;
}

function withAlt(step: Step): Step {
	const events = step.events.map((event) =>
		event.kind === "key" ? { ...event, key: { ...event.key, alt: true, text: "" } } : event,
	);
	return { events, used: step.used + (step.used === 0 ? 0 : 1) };
}

/** `text` begins with ESC. */
function readEscape(text: string): Step {
	const next = text[1];
	if (next === undefined) return unfinished;
	if (next === "[") return text.length === 2 ? unfinished : readCsi(text);
	if (next === "O") {
		if (text.length === 2) return unfinished;
		const key = finalKey(text[2] ?? "", {});
		return key === undefined ? keyStep(makeKey("o", { alt: true, shift: true }), 2) : keyStep(key, 3);
	}
	if ("]P_^X".includes(next)) return text.length === 2 ? unfinished : readString(text);
	if (next === "\x1b") {
		if (text.length === 2) return unfinished;
		// ESC ESC [ A is Alt with a key in some terminals; else two presses of Escape.
		if (text[2] === "[" || text[2] === "O") return withAlt(readEscape(text.slice(1)));
		return keyStep(makeKey("escape"), 1);
	}
	// Alt with Ctrl and a letter does not exist in practice: these are Escape and a key, pressed or sent within one read.
	if (next < " " && !"\r\n\t\b".includes(next)) return keyStep(makeKey("escape"), 1);
	return withAlt(readPlain(text.slice(1)));
}

/** One character, which is no ESC. */
function readPlain(text: string): Step {
	const char = String.fromCodePoint(text.codePointAt(0) ?? 0);
	const code = text.codePointAt(0) ?? 0;
	if (code < 0x20 || code === 0x7f) return keyStep(controlKey(code), 1);
	if (code >= 0x80 && code < 0xa0) return skip(1);
	return keyStep(charKey(char), char.length);
}

/** The keys of what never became a sequence: ESC and one character were Alt with it, the rest is dropped. */
function abandoned(text: string): readonly InputEvent[] {
	if (text === "") return [];
	if (/^\x1b+$/.test(text)) return Array.from(text, () => ({ kind: "key", key: makeKey("escape") }));
	const second = text[1];
	if (text.length !== 2 || second === undefined) return [];
	return withAlt(readPlain(second)).events;
}

// U+FEFF is text to a terminal, not a byte order mark.
const makeUtf8 = (): InstanceType<typeof TextDecoder> => new TextDecoder("utf-8", { ignoreBOM: true });

/** Collects a bracketed paste up to its end mark, which may be split. */
class PasteCollector {
	private readonly parts: string[] = [];
	private size = 0;
	private tail = "";

	/** Takes text; the rest after the end mark, or `undefined` while the paste goes on. */
	take(text: string): string | undefined {
		const joined = this.tail + text;
		const end = joined.indexOf(pasteEnd);
		if (end !== -1) {
			this.keep(joined.slice(0, end));
			this.tail = "";
			return joined.slice(end + pasteEnd.length);
		}
		const cut = Math.max(0, joined.length - (pasteEnd.length - 1));
		this.keep(joined.slice(0, cut));
		this.tail = joined.slice(cut);
		return undefined;
	}

	finish(): InputEvent {
		this.keep(this.tail);
		return { kind: "paste", text: this.parts.join("").replace(/\r\n?/g, "\n") };
	}

	private keep(text: string): void {
		if (text === "" || this.size >= maxPaste) return;
		this.parts.push(text.slice(0, maxPaste - this.size));
		this.size += text.length;
	}
}

/** Makes a decoder. */
export function createInputDecoder(): InputDecoder {
	let utf8 = makeUtf8();
	let pending = "";
	let paste: PasteCollector | undefined;

	const take = (text: string): readonly InputEvent[] => {
		const events: InputEvent[] = [];
		let rest = text;
		while (rest !== "") {
			if (paste !== undefined) {
				const after = paste.take(rest);
				if (after === undefined) return events;
				events.push(paste.finish());
				paste = undefined;
				rest = after;
				continue;
			}
			if (rest.startsWith("\x1b[200~")) {
				paste = new PasteCollector();
				rest = rest.slice(6);
				continue;
			}
			const step = rest.startsWith("\x1b") ? readEscape(rest) : readPlain(rest);
			if (step.used === 0) break;
			events.push(...step.events);
			rest = rest.slice(step.used);
		}
		pending = rest;
		return events;
	};
	return {
		push: (bytes) => {
			const text = pending + utf8.decode(bytes, { stream: true });
			pending = "";
			return take(text);
		},
		get waiting() {
			if (paste !== undefined) return "paste";
			return pending === "" ? "nothing" : "sequence";
		},
		flush: () => {
			const events: InputEvent[] = [...abandoned(pending)];
			pending = "";
			utf8 = makeUtf8();
			if (paste === undefined) return events;
			events.push(paste.finish());
			paste = undefined;
			return events;
		},
	};
}
