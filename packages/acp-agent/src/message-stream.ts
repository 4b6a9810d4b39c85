// JSON-RPC messages as lines of two Node streams, in place of the SDK's own reader: that one ends the connection at a line
// that is too long and echoes what it did not understand. Here every bad line is answered once, and reading goes on.

import type { Readable, Writable } from "node:stream";
import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";
import type { Clock } from "@codex/protocol";

/** The streams of a connection. */
export interface MessageStreamOptions {
	readonly input: Readable;
	readonly output: Writable;
	readonly clock: Pick<Clock, "timer">;
	/** Bytes of one line. Default 64 MiB: a prompt with a few images. */
	readonly maxLineBytes?: number;
}

/** Both directions of a connection. */
export interface MessageStream {
	readonly stream: Stream;
	/** A promise while more than 1 MiB waits for a slow reader, else `undefined`. */
	ready(): Promise<void> | undefined;
	/** Resolves when everything written was taken or the reader is gone. */
	flush(): Promise<void>;
}

const defaultMaxLineBytes = 64 * 1024 * 1024;
// 1 MiB: one long tool output; a pipe itself holds 64 KiB.
const highWaterBytes = 1024 * 1024;
const newline = 0x0a;
// 300 ms: enough for what needs no model.
const lastAnswersMs = 300;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);

const isId = (value: unknown): boolean =>
	value === null || typeof value === "string" || (typeof value === "number" && Number.isFinite(value));

/** Whether the SDK can take a value for a message: a request, a notification or something like a response. */
export function isMessage(value: unknown): value is AnyMessage {
	if (!isFields(value) || value["jsonrpc"] !== "2.0") return false;
	if ("method" in value) return typeof value["method"] === "string" && (!("id" in value) || isId(value["id"]));
	return "id" in value && isId(value["id"]) && ("result" in value || "error" in value);
}

const problem = (code: number, message: string): AnyMessage => ({
	jsonrpc: "2.0",
	id: null,
	error: { code, message },
});

/** A line as a message, or the answer to what is none; `undefined` for an empty line. */
export function readLine(
	bytes: Buffer,
): { readonly message: AnyMessage } | { readonly answer: AnyMessage } | undefined {
	const text = bytes.toString("utf8").trim();
	if (text === "") return undefined;
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return { answer: problem(-32700, "Parse error: the line is not JSON") };
	}
	if (Array.isArray(value)) return { answer: problem(-32600, "Invalid request: batches are not supported") };
	if (!isMessage(value)) return { answer: problem(-32600, "Invalid request: not a JSON-RPC 2.0 message") };
	return { message: value };
}

/** A line that is too long: only its beginning is kept. */
interface LongLine {
	readonly beginning: string;
}

// The id of a request stands within these, where an editor writes it first.
const keptBeginning = 512;

