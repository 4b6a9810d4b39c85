// The transport of a stdio server, around the SDK's client: bounded where the SDK's own is not. A line that is too long,
// a flood of messages or input that is not read ends this connection and nothing else.

import type { Clock } from "@codex/protocol";
import { toError } from "@codex/protocol";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { McpClientError } from "../mcp-client-error.ts";
import { createLineSplitter, maxLineBytes } from "../process/line-splitter.ts";
import { createOutputTail } from "../process/output-tail.ts";
import { type SupervisedProcess, startSupervised } from "../process/supervised-process.ts";
import type { StdioTarget } from "../server/server-spec.ts";
import { createFloodGauge, maxUnaskedPerSecond } from "./flood-gauge.ts";
import { readMessage } from "./wire.ts";

// Bytes that may wait for a server to read them.
const maxWaitingBytes = 2 * maxLineBytes;

/** What the SDK's client talks through. */
export class StdioTransport implements Transport {
	onclose?: () => void;
	onerror?: (error: Error) => void;
	onmessage?: <T extends JSONRPCMessage>(message: T) => void;
	readonly #target: StdioTarget;
	readonly #clock: Clock;
	readonly #tail = createOutputTail();
	readonly #flood;
	#process: SupervisedProcess | undefined;
	#closed = false;
	#reason: string | undefined;

	constructor(target: StdioTarget, clock: Clock) {
		this.#target = target;
		this.#clock = clock;
		this.#flood = createFloodGauge(clock);
	}

	/** Why the connection ended, a phrase that follows the server's name; `undefined` while it lives or after `close`. */
	get reason(): string | undefined {
		return this.#reason;
	}

	/** The end of its stderr on one line; `""` when there is none. Not redacted. */
	get stderrTail(): string {
		return this.#tail.line();
	}

	/** Of the process; `undefined` before the start. */
	get pid(): number | undefined {
		return this.#process?.pid;
	}

	// The SDK's contract: the promise of the start.
	async start(): Promise<void> {
		const child = startSupervised(this.#target);
		this.#process = child;
		const splitter = createLineSplitter();
		child.stdout.on("data", (chunk: Uint8Array) => {
			if (this.#closed) return;
			const lines = splitter.push(chunk);
			if (lines === "too_long") return this.#fail(`sent a line of more than ${maxLineBytes / 1_048_576} MiB`);
			for (const line of lines) this.#take(line);
		});
		child.stderr.on("data", (chunk: Uint8Array) => this.#tail.push(chunk));
		for (const stream of [child.stdout, child.stderr]) stream.on("error", () => undefined);
		void child.ended.then((how) => this.#lost(child, how));
	}

	/** What it wrote last may still be on its way when its end is known. */
	async #lost(child: SupervisedProcess, how: string): Promise<void> {
		if (this.#closed) return;
		const drained = new AbortController();
		child.stderr.once("close", () => drained.abort());
		if (!child.stderr.closed) await this.#clock.sleep(100, drained.signal);
		this.#fail(how);
	}

	async send(message: JSONRPCMessage): Promise<void> {
		const stdin = this.#process?.stdin;
		if (this.#closed || stdin === undefined) throw new McpClientError("connection_lost", "the server is gone");
		if ("method" in message && "id" in message) this.#flood.asked();
		stdin.write(`${JSON.stringify(message)}\n`);
		if (stdin.writableLength > maxWaitingBytes) this.#fail("does not read its input");
	}

	async close(): Promise<void> {
		this.#end();
		await this.#process?.stop(this.#clock);
	}

	#take(line: string): void {
		if (this.#closed || line.trim() === "") return;
		if (this.#flood.came())
			return this.#fail(`flooded us: more than ${maxUnaskedPerSecond} messages in a second that nobody asked for`);
		const message = readMessage(line);
		// Many servers print a banner or a log line here.
		if (message === undefined) return;
		try {
			this.onmessage?.(message);
		} catch (error) {
			this.onerror?.(toError(error));
		}
	}

	#fail(reason: string): void {
		if (this.#closed) return;
		this.#reason = reason;
		this.#end();
		void this.#process?.stop(this.#clock);
	}

	#end(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.onclose?.();
	}
}
