// One output stream of the process. A reader that goes away ends nothing by force: writes become no-ops and listeners are
// told. Nothing is thrown, and whoever ends the process waits for flush() first.

import type { Writable } from "node:stream";
import { toError } from "@codex/protocol";

/** An output stream. */
export interface Output {
	readonly isTTY: boolean;
	/** Columns of the terminal; 80 when there is none. */
	readonly columns: number;
	/** Why nothing can be written any more. */
	readonly failure: Error | undefined;
	/** Writes text; does nothing after a failure. */
	write(text: string): void;
	/** Calls `listener` once when writing fails (the reader went away, the disk is full). */
	onFailure(listener: (error: Error) => void): void;
	/** A promise while more than 1 MiB waits for a slow reader, else `undefined`. It resolves when all was taken. */
	ready(): Promise<void> | undefined;
	/** Resolves when everything written was taken, or writing failed. */
	flush(): Promise<void>;
}

// 1 MiB: one long tool output; a pipe itself holds 64 KiB.
const highWaterBytes = 1024 * 1024;

/** What is used of a process stream. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Wraps a stream of the process. */
export function createOutput(stream: OutputStream): Output {
	let failure: Error | undefined;
	const listeners: ((error: Error) => void)[] = [];
	const fail = (thrown: unknown): void => {
		if (failure !== undefined) return;
		failure = toError(thrown);
		for (const listener of listeners) listener(failure);
	};
	stream.on("error", fail);
	// Writes whose fate is not known yet; an error may come after the stream has taken all bytes.
	let open = 0;
	const settle = (error: Error | null | undefined): void => {
		open -= 1;
		if (error) fail(error);
	};
	const flush = async (): Promise<void> => {
		if (failure !== undefined || open === 0) return;
		// An empty write comes back after all others.
		await new Promise<void>((resolve) => {
			listeners.push(() => resolve());
			stream.write("", () => resolve());
		});
	};
	return {
		isTTY: stream.isTTY === true,
		get columns() {
			return stream.columns ?? 80;
		},
		get failure() {
			return failure;
		},
		write: (text) => {
			if (failure !== undefined || text === "") return;
			try {
				open += 1;
				stream.write(text, settle);
			} catch (error) {
				fail(error);
			}
		},
		onFailure: (listener) => {
			if (failure === undefined) listeners.push(listener);
			else listener(failure);
		},
		ready: () => (failure === undefined && stream.writableLength > highWaterBytes ? flush() : undefined),
		flush,
	};
}

/** Whether the failure is only that the reader went away, which is no fault to speak of. */
export function isReaderGone(error: Error): boolean {
	return "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}
