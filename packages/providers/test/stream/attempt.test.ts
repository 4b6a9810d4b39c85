import { createFakeClock } from "@codex/test-support";
import { describe, expect, it } from "vitest";
import { createResponsesDecoder } from "../../src/openai/responses/decoder.ts";
import { type RunningAttempt, streamAttempt } from "../../src/stream/attempt.ts";
import { summary } from "../harness.ts";

const done = 'data: {"type":"response.completed","response":{"id":"r"}}';
const delta = (text: string) => `data: ${JSON.stringify({ type: "response.output_text.delta", delta: text })}\n\n`;

interface Source {
	readonly body: ReadableStream<Uint8Array>;
	readonly send: (text: string | Uint8Array) => void;
	readonly close: () => void;
	/** Breaks it off, as fetch does with a body whose signal aborts. */
	readonly fail: () => void;
}

function source(): Source {
	let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	return {
		body: new ReadableStream<Uint8Array>({
			start: (given) => {
				controller = given;
			},
		}),
		send: (text) => controller?.enqueue(typeof text === "string" ? new TextEncoder().encode(text) : text),
		close: () => controller?.close(),
		fail: () => controller?.error(new DOMException("aborted", "AbortError")),
	};
}

function attempt(given: Source, signal = new AbortController().signal, clock = createFakeClock()) {
	const running = new Set<RunningAttempt>();
	const seen: AbortSignal[] = [];
	const stream = streamAttempt({
		signal,
		clock,
		idleMs: 1000,
		running,
		open: async (attemptSignal) => {
			seen.push(attemptSignal);
			attemptSignal.addEventListener("abort", () => given.fail());
			return {
				body: given.body,
				framing: "events",
				decoder: (batch) =>
					createResponsesDecoder({
						provider: "p",
						batch,
						opening: [],
						isKnownCallId: () => false,
						failure: () => ({ kind: "server", message: "", retryable: true }),
					}),
			};
		},
		refused: () => ({ kind: "network", message: "refused", retryable: true }),
	});
	return { stream, running, seen, clock };
}

async function all(stream: AsyncIterable<Parameters<typeof summary>[0][number]>) {
	const batches: Parameters<typeof summary>[0][number][] = [];
	for await (const batch of stream) batches.push(batch);
	return summary(batches);
}

describe("streamAttempt", () => {
	it("takes a last event without its empty line, carriage returns, comments and a byte order mark", async () => {
		const given = source();
		given.send("\uFEFF: hello\r\n\r\n");
		given.send(delta("hi").replaceAll("\n", "\r\n"));
		given.send(done);
		given.close();
		const { stream, running } = attempt(given);
		const { text, done: end } = await all(stream);
		expect(text).toBe("hi");
		expect(end?.stopReason).toBe("stop");
		await expect.poll(() => running.size).toBe(0);
	});

	it("replaces bytes that are no UTF-8", async () => {
		const given = source();
		given.send(
			new Uint8Array([...new TextEncoder().encode('data: {"type":"response.output_text.delta","delta":"'), 0xff, 0x41]),
		);
		given.send(`"}\n\n${done}\n\n`);
		given.close();
		expect((await all(attempt(given).stream)).text).toBe("\uFFFDA");
	});

	it("gives up an event that never ends", async () => {
		const given = source();
		const chunk = "x".repeat(8 * 1024 * 1024);
		given.send(`data: ${chunk}`);
		for (let sent = 0; sent < 8; sent += 1) given.send(chunk);
		const { error } = await all(attempt(given).stream);
		expect(error).toEqual({ kind: "protocol", message: "an event of the stream is too long", retryable: false });
	});

	it("does not count comments as life, and counts events that it passes over", async () => {
		const given = source();
		const { stream, clock } = attempt(given);
		const reading = all(stream);
		given.send('data: {"type":"response.in_progress"}\n\n');
		await clock.advance(900);
		given.send('data: {"type":"response.in_progress"}\n\n');
		await clock.advance(900);
		given.send(": still here\n\n");
		await clock.advance(200);
		expect((await reading).error?.kind).toBe("idle");
	});

	it("gives up a connection that stays open for a second after a whole answer", async () => {
		const given = source();
		const { stream, running, seen, clock } = attempt(given);
		const reading = all(stream);
		given.send(`${done}\n\n`);
		expect((await reading).done).toBeDefined();
		expect(running.size).toBe(1);
		expect(seen[0]?.aborted).toBe(false);
		await clock.advance(1000);
		expect(seen[0]?.aborted).toBe(true);
	});

	it("leaves nothing behind when a body broke or a request was refused", async () => {
		const given = source();
		const { stream, running, clock } = attempt(given);
		given.close();
		expect((await all(stream)).error?.kind).toBe("stream");
		expect(running.size).toBe(0);
		expect(clock.pending).toBe(0);
	});
});
