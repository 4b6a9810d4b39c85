// Keeps the beginning and the end of a command's output in bounded memory: what is written once is copied once, however
// much comes. Holds bytes; whole characters in, whole characters out.

/** Output that was kept. */
export interface OutputBuffer {
	/** Takes bytes; they are copied. */
	push(bytes: Uint8Array): void;
	/** Bytes taken so far, kept or not. */
	readonly totalBytes: number;
	/**
	 * The text, invalid UTF-8 replaced. When bytes are missing, a line of its own between beginning and end says how many.
	 */
	text(): string;
}

// 4096: one page; most commands write less.
const firstHeadBytes = 4096;

/** Makes a buffer that keeps `maxBytes` (≥ 2), half of them from the beginning and half from the end. */
export function createOutputBuffer(maxBytes: number): OutputBuffer {
	const headLimit = Math.floor(maxBytes / 2);
	const tailLimit = maxBytes - headLimit;
	let head = Buffer.alloc(0);
	let headBytes = 0;
	let ring: Buffer | undefined;
	let ringNext = 0;
	let totalBytes = 0;

	const pushHead = (bytes: Uint8Array): void => {
		const needed = headBytes + bytes.length;
		if (needed > head.length) {
			const grown = Buffer.allocUnsafe(Math.min(headLimit, Math.max(needed, head.length * 2, firstHeadBytes)));
			head.copy(grown, 0, 0, headBytes);
			head = grown;
		}
		head.set(bytes, headBytes);
		headBytes = needed;
	};

	const pushTail = (bytes: Uint8Array): void => {
		ring ??= Buffer.allocUnsafeSlow(tailLimit);
		const kept = bytes.length > tailLimit ? bytes.subarray(bytes.length - tailLimit) : bytes;
		const untilEnd = Math.min(kept.length, tailLimit - ringNext);
		ring.set(kept.subarray(0, untilEnd), ringNext);
		ring.set(kept.subarray(untilEnd), 0);
		ringNext = (ringNext + kept.length) % tailLimit;
	};

	const tail = (): Buffer => {
		if (ring === undefined) return Buffer.alloc(0);
		const wasFilled = totalBytes - headLimit >= tailLimit;
		if (!wasFilled) return ring.subarray(0, ringNext);
		return Buffer.concat([ring.subarray(ringNext), ring.subarray(0, ringNext)]);
	};

	return {
		push: (bytes) => {
			totalBytes += bytes.length;
			const room = headLimit - headBytes;
			if (room > 0) pushHead(bytes.subarray(0, room));
			if (bytes.length > room) pushTail(bytes.subarray(room));
		},
		get totalBytes() {
			return totalBytes;
		},
		text: () => {
			const beginning = head.subarray(0, headBytes);
			if (ring === undefined) return beginning.toString("utf8");
			if (totalBytes <= maxBytes) return Buffer.concat([beginning, tail()]).toString("utf8");
			const start = beginning.subarray(0, beginning.length - incompleteSuffixLength(beginning));
			const end = withoutContinuation(tail());
			const missing = totalBytes - start.length - end.length;
			const lineEnd = start.at(-1) === 0x0a ? "" : "\n";
			return `${start.toString("utf8")}${lineEnd}[${missing} bytes of output left out]\n${end.toString("utf8")}`;
		},
	};
}

/** Cuts a stream of bytes into pieces of whole characters. */
export interface CharacterJoiner {
	/** The bytes up to the last whole character; what is left waits for the next call. */
	push(bytes: Buffer): Buffer;
	/** What is left at the end of the stream: nothing, or the beginning of a character. */
	end(): Buffer;
}

/** Makes a joiner for one stream. */
export function createCharacterJoiner(): CharacterJoiner {
	let rest = Buffer.alloc(0);
	return {
		push: (bytes) => {
			const joined = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
			const whole = joined.length - incompleteSuffixLength(joined);
			rest = whole === joined.length ? Buffer.alloc(0) : Buffer.from(joined.subarray(whole));
			return joined.subarray(0, whole);
		},
		end: () => rest,
	};
}

function isContinuation(byte: number): boolean {
	return (byte & 0xc0) === 0x80;
}

function sequenceLength(leadByte: number): number {
	if (leadByte >= 0xf0 && leadByte < 0xf5) return 4;
	if (leadByte >= 0xe0 && leadByte < 0xf0) return 3;
	return leadByte >= 0xc2 && leadByte < 0xe0 ? 2 : 1;
}

/** How many bytes at the end begin a character that is not complete: 0 to 3. */
function incompleteSuffixLength(bytes: Uint8Array): number {
	for (let length = 1; length <= Math.min(3, bytes.length); length += 1) {
		const byte = bytes[bytes.length - length] ?? 0;
		if (!isContinuation(byte)) return sequenceLength(byte) > length ? length : 0;
	}
	return 0;
}

/** Drops the rest of a character whose beginning was lost. */
function withoutContinuation(bytes: Buffer): Buffer {
	let start = 0;
	while (start < Math.min(3, bytes.length) && isContinuation(bytes[start] ?? 0)) start += 1;
	return bytes.subarray(start);
}
