// Reads a file line by line without ever holding more than one line of it.

import type { FileHandle } from "node:fs/promises";

const newline = 0x0a;

// 256 KiB: larger chunks read no faster, and between two chunks the program can do something else.
const chunkBytes = 256 * 1024;

// The most bytes of a line that is handed on: 64 MiB holds several images of the size that vendors take.
const maxLineBytes = 64 * 1024 * 1024;

/**
 * Calls `onLine` for each line, without its newline; the last one too when no newline ends it. A line over `limit` bytes
 * is handed on as `undefined`. `onLine` returns `false` to stop. Rejects with the system's error.
 */
export async function readLines(
	handle: FileHandle,
	onLine: (line: string | undefined) => boolean | undefined,
	limit: number = maxLineBytes,
): Promise<void> {
	const chunk = Buffer.allocUnsafe(chunkBytes);
	let pieces: Buffer[] = [];
	let pieceBytes = 0;
	let tooLong = false;

	const keep = (from: number, to: number): void => {
		if (to === from || tooLong) return;
		if (pieceBytes + to - from > limit) {
			tooLong = true;
			pieces = [];
			pieceBytes = 0;
			return;
		}
		pieces.push(Buffer.from(chunk.subarray(from, to)));
		pieceBytes += to - from;
	};
	const endLine = (from: number, to: number): boolean => {
		// Most lines lie in one chunk and are decoded in place.
		if (pieceBytes === 0 && !tooLong && to - from <= limit) return onLine(chunk.toString("utf8", from, to)) !== false;
		keep(from, to);
		const line = tooLong ? undefined : Buffer.concat(pieces, pieceBytes).toString("utf8");
		pieces = [];
		pieceBytes = 0;
		tooLong = false;
		return onLine(line) !== false;
	};

	for (;;) {
		const { bytesRead } = await handle.read(chunk, 0, chunkBytes, null);
		if (bytesRead === 0) break;
		const read = chunk.subarray(0, bytesRead);
		let start = 0;
		for (let end = read.indexOf(newline); end !== -1; end = read.indexOf(newline, start)) {
			if (!endLine(start, end)) return;
			start = end + 1;
		}
		keep(start, bytesRead);
	}
	if (pieceBytes > 0 || tooLong) endLine(0, 0);
}
