// Paths as the system has them: bytes, held as a text with one character for each byte (latin1). So names that are not
// UTF-8 stay whole, and the others cost nothing.

import { isUtf8 } from "node:buffer";

/** A raw path as text, and its bytes when they are not UTF-8 and the text only resembles them. */
export interface ReadPath {
	readonly text: string;
	readonly bytes?: Uint8Array;
}

const beyondAscii = /[^\p{ASCII}]/u;

/** What a raw path says. */
export function readRaw(raw: string): ReadPath {
	if (!beyondAscii.test(raw)) return { text: raw };
	const bytes = Buffer.from(raw, "latin1");
	const text = bytes.toString("utf8");
	return isUtf8(bytes) ? { text } : { text, bytes };
}

/** The raw form of a path that is text. */
export function rawOf(text: string): string {
	return !beyondAscii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** What the system takes for a raw path. */
export function systemPath(raw: string): string | Buffer {
	return !beyondAscii.test(raw) ? raw : Buffer.from(raw, "latin1");
}
