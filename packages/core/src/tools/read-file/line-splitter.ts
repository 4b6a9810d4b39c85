// Splits a stream of bytes into numbered lines without ever holding more of a line than is wanted of it, so that neither
// the length of a file nor that of a line costs memory.

/** One line, without its line feed. */
export interface SplitLine {
	/** From 1. */
	readonly number: number;
	/** The beginning of the line, at most the wanted number of bytes. Valid until the callback returns. */
	readonly bytes: Buffer;
	/** Bytes of the whole line. */
	readonly totalBytes: number;
}

/** What a splitter is to do. */
export interface LineSplitterOptions {
	/** Lines before this one are counted and not reported. */
	readonly firstLine: number;
	/** Bytes of each line that are wanted. */
	readonly keptBytes: number;
	/** Takes a line; `false` ends the splitting. */
	readonly onLine: (line: SplitLine) => boolean;
}

/** A splitter for one stream. */
export interface LineSplitter {
	/** Splits the next bytes. Returns how many were used: all of them, or fewer when the callback ended the splitting. */
	push(chunk: Buffer): number;
	/** Reports the last line when it has no line feed. */
	end(): void;
	/** The number of lines so far, the one without a line feed included. */
	readonly lineCount: number;
}

/** Makes a splitter. */
export function createLineSplitter({ firstLine, keptBytes, onLine }: LineSplitterOptions): LineSplitter {
	let number = 1;
	let held = Buffer.alloc(0);
	let openBytes = 0;

	const finishLine = (rest: Buffer): boolean => {
		const totalBytes = openBytes + rest.length;
		const bytes = held.length === 0 ? rest.subarray(0, keptBytes) : Buffer.concat([held, rest], keptLength(totalBytes));
		const goesOn = number < firstLine || onLine({ number, bytes, totalBytes });
		number += 1;
		held = Buffer.alloc(0);
		openBytes = 0;
		return goesOn;
	};
	const keptLength = (totalBytes: number): number => Math.min(totalBytes, keptBytes);
	const hold = (rest: Buffer): void => {
		openBytes += rest.length;
		if (number >= firstLine && held.length < keptBytes) held = Buffer.concat([held, rest], keptLength(openBytes));
	};

	return {
		push: (chunk) => {
			let start = 0;
			while (start < chunk.length) {
				const lineFeed = chunk.indexOf(0x0a, start);
				if (lineFeed === -1) {
					hold(chunk.subarray(start));
					return chunk.length;
				}
				const goesOn = finishLine(chunk.subarray(start, lineFeed));
				start = lineFeed + 1;
				if (!goesOn) break;
			}
			return start;
		},
		end: () => {
			if (openBytes > 0) finishLine(Buffer.alloc(0));
		},
		get lineCount() {
			return openBytes > 0 ? number : number - 1;
		},
	};
}