/** The answer to a line that is too long, to the request that it was where that can be seen. */
function tooLong({ beginning }: LongLine, maxLineBytes: number): AnyMessage {
	const [, text] =
		/^\s*\{(?:\s*"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*,)*\s*"id"\s*:\s*(\d{1,15}|"[^"\\]{1,128}")/.exec(beginning) ??
		[];
	const id = text === undefined ? null : text.startsWith('"') ? text.slice(1, -1) : Number(text);
	const message = `Invalid request: a line of more than ${maxLineBytes} bytes`;
	return { jsonrpc: "2.0", id, error: { code: -32600, message } };
}

/** Cuts bytes into lines. */
class LineCutter {
	readonly #max: number;
	#parts: Buffer[] = [];
	#length = 0;
	#long: LongLine | undefined;

	constructor(max: number) {
		this.#max = max;
	}

	/** Whole lines in `chunk`. */
	*push(chunk: Buffer): Generator<Buffer | LongLine> {
		let from = 0;
		for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
			this.#add(chunk.subarray(from, end));
			from = end + 1;
			yield this.take();
		}
		this.#add(chunk.subarray(from));
	}

	/** What stands after the last newline. */
	take(): Buffer | LongLine {
		const line = this.#long ?? Buffer.concat(this.#parts);
		this.#parts = [];
		this.#length = 0;
		this.#long = undefined;
		return line;
	}

	#add(bytes: Buffer): void {
		this.#length += bytes.length;
		if (this.#length <= this.#max) {
			if (bytes.length > 0) this.#parts.push(bytes);
			return;
		}
		const beginning = Buffer.concat([...this.#parts, bytes].slice(0, 8)).subarray(0, keptBeginning);
		this.#long ??= { beginning: beginning.toString("latin1") };
		this.#parts = [];
	}
}

/** The text of a message; what cannot be written becomes an error with the same id. */
function textOf(message: AnyMessage): string {
	try {
		return `${JSON.stringify(message)}\n`;
	} catch {
		// Nested deeper than the stack reaches.
		const id = "id" in message ? message.id : null;
		return `${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32603, message: "Internal error" } })}\n`;
	}
}

/** Requests that came in and have no answer yet; what comes while the first handshake is answered waits for it. */
class OpenRequests {
	readonly #ids = new Set<unknown>();
	#held: AnyMessage[] | undefined;
	#handshake: unknown;

	get size(): number {
		return this.#ids.size + (this.#held?.length ?? 0);
	}

	/** Whether a message goes on at once. An editor may send its first requests without waiting for the handshake. */
	takes(message: AnyMessage): boolean {
		if (this.#held !== undefined) {
			this.#held.push(message);
			return false;
		}
		if (!("method" in message) || !("id" in message)) return true;
		this.#ids.add(message.id);
		if (message.method === "initialize") {
			this.#handshake = message.id;
			this.#held = [];
		}
		return true;
	}

	/** Takes note of an answer; gives what may go on now. */
	answered(message: AnyMessage): readonly AnyMessage[] {
		if ("method" in message || !("id" in message)) return [];
		this.#ids.delete(message.id);
		if (this.#held === undefined || message.id !== this.#handshake) return [];
		const held = this.#held;
		this.#held = undefined;
		return held;
	}
}

class LineStreams implements MessageStream {
	readonly stream: Stream;
	readonly #options: MessageStreamOptions;
	readonly #cutter: LineCutter;
	readonly #open = new OpenRequests();
	#controller: ReadableStreamDefaultController<AnyMessage> | undefined;
	/** No more input comes. */
	#isLast = false;
	/** Nobody reads what is written. */
	#isGone = false;
	#flushed: Promise<void> | undefined;

	constructor(options: MessageStreamOptions) {
		this.#options = options;
		this.#cutter = new LineCutter(options.maxLineBytes ?? defaultMaxLineBytes);
		this.stream = {
			readable: new ReadableStream<AnyMessage>({
				start: (controller) => this.#listen(controller),
				cancel: () => {
					this.#controller = undefined;
					options.input.pause();
				},
			}),
			writable: new WritableStream<AnyMessage>({ write: (message) => this.#answer(message) }),
		};
	}

	ready(): Promise<void> | undefined {
		return !this.#isGone && this.#options.output.writableLength > highWaterBytes ? this.flush() : undefined;
	}

	flush(): Promise<void> {
		const { output } = this.#options;
		if (this.#isGone || output.writableLength === 0) return Promise.resolve();
		this.#flushed ??= new Promise<void>((resolve) => {
			const done = (): void => {
				output.off("close", done).off("error", done);
				resolve();
			};
			output.once("close", done).once("error", done);
			// An empty write comes back after all others.
			output.write("", done);
		}).finally(() => {
			this.#flushed = undefined;
		});
		return this.#flushed;
	}

	#listen(controller: ReadableStreamDefaultController<AnyMessage>): void {
		const { input, output, clock } = this.#options;
		this.#controller = controller;
		const lastOfInput = (): void => {
			if (this.#isLast) return;
			this.#isLast = true;
			this.#take(this.#cutter.take());
			// What was asked just before is answered yet, unless it takes long.
			if (this.#open.size === 0) this.#end();
			else clock.timer(lastAnswersMs, () => this.#end());
		};
		const readerGone = (): void => {
			this.#isGone = true;
			this.#end();
		};
		input.on("data", (chunk: Buffer) => {
			for (const line of this.#cutter.push(chunk)) this.#take(line);
		});
		input.once("end", lastOfInput).once("close", lastOfInput).once("error", lastOfInput);
		output.once("error", readerGone).once("close", readerGone);
	}

	#end(): void {
		this.#controller?.close();
		this.#controller = undefined;
	}

	#take(line: Buffer | LongLine): void {
		if (!Buffer.isBuffer(line)) return this.#write(tooLong(line, this.#options.maxLineBytes ?? defaultMaxLineBytes));
		const read = readLine(line);
		if (read === undefined) return;
		if ("answer" in read) this.#write(read.answer);
		else this.#pass(read.message);
	}

	#pass(message: AnyMessage): void {
		if (this.#open.takes(message)) this.#controller?.enqueue(message);
	}

	#answer(message: AnyMessage): void {
		this.#write(message);
		for (const held of this.#open.answered(message)) this.#pass(held);
		if (this.#isLast && this.#open.size === 0) this.#end();
	}

	#write(message: AnyMessage): void {
		if (!this.#isGone) this.#options.output.write(textOf(message));
	}
}

/** Makes the streams of a connection. They end a moment after `input` ends, or when either stream fails. */
export function createMessageStream(options: MessageStreamOptions): MessageStream {
	return new LineStreams(options);
}
