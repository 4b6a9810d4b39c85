// Cuts a byte stream into lines of bounded length. A longer line is dropped while it comes, so that no client can fill
// our memory; the lines after it are read as usual.

import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";

/** A line without its end, or word of one that was too long. */
export type Line = { readonly kind: "text"; readonly text: string } | { readonly kind: "too_long" };

/** The lines of `input` until it ends; an unfinished last line is one too. Rejects as the stream does. */
export async function* readLines(input: Readable, maxBytes: number): AsyncGenerator<Line> {
	let pieces: Buffer[] = [];
	let size = 0;
	const finish = (): Line => {
		const line: Line =
			size > maxBytes ? { kind: "too_long" } : { kind: "text", text: Buffer.concat(pieces).toString("utf8") };
		pieces = [];
		size = 0;
		return line;
	};
	for await (const chunk of input) {
		let rest = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk), "utf8");
		for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10)) {
			const piece = rest.subarray(0, newline);
			size += piece.length;
			if (size <= maxBytes) pieces.push(piece);
			yield finish();
			rest = rest.subarray(newline + 1);
		}
		size += rest.length;
		if (size <= maxBytes) pieces.push(rest);
		else pieces = [];
	}
	if (size > 0) yield finish();
}
