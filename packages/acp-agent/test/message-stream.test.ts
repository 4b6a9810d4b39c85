import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createMessageStream, isMessage, readLine } from "../src/message-stream.ts";
import { fakePort, openEditor, realClock } from "./fake-port.ts";

const answersOf = (lines: readonly string[]) =>
	lines.map((line): { readonly id: unknown; readonly error?: { readonly code: number } } => JSON.parse(line));

describe("what is no message", () => {
	test.each([
		["not json", -32700],
		['{"jsonrpc":"2.0"', -32700],
		["[]", -32600],
		['[{"jsonrpc":"2.0","id":1,"method":"initialize"}]', -32600],
		["5", -32600],
		["null", -32600],
		["{}", -32600],
		['{"jsonrpc":"1.0","id":1,"method":"x"}', -32600],
		['{"jsonrpc":"2.0","id":{},"method":"x"}', -32600],
		['{"jsonrpc":"2.0","id":1,"method":5}', -32600],
		['{"jsonrpc":"2.0","id":1}', -32600],
		[`{"jsonrpc":"2.0","id":1,"method":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, -32600],
	])("%.60s is answered once", async (line, code) => {
		const editor = await openEditor(fakePort(), { raw: true });
		editor.send(`${line}\n\n  \r\n`);
		await vi.waitFor(() => expect(answersOf(editor.lines)).toMatchObject([{ id: null, error: { code } }]));
		await editor.agent.request("initialize", { protocolVersion: 1 });
	});

	test("a line that is too long is answered to its id where that is seen, and the next one is read", async () => {
		const editor = await openEditor(fakePort(), { raw: true, maxLineBytes: 1000 });
		const long = "x".repeat(3000);
		editor.send(`${long}\n`);
		editor.send(`{"jsonrpc":"2.0","id":77,"method":"x","params":"${long}"}\n`);
		editor.send(`{"jsonrpc":"2.0","method":"x","id":"seven","params":"`);
		editor.send(long);
		editor.send(`"}\n`);
		await vi.waitFor(() =>
			expect(answersOf(editor.lines)).toMatchObject([
				{ id: null, error: { code: -32600 } },
				{ id: 77, error: { code: -32600 } },
				{ id: "seven", error: { code: -32600 } },
			]),
		);
		await editor.agent.request("initialize", { protocolVersion: 1 });
	});

	test("no bytes at all make it fail", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), async (chunks) => {
				const input = new PassThrough();
				const output = new PassThrough();
				output.resume();
				const { stream } = createMessageStream({ input, output, clock: realClock, maxLineBytes: 40 });
				for (const chunk of chunks) input.write(chunk);
				input.end();
				const reader = stream.readable.getReader();
				for (;;) {
					const { done, value } = await reader.read();
					if (done) break;
					expect(isMessage(value)).toBe(true);
				}
			}),
			{ numRuns: 60 },
		);
	});
});

test("a last line without a newline counts", () => {
	expect(readLine(Buffer.from('{"jsonrpc":"2.0","id":1,"result":null}'))).toHaveProperty("message");
	expect(readLine(Buffer.from("  "))).toBeUndefined();
});

test("a message that cannot be written becomes an error with its id", async () => {
	const input = new PassThrough();
	const output = new PassThrough();
	const { stream } = createMessageStream({ input, output, clock: realClock });
	const cyclic: Record<string, unknown> = {};
	cyclic["self"] = cyclic;
	await stream.writable.getWriter().write({ jsonrpc: "2.0", id: 3, result: cyclic });
	expect(JSON.parse(String(output.read()))).toMatchObject({ id: 3, error: { code: -32603 } });
});

test("a slow reader is waited for, one that is gone is not", async () => {
	const input = new PassThrough();
	const output = new PassThrough({ highWaterMark: 1 });
	const messages = createMessageStream({ input, output, clock: realClock });
	const writer = messages.stream.writable.getWriter();
	expect(messages.ready()).toBeUndefined();
	await writer.write({ jsonrpc: "2.0", method: "x", params: "y".repeat(2 * 1024 * 1024) });
	await writer.write({ jsonrpc: "2.0", method: "x", params: "y".repeat(2 * 1024 * 1024) });
	const waiting = messages.ready();
	expect(waiting).toBeInstanceOf(Promise);
	output.resume();
	await waiting;
	expect(messages.ready()).toBeUndefined();
	output.destroy();
	await messages.flush();
	await writer.write({ jsonrpc: "2.0", method: "x" });
});

const line = (id: number, method: string, params: object) =>
	`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;
const handshake = line(1, "initialize", { protocolVersion: 1 });

test("requests sent along with the handshake, and just before the end, are answered", async () => {
	const editor = await openEditor(fakePort(), { raw: true });
	editor.send(handshake + line(2, "session/new", { cwd: "/work", mcpServers: [] }) + line(3, "session/list", {}));
	await editor.leave();
	expect(answersOf(editor.lines).filter(({ id }) => id !== undefined)).toMatchObject([
		{ id: 1, result: { protocolVersion: 1 } },
		{ id: 2, result: { sessionId: "session-1" } },
		{ id: 3, result: { sessions: [] } },
	]);
});

test("a handshake that fails holds up nothing", async () => {
	const editor = await openEditor(fakePort(), { raw: true });
	editor.send(line(1, "initialize", {}) + line(2, "session/list", {}) + handshake);
	await editor.leave();
	expect(answersOf(editor.lines)).toMatchObject([
		{ id: 1, error: { code: -32602 } },
		{ id: 2, error: { code: -32600 } },
		{ id: 1, result: {} },
	]);
});

test("a turn that runs when the input ends is not waited for", async () => {
	const port = fakePort();
	port.onOp = () => [];
	const editor = await openEditor(port);
	const id = await editor.start();
	editor.prompt(id, "go").catch(() => undefined);
	await vi.waitFor(() => expect(port.sessions[0]?.ops).toHaveLength(1));
	const before = performance.now();
	await editor.leave();
	expect(performance.now() - before).toBeLessThan(1500);
	expect(port.sessions[0]?.isClosed).toBe(true);
});
