// Lets whole lines through and drops those that are too long while they come, so that no client can fill our memory.
// Says which JSON-RPC id a dropped line had, if it can be seen at either end of it.

import { Transform, type TransformCallback } from "node:stream";

// Enough for the fields around `params` at either end of a message.
const keptBytes = 512;
const idAtStart = /^\{(?:"jsonrpc":"2\.0",)?"id":("[^"\\]{1,64}"|\d{1,15})[,}]/;
const idAtEnd = /"id":("[^"\\]{1,64}"|\d{1,15})\}\s*$/;

function idOf(start: Buffer, end: Buffer): string | number | null {
	const found = idAtStart.exec(start.toString("latin1")) ?? idAtEnd.exec(end.toString("latin1"));
	if (found?.[1] === undefined) return null;
	return found[1].startsWith('"') ? found[1].slice(1, -1) : Number(found[1]);
}

/** A stream of whole lines of at most `maxBytes`; `onDropped` is told the id of each longer one, null if unknown. */
export class BoundedLines extends Transform {
	readonly #maxBytes: number;
	readonly #onDropped: (id: string | number | null) => void;
	#pieces: Buffer[] = [];
	#size = 0;
	#start: Buffer = Buffer.alloc(0);
	#end: Buffer = Buffer.alloc(0);

	constructor(maxBytes: number, onDropped: (id: string | number | null) => void) {
		super();
		this.#maxBytes = maxBytes;
		this.#onDropped = onDropped;
	}

	override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
		let rest = chunk;
		for (let newline = rest.indexOf(10); newline !== -1; newline = rest.indexOf(10)) {
			this.#take(rest.subarray(0, newline + 1));
			this.#finishLine();
			rest = rest.subarray(newline + 1);
		}
		this.#take(rest);
		done();
	}

	#take(piece: Buffer): void {
		if (piece.length === 0) return;
		this.#size += piece.length;
		if (this.#start.length < keptBytes) this.#start = Buffer.concat([this.#start, piece.subarray(0, keptBytes)]);
		this.#end = Buffer.concat([this.#end, piece.subarray(-keptBytes)]).subarray(-keptBytes);
		if (this.#size > this.#maxBytes) this.#pieces = [];
		else this.#pieces.push(piece);
	}

	#finishLine(): void {
		if (this.#size > this.#maxBytes) this.#onDropped(idOf(this.#start, this.#end));
		else this.push(Buffer.concat(this.#pieces));
		this.#pieces = [];
		this.#size = 0;
		this.#start = Buffer.alloc(0);
		this.#end = Buffer.alloc(0);
	}
}
