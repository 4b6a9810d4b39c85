// Bytes on the wire: what is no message is answered as JSON-RPC says, and nothing ends the server but its client.

import { PassThrough } from "node:stream";
import { createFakeClock } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { serveStdio } from "../../src/index.ts";
import { maxMessageBytes } from "../../src/transport/stdio-transport.ts";
import { aborted, createFakeAgent, done, type TurnScript, whenAborted } from "../fake-agent.ts";

const initialize = {
	jsonrpc: "2.0",
	id: 1,
	method: "initialize",
	params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
};

function start(script: TurnScript = () => Promise.resolve(done("ok"))) {
	const [input, output] = [new PassThrough(), new PassThrough()];
	const agent = createFakeAgent(script);
	const stop = new AbortController();
	const clock = createFakeClock();
	const ended = serveStdio({ agent, version: "1", input, output, clock, signal: stop.signal });
	let text = "";
	output.on("data", (chunk: Buffer) => {
		text += chunk.toString("utf8");
	});
	// biome-ignore lint/suspicious/noExplicitAny: answers are looked into.
	const answers = (): any[] =>
		text
			.split("\n")
			.filter((line) => line !== "")
			.map((line) => JSON.parse(line));
	const send = (...messages: readonly unknown[]): void => {
		for (const message of messages) input.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
	};
	return { input, output, agent, stop, ended, answers, send, clock };
}

const ping = (id: unknown): object => ({ jsonrpc: "2.0", id, method: "ping" });

describe("messages that are none", () => {
	test.each([
		["not JSON", "hello", null, -32_700],
		["half a message", '{"jsonrpc":"2.0",', null, -32_700],
		["a number", "3", null, -32_600],
		["no version", { id: 7, method: "ping" }, 7, -32_600],
		["an empty batch", [], null, -32_600],
		["an id that is none", { jsonrpc: "2.0", id: { a: 1 }, method: "ping" }, null, -32_600],
		["an unknown method", { jsonrpc: "2.0", id: "x", method: "nothing/here" }, "x", -32_601],
		["a second initialisation", { ...initialize, id: 9 }, 9, -32_600],
	])("%s", async (_name, message, id, code) => {
		const { send, answers, input, ended } = start();
		send(initialize, message, ping("after"));
		input.end();
		await ended;
		const failed = answers().filter(({ error }) => error !== undefined);
		expect(failed).toMatchObject([{ id, error: { code } }]);
		expect(answers().find((answer) => answer.id === "after")).toMatchObject({ result: {} });
	});

	test("blank lines are nothing, batches are taken apart, a message without an end at the end counts", async () => {
		const { send, answers, input, ended } = start();
		send(initialize, "", "  ", [ping(2), ping(3)]);
		input.end(JSON.stringify(ping(4)));
		await ended;
		expect(answers().map(({ id }) => id)).toEqual([1, 2, 3, 4]);
	});

	test("a line that is too long is dropped while it comes, and the next one is read", async () => {
		const { send, answers, input, ended } = start();
		send(initialize);
		const piece = Buffer.alloc(1024 * 1024, 0x61);
		for (let sent = 0; sent <= maxMessageBytes; sent += piece.length) {
			if (!input.write(piece)) await new Promise((resolve) => input.once("drain", resolve));
		}
		input.write("\n");
		send(ping(2));
		input.end();
		await ended;
		expect(answers()).toMatchObject([{ id: 1 }, { id: null, error: { code: -32_600 } }, { id: 2, result: {} }]);
	});
});

describe("the end", () => {
	const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "codex", arguments: { prompt: "p" } } };

	test("what was asked before the input ended is answered", async () => {
		const { send, answers, input, ended } = start();
		send(initialize, call);
		input.end();
		await ended;
		expect(answers().find(({ id }) => id === 2)).toMatchObject({ result: { structuredContent: { content: "ok" } } });
	});

	test("a turn that takes longer is interrupted, and its session closed", async () => {
		const { send, input, ended, agent, clock } = start(async ({ interrupted }) => {
			await whenAborted(interrupted);
			return aborted;
		});
		send(initialize, call);
		input.end();
		await clock.untilPending();
		expect(clock.nextDueInMs).toBe(1000);
		await clock.advance(1000);
		await ended;
		expect(agent.closed).toHaveLength(1);
		expect(agent.ops.map(({ type }) => type)).toContain("interrupt");
	});

	test("a signal, and a reader that went away, end it", async () => {
		const signalled = start();
		signalled.send(initialize);
		signalled.stop.abort();
		await signalled.ended;
		const broken = start();
		broken.send(initialize);
		broken.output.destroy(new Error("EPIPE"));
		await broken.ended;
		const early = start();
		early.input.destroy();
		await early.ended;
	});

	test("deltas wait for nobody: a client that does not read gets whole messages only", async () => {
		const { send, input, output, ended, answers } = start(async ({ emit }) => {
			for (let index = 0; index < 2000; index += 1) {
				emit({ type: "agent_message_delta", delta: "x".repeat(100) });
			}
			emit({ type: "agent_message", message: "whole" });
			await new Promise((resolve) => setImmediate(resolve));
			return done("whole");
		});
		output.pause();
		send(initialize, call);
		await new Promise((resolve) => setTimeout(resolve, 200));
		output.resume();
		input.end();
		await ended;
		const types = answers().map(({ params }) => params?.msg?.type);
		expect(types.filter((type) => type === "agent_message_delta").length).toBeLessThan(1900);
		expect(types).toContain("agent_message");
		expect(types).toContain("task_complete");
	});
});
