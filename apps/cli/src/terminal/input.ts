// Standard input: what kind of thing it is, and its bytes. Nothing is read before somebody asks.

import { fstatSync } from "node:fs";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { toError } from "@codex/protocol";

/**
 * - `terminal`: a person types. `nothing`: closed, or a device such as /dev/null.
 * - `file`: has an end. `stream`: a pipe or socket, which may never send anything and never end.
 */
export type InputKind = "terminal" | "nothing" | "file" | "stream";

/** A running read. */
export interface InputReading {
	/** Resolves when the first byte or the end has come. */
	readonly begun: Promise<void>;
	/** Resolves at the end. */
	readonly bytes: Promise<InputBytes>;
	/** Stops reading; `bytes` then resolves with what had come. */
	stop(): void;
}

/** All that was read, or one sentence that says why not. */
export type InputBytes =
	| { readonly kind: "ok"; readonly bytes: Buffer }
	| { readonly kind: "error"; readonly message: string };

/** Standard input. */
export interface Input {
	readonly kind: InputKind;
	/** Starts reading; call it once. */
	read(maxBytes: number): InputReading;
}

/** What kind of thing file descriptor 0 is. */
export function standardInputKind(): InputKind {
	if (isatty(0)) return "terminal";
	try {
		const stat = fstatSync(0);
		if (stat.isFile()) return "file";
		return stat.isFIFO() || stat.isSocket() ? "stream" : "nothing";
	} catch {
		// Closed by who started us.
		return "nothing";
	}
}

/** Wraps a stream; `open` is called when reading starts. */
export function createInput(kind: InputKind, open: () => Readable): Input {
	return { kind, read: (maxBytes) => readStream(open(), maxBytes) };
}

function readStream(stream: Readable, maxBytes: number): InputReading {
	const chunks: Buffer[] = [];
	let size = 0;
	let begin: () => void = () => undefined;
	const begun = new Promise<void>((resolve) => {
		begin = resolve;
	});
	const bytes = new Promise<InputBytes>((resolve) => {
		stream.on("data", (chunk: Buffer) => {
			begin();
			size += chunk.length;
			if (size <= maxBytes) chunks.push(chunk);
			else {
				stream.destroy();
				resolve({ kind: "error", message: `stdin holds more than ${maxBytes / (1024 * 1024)} MiB` });
			}
		});
		stream.once("end", () => resolve({ kind: "ok", bytes: Buffer.concat(chunks) }));
		stream.once("close", () => resolve({ kind: "ok", bytes: Buffer.concat(chunks) }));
		stream.once("error", (error: unknown) =>
			resolve({ kind: "error", message: `stdin cannot be read: ${toError(error).message}` }),
		);
	});
	void bytes.then(() => begin());
	return { begun, bytes, stop: () => void stream.destroy() };
}
