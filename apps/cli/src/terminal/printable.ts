// Makes text of models, tools and files safe to show: no escape sequence and no control character reaches a terminal.

const escapeCode = 0x1b;
const bell = 0x07;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
// The one-character forms of `ESC [` and of the sequences that hold a string (DCS, SOS, OSC, PM, APC).
const controlSequence = 0x9b;
const stringStarts: ReadonlySet<number> = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);
// The same after ESC: P X ] ^ _
const escapedStringStarts: ReadonlySet<number> = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f]);

const isControl = (code: number): boolean =>
	(code < 0x20 && code !== tab && code !== lineFeed) || (code >= 0x7f && code <= 0x9f);

/** Characters that reorder what follows them: text could look like other text than it is. */
const isReordering = (code: number): boolean =>
	(code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

function skipWhile(text: string, from: number, low: number, high: number): number {
	let at = from;
	while (at < text.length && text.charCodeAt(at) >= low && text.charCodeAt(at) <= high) at += 1;
	return at;
}

/** After `ESC [`: parameters, intermediates, one final character. */
function skipControlSequence(text: string, from: number): number {
	const end = skipWhile(text, skipWhile(text, from, 0x30, 0x3f), 0x20, 0x2f);
	const final = text.charCodeAt(end);
	return final >= 0x40 && final <= 0x7e ? end + 1 : end;
}

/** After the start of a string: up to BEL or `ESC \`; a line feed ends one that nothing closes. */
function skipString(text: string, from: number): number {
	for (let at = from; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === bell || code === 0x9c) return at + 1;
		if (code === escapeCode) return text.charCodeAt(at + 1) === 0x5c ? at + 2 : at;
		if (code === lineFeed) return at;
	}
	return text.length;
}

function skipSequence(text: string, at: number): number {
	const code = text.charCodeAt(at);
	if (code === controlSequence) return skipControlSequence(text, at + 1);
	if (stringStarts.has(code)) return skipString(text, at + 1);
	if (code !== escapeCode) return at + 1;
	const next = text.charCodeAt(at + 1);
	if (next === 0x5b) return skipControlSequence(text, at + 2);
	if (escapedStringStarts.has(next)) return skipString(text, at + 2);
	const end = skipWhile(text, at + 1, 0x20, 0x2f);
	const final = text.charCodeAt(end);
	return final >= 0x30 && final <= 0x7e ? end + 1 : end;
}

/** `text` without escape sequences, control and reordering characters; tabs and line feeds stay, a lone CR becomes a line feed. */
export function printable(text: string): string {
	let result = "";
	let kept = 0;
	let at = 0;
	while (at < text.length) {
		const code = text.charCodeAt(at);
		if (!isControl(code) && !isReordering(code)) {
			at += 1;
			continue;
		}
		result += text.slice(kept, at);
		if (code === carriageReturn && text.charCodeAt(at + 1) !== lineFeed) result += "\n";
		at = skipSequence(text, at);
		kept = at;
	}
	return kept === 0 ? text : result + text.slice(kept);
}

/** {@link printable} on one line of at most `maxLength` characters, the rest shown as `…`. */
export function printableLine(text: string, maxLength: number): string {
	const line = printable(text.slice(0, maxLength * 8))
		.replace(/\s+/g, " ")
		.trim();
	const characters = Array.from(line);
	return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join("")}…`;
}
