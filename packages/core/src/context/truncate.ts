// Shortens text for the model by cutting its middle out: beginnings and ends of an output tell the most. Never splits a
// character, and the result never exceeds its limit.

// Room for the marker: two line ends, two ellipses of 3 bytes, 17 of words and up to 16 digits.
const markerBytes = 41;
const bytesPerToken = 4;

/**
 * `text` when it has at most `maxBytes` of UTF-8, else its beginning and its end, about half of the limit each and cut
 * at line ends where that costs less than half of the part, around a line that says how many tokens (4 bytes each) are
 * missing. The result has at most `maxBytes`, but always holds the marker.
 *
 * @param missingBytes bytes that were cut from the middle of `text` before; the marker counts them too. Default 0.
 */
export function truncateMiddle(text: string, maxBytes: number, missingBytes: number = 0): string {
	// No character of a string takes more than 3 bytes per UTF-16 unit.
	if (text.length * 3 <= maxBytes) return text;
	const totalBytes = Buffer.byteLength(text);
	if (totalBytes <= maxBytes) return text;
	const half = Math.max(0, Math.floor((maxBytes - markerBytes) / 2));
	const head = wholeLinesBefore(text.slice(0, prefixLength(text, half)));
	const tail = wholeLinesAfter(text.slice(suffixStart(text, half)));
	const missing = totalBytes - Buffer.byteLength(head) - Buffer.byteLength(tail) + missingBytes;
	const lineEnd = head === "" || head.endsWith("\n") ? "" : "\n";
	return `${head}${lineEnd}…${Math.ceil(missing / bytesPerToken)} tokens truncated…\n${tail}`;
}

function isHighSurrogate(unit: number): boolean {
	return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
	return unit >= 0xdc00 && unit < 0xe000;
}

function unitBytes(unit: number): number {
	if (unit < 0x80) return 1;
	return unit < 0x800 ? 2 : 3;
}

/** How many UTF-16 units from the start fit into `maxBytes`. */
function prefixLength(text: string, maxBytes: number): number {
	let bytes = 0;
	let index = 0;
	while (index < text.length) {
		const unit = text.charCodeAt(index);
		const isPair = isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(index + 1));
		bytes += isPair ? 4 : unitBytes(unit);
		if (bytes > maxBytes) break;
		index += isPair ? 2 : 1;
	}
	return index;
}

/** Where the longest end begins that fits into `maxBytes`. */
function suffixStart(text: string, maxBytes: number): number {
	let bytes = 0;
	let index = text.length;
	while (index > 0) {
		const unit = text.charCodeAt(index - 1);
		const isPair = isLowSurrogate(unit) && isHighSurrogate(text.charCodeAt(index - 2));
		bytes += isPair ? 4 : unitBytes(unit);
		if (bytes > maxBytes) break;
		index -= isPair ? 2 : 1;
	}
	return index;
}

function wholeLinesBefore(head: string): string {
	const end = head.lastIndexOf("\n") + 1;
	return end * 2 > head.length ? head.slice(0, end) : head;
}

function wholeLinesAfter(tail: string): string {
	const start = tail.indexOf("\n") + 1;
	return start * 2 < tail.length ? tail.slice(start) : tail;
}
