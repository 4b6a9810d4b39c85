// The serial queue between a session and its file: takes records without waiting, writes them in order in batches, and
// after the first failure says so once and drops everything that follows.

import { toError } from "@codex/protocol";
import type { LineSink } from "./rollout-file.ts";

// 1 Mi characters: far more than a round of a turn, and little enough that a batch of images is not held twice.
const maxBatchLength = 1024 * 1024;

/** What a queue needs. */
export interface LineQueueOptions<T> {
	/** Called once, before the first write. */
	readonly open: () => Promise<LineSink>;
	/** The record as one line without its newline. Called just before it is written, in order; a throw is a failure to write. */
	readonly toLine: (record: T) => string;
	/** Told of the first failure, and of no other. Must not throw. */
	readonly onFailure: (error: Error) => void;
}

/** A serial queue of lines. */
export class LineQueue<T> {
	readonly #options: LineQueueOptions<T>;
	#waiting: T[] = [];
	#tail: Promise<void> = Promise.resolve();
	#draining = false;
	#sink: LineSink | undefined;
	#dirty = false;
	/** Nothing is taken any more: closed or failed. */
	#over = false;
	#failed = false;
	#hasWritten = false;

	constructor(options: LineQueueOptions<T>) {
		this.#options = options;
	}

	/** Nothing will be written any more because of a failure. */
	get hasFailed(): boolean {
		return this.#failed;
	}

	/** Some lines are in the file, and no more will be. */
	get isBroken(): boolean {
		return this.#failed && this.#hasWritten;
	}

	/** Queues records. Never throws; records that come after a failure or after `close` are dropped. */
	append(records: readonly T[]): void {
		if (this.#over) return;
		for (const record of records) this.#waiting.push(record);
		if (this.#draining || this.#waiting.length === 0) return;
		this.#draining = true;
		void this.#then(() => this.#drain());
	}

	/** Resolves when all records so far are written and synced, or dropped. Never rejects. */
	flush(): Promise<void> {
		return this.#then(async () => {
			if (!this.#dirty) return;
			await this.#sink?.sync();
			this.#dirty = false;
		});
	}

	/** Flushes and closes. Never rejects; may be called again. */
	async close(): Promise<void> {
		const flushed = this.flush();
		this.#over = true;
		await flushed;
		await this.#then(() => this.#closeSink());
	}

	#then(step: () => Promise<void>): Promise<void> {
		this.#tail = this.#tail.then(step).catch((thrown: unknown) => this.#fail(toError(thrown)));
		return this.#tail;
	}

	async #drain(): Promise<void> {
		try {
			while (this.#waiting.length > 0) {
				const lines = this.#takeBatch();
				this.#sink ??= await this.#options.open();
				this.#dirty = true;
				await this.#sink.write(lines);
				this.#hasWritten = true;
			}
		} finally {
			this.#draining = false;
		}
	}

	#takeBatch(): Uint8Array {
		let text = "";
		let taken = 0;
		for (const record of this.#waiting) {
			if (text.length >= maxBatchLength) break;
			try {
				text += `${this.#options.toLine(record)}\n`;
			} catch (thrown) {
				// What came before it is written; it fails at the head of the next batch.
				if (taken === 0) throw thrown;
				break;
			}
			taken += 1;
		}
		this.#waiting = this.#waiting.slice(taken);
		return Buffer.from(text);
	}

	async #fail(error: Error): Promise<void> {
		this.#waiting = [];
		this.#dirty = false;
		this.#over = true;
		await this.#closeSink();
		if (this.#failed) return;
		this.#failed = true;
		this.#options.onFailure(error);
	}

	async #closeSink(): Promise<void> {
		const sink = this.#sink;
		this.#sink = undefined;
		await sink?.close().catch(() => {
			// Everything that counts was synced before, or its loss was told of.
		});
	}
}
