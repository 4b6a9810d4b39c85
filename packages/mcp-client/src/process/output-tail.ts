// The end of what a server wrote to stderr, for the one line that says why it failed. Holds a bounded number of bytes.

// 4 KiB: some lines of a stack trace; what is before them rarely says more.
const maxTailBytes = 4096;
const shownCharacters = 400;

/** Keeps the end of a stream. */
export interface OutputTail {
	push(chunk: Uint8Array): void;
	/** The end as one line, `""` when nothing came. */
	line(): string;
}

/** Makes an empty tail. */
export function createOutputTail(): OutputTail {
	let bytes: Uint8Array = new Uint8Array(0);
	return {
		push: (chunk) => {
			const joined = chunk.length >= maxTailBytes ? chunk : Buffer.concat([bytes, chunk]);
			bytes = Uint8Array.from(joined.subarray(Math.max(0, joined.length - maxTailBytes)));
		},
		line: () => {
			const text = oneLine(new TextDecoder().decode(bytes));
			return text.length <= shownCharacters ? text : `…${text.slice(-shownCharacters)}`;
		},
	};
}

/** `text` on one line: line ends become ` | `, control and direction characters go. */
export function oneLine(text: string): string {
	return text
		.split(/[\r\n]+/)
		.map((line) => withoutControls(line).trim())
		.filter((line) => line !== "")
		.join(" | ");
}

// The escape sequences that colour output, then every control and bidirectional character.
const escapeCharacter = String.fromCharCode(0x1b);
const escapeSequence = new RegExp(`${escapeCharacter}\\[[0-9;?]*[ -/]*[@-~]`, "g");
const unprintable = /[\p{Cc}\p{Bidi_C}]/gu;

function withoutControls(line: string): string {
	return line.replace(escapeSequence, "").replace(unprintable, "");
}
