// Splits bytes into lines and never holds more than one line of the allowed length. Invalid UTF-8 becomes replacement
// characters. Linear in the bytes, however they are cut.

/** Bytes of one line at most. 8 MiB: the Codex command line's limit. */
export const maxLineBytes = 8_388_608;

/** Takes bytes, gives lines. */
export interface LineSplitter {
	/** The lines that `chunk` completes, without their ends; `"too_long"` when a line exceeds the limit. Then it is of no more use. */
	push(chunk: Uint8Array): readonly string[] | "too_long";
}

const lineFeed = 0x0a;

/** Makes a splitter for lines of at most `maxBytes`. */
export function createLineSplitter(maxBytes: number = maxLineBytes): LineSplitter {
	const decoder = new TextDecoder();
	let parts: Uint8Array[] = [];
	let held = 0;

	const take = (last: Uint8Array): string => {
		const bytes = parts.length === 0 ? last : Buffer.concat([...parts, last]);
		parts = [];
		held = 0;
		const text = decoder.decode(bytes);
		return text.endsWith("\r") ? text.slice(0, -1) : text;
	};
	return {
		push: (chunk) => {
			const lines: string[] = [];
			let start = 0;
			for (;;) {
				const end = chunk.indexOf(lineFeed, start);
				const length = (end === -1 ? chunk.length : end) - start;
				if (held + length > maxBytes) return "too_long";
				if (end === -1) break;
				lines.push(take(chunk.subarray(start, end)));
				start = end + 1;
			}
			if (start < chunk.length) {
				parts.push(chunk.subarray(start));
				held += chunk.length - start;
			}
			return lines;
		},
	};
}
