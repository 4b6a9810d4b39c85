// Makes a command's output fit to be read as text: terminal control is taken out, and what is no text at all is
// recognised. Linear; never changes ordinary text.

const escapeCode = 0x1b;
const bell = 0x07;

function isControl(code: number): boolean {
	if (code < 0x20) return code !== 0x09 && code !== 0x0a && code !== 0x0d;
	return code >= 0x7f && code < 0xa0;
}

/**
 * `text` without escape sequences and control characters; tab, line feed and carriage return stay, and NUL becomes the
 * replacement character.
 */
export function stripControls(text: string): string {
	const parts: string[] = [];
	let copied = 0;
	for (let index = 0; index < text.length; index += 1) {
		const code = text.charCodeAt(index);
		if (!isControl(code)) continue;
		parts.push(text.slice(copied, index));
		if (code === 0) parts.push("\ufffd");
		if (code === escapeCode) index = escapeEnd(text, index) - 1;
		copied = index + 1;
	}
	return copied === 0 ? text : parts.join("") + text.slice(copied);
}

/** Where the escape sequence that begins at `start` ends (exclusive). One that is cut off ends after its introducer. */
function escapeEnd(text: string, start: number): number {
	const introducer = text.charAt(start + 1);
	if (introducer === "[") return csiEnd(text, start + 2);
	// Operating system command, device control and their kin: text up to a bell or to ESC \.
	if (introducer !== "" && "]P^_X".includes(introducer)) return stringEnd(text, start + 2);
	let end = start + 1;
	while (isWithin(text.charCodeAt(end), 0x20, 0x2f)) end += 1;
	return isWithin(text.charCodeAt(end), 0x30, 0x7e) ? end + 1 : end;
}

function isWithin(code: number, first: number, last: number): boolean {
	return code >= first && code <= last;
}

function csiEnd(text: string, start: number): number {
	let end = start;
	while (isWithin(text.charCodeAt(end), 0x20, 0x3f)) end += 1;
	return isWithin(text.charCodeAt(end), 0x40, 0x7e) ? end + 1 : end;
}

function stringEnd(text: string, start: number): number {
	for (let end = start; end < text.length; end += 1) {
		const code = text.charCodeAt(end);
		if (code === bell) return end + 1;
		// Another escape ends it in any case; ESC \ is swallowed by the caller as a sequence of its own.
		if (code === escapeCode) return end;
	}
	return start;
}

// A fifth: text in a foreign 8-bit encoding has less, compressed data and programs have over a third.
const binaryShare = 0.2;
const probedCharacters = 32_768;

/** Whether `text`, decoded from bytes, was hardly text: much of it is NUL, control characters or invalid UTF-8. */
export function isMostlyBinary(text: string): boolean {
	const probe =
		text.length <= probedCharacters * 2
			? text
			: text.slice(0, probedCharacters) + text.slice(text.length - probedCharacters);
	let strange = 0;
	let hasRaw = false;
	for (let index = 0; index < probe.length; index += 1) {
		const code = probe.charCodeAt(index);
		const isRaw = code === 0xfffd || code === 0;
		hasRaw ||= isRaw;
		if (isRaw || (isControl(code) && code !== escapeCode)) strange += 1;
	}
	return hasRaw && strange > probe.length * binaryShare;
}

/** The beginning of binary output with a dot for every run of what is not text. */
export function binaryPreview(text: string, characters: number): string {
	let preview = "";
	let wasStrange = false;
	for (const character of text.slice(0, characters)) {
		const code = character.charCodeAt(0);
		const isHalf = character.length === 1 && code >= 0xd800 && code < 0xe000;
		const isStrange = isHalf || code === 0xfffd || isControl(code) || code === 0x0d || code === 0x0a;
		if (!isStrange) preview += character;
		else if (!wasStrange) preview += ".";
		wasStrange = isStrange;
	}
	return preview;
}
