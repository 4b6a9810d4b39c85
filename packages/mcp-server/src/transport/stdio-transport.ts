// MCP over two streams, one JSON message a line. Beyond the SDK's own: messages that are no JSON-RPC are answered as
// JSON-RPC says, batches are taken apart, a second initialisation is refused, and lines are bounded.

import type { Readable, Writable } from "node:stream";
import type { Clock } from "@codex/protocol";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { readLines } from "./line-input.ts";

/** Bytes of a message at most: images come in base64, more is a mistake. */
export const maxMessageBytes: number = 32 * 1024 * 1024;

// Milliseconds: whoever closes the input may still read what it asked for; a program that ends must be gone in two seconds.
const lastAnswersMs = 1000;

const codes = { parse: -32_700, invalidRequest: -32_600 } as const;

/** The id of something that failed to be a message. */
function idOf(value: unknown): string | number | null {
	const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
	return typeof id === "string" || typeof id === "number" ? id : null;
}

/** What the transport stands on. */
export interface StdioStreams {
	/** Its end ends the connection, once what was asked is answered or a second has gone by. */
	readonly input: Readable;
	/** Gets messages and nothing else. */
	readonly output: Writable;
	readonly clock: Clock;
}

/** The transport. `start` reads until the input ends, then closes. */
export class StdioTransport implements Transport {
	onclose?: () => void;
	onerror?: (error: Error) => void;
	onmessage?: (message: JSONRPCMessage) => void;
	readonly #input: Readable;
	readonly #output: Writable;
	readonly #clock: Clock;
	readonly #closing = Promise.withResolvers<void>();
	readonly #open = new Set<string | number>();
	#onAnswered: () => void = () => undefined;
	#isClosed = false;
	#isInitialised = false;

	constructor({ input, output, clock }: StdioStreams) {
		this.#input = input;
		this.#output = output;
		this.#clock = clock;
	}

	/** Resolves when the connection has ended. */
	get closed(): Promise<void> {
		return this.#closing.promise;
	}

	start(): Promise<void> {
		// A reader that went away is the end of the connection, not of the program.
		this.#output.on("error", () => void this.close());
		void this.#read();
		return Promise.resolve();
	}

	async #read(): Promise<void> {
		try {
			for await (const line of readLines(this.#input, maxMessageBytes)) {
				if (this.#isClosed) return;
				if (line.kind === "too_long") {
					this.#refuse(null, codes.invalidRequest, `the message is longer than ${maxMessageBytes} bytes`);
				} else if (line.text.trim() !== "") this.#take(line.text);
			}
		} catch {
			// The stream broke: the same as its end.
		}
		await this.#answered();
		await this.close();
	}

	/** Waits for the answers to what was asked. */
	async #answered(): Promise<void> {
		if (this.#open.size === 0 || this.#isClosed) return;
		const waiting = new AbortController();
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#onAnswered = resolve;
		await Promise.race([promise, this.closed, this.#clock.sleep(lastAnswersMs, waiting.signal)]);
		waiting.abort();
	}

	#take(text: string): void {
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch {
			return this.#refuse(null, codes.parse, "Parse error: the line is not JSON");
		}
		if (!Array.isArray(value)) return this.#takeOne(value);
		if (value.length === 0) return this.#refuse(null, codes.invalidRequest, "Invalid Request: the batch is empty");
		for (const part of value) this.#takeOne(part);
	}

	#takeOne(value: unknown): void {
		const parsed = JSONRPCMessageSchema.safeParse(value);
		if (!parsed.success) {
			return this.#refuse(idOf(value), codes.invalidRequest, "Invalid Request: not a JSON-RPC 2.0 message");
		}
		const message = parsed.data;
		if ("method" in message && message.method === "initialize" && "id" in message) {
			if (this.#isInitialised) {
				return this.#refuse(message.id, codes.invalidRequest, "Invalid Request: initialize called more than once");
			}
			this.#isInitialised = true;
		}
		if ("method" in message && "id" in message) this.#open.add(message.id);
		this.onmessage?.(message);
	}

	#refuse(id: string | number | null, code: number, message: string): void {
		if (this.#isClosed || !this.#output.writable) return;
		this.#output.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } })}\n`);
	}

	send(message: JSONRPCMessage): Promise<void> {
		if (this.#isClosed || !this.#output.writable) return Promise.resolve();
		// Deltas are advisory: a client that does not read gets the whole message instead.
		if (this.#output.writableNeedDrain && isDelta(message)) return Promise.resolve();
		this.#output.write(`${JSON.stringify(message)}\n`);
		if (!("method" in message) && message.id !== undefined) this.#open.delete(message.id);
		if (this.#open.size === 0) this.#onAnswered();
		return Promise.resolve();
	}

	close(): Promise<void> {
		if (this.#isClosed) return Promise.resolve();
		this.#isClosed = true;
		this.#input.destroy();
		this.onclose?.();
		this.#closing.resolve();
		return Promise.resolve();
	}
}

const deltas = new Set(["agent_message_delta", "agent_reasoning_delta", "exec_command_output_delta"]);

function isDelta(message: JSONRPCMessage): boolean {
	if (!("method" in message) || message.method !== "codex/event") return false;
	const msg = message.params?.["msg"];
	return typeof msg === "object" && msg !== null && "type" in msg && deltas.has(String(msg.type));
}
