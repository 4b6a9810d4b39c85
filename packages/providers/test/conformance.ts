// What every provider does, whatever its wire: the cases run over real HTTP against the scripted server. A new wire adds
// one call of `describeConformance`. One attempt a call: each case has exactly one request.

import type { ConversationItem, ModelEvent } from "@codex/protocol";
import {
	createFakeClock,
	type ModelServer,
	type ModelStep,
	renderedEvents,
	type ScriptEntry,
} from "@codex/test-support";
import { describe, expect, it } from "vitest";
import {
	aRequest,
	type Collected,
	collect,
	keylessProvider,
	providerFor,
	serve,
	summary,
	user,
	type Wire,
} from "./harness.ts";

const wide = "grüße 🙂 und 漢字, ";
const answer = {
	reasoning: "thinking",
	text: `${wide}done`,
	calls: [{ name: "shell", arguments: { command: ["true"] } }],
};

interface Run extends Collected {
	readonly server: ModelServer;
}

/** Answers one request with `step` and takes the stream apart; fails unless exactly one request was made. */
async function run(wire: Wire, step: ScriptEntry, request = aRequest()): Promise<Run> {
	const server = await serve([step]);
	const collected = await collect(providerFor(wire, server.baseUrl), request);
	server.assertExhausted();
	expect(server.requests).toHaveLength(1);
	return { ...collected, server };
}

function describeAnswers(wire: Wire): void {
	it("streams text as deltas and as one message", async () => {
		const { text, items, done, usage, error } = await run(wire, {
			text: ["Hel", "lo ", wide],
			usage: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 7, reasoningOutputTokens: 3 },
		});
		expect(error).toBeUndefined();
		expect(text).toBe(`Hello ${wide}`);
		expect(items).toMatchObject([
			{ type: "message", role: "assistant", content: [{ type: "output_text", text: `Hello ${wide}` }] },
		]);
		expect(done).toMatchObject({ stopReason: "stop" });
		expect(usage).toEqual({
			inputTokens: 100,
			cachedInputTokens: 40,
			cacheWriteInputTokens: 0,
			outputTokens: 7,
			reasoningOutputTokens: 3,
		});
	});

	it("streams reasoning before the answer and stamps its item with the provider", async () => {
		const { reasoning, items } = await run(wire, answer);
		expect(reasoning).toBe("thinking");
		expect(items.map((item) => item.type)).toEqual(["reasoning", "message", "function_call"]);
		expect(items[0]).toMatchObject({ provider: "openai" });
	});

	it("gives two parallel calls in the model's order", async () => {
		const { items, done } = await run(wire, {
			calls: [
				{ name: "shell", arguments: { command: ["a"] }, callId: "one" },
				{ name: "read_file", arguments: { path: "b" }, callId: "two" },
			],
			deltaSize: 3,
		});
		expect(items).toMatchObject([
			{ type: "function_call", call_id: "one", name: "shell", arguments: '{"command":["a"]}' },
			{ type: "function_call", call_id: "two", name: "read_file", arguments: '{"path":"b"}' },
		]);
		expect(done?.stopReason).toBe("tool_calls");
	});

	it.each([1, 2, 3, 7])("reads a stream that arrives in pieces of %i bytes", async (splitBytes) => {
		const { text, items } = await run(wire, {
			text: wide.repeat(3),
			calls: [{ name: "shell", arguments: { command: [wide] }, callId: "c" }],
			deltaSize: 5,
			splitBytes,
		});
		expect(text).toBe(wide.repeat(3));
		expect(items[1]).toMatchObject({ arguments: JSON.stringify({ command: [wide] }) });
	});

	it("keeps empty arguments as the model wrote them", async () => {
		const { items } = await run(wire, { calls: [{ name: "update_plan", arguments: "" }] });
		expect(items).toMatchObject([{ type: "function_call", arguments: "" }]);
	});

	it("ends well without usage", async () => {
		const { done, usage } = await run(wire, { text: "hi", usage: null });
		expect(usage).toBeUndefined();
		expect(done?.stopReason).toBe("stop");
	});

	it.each(["length", "content_filter"] as const)("keeps the message of an answer that ends by %s", async (stop) => {
		const { items, done } = await run(wire, { text: "as far as", stop });
		expect(items).toMatchObject([{ type: "message", content: [{ text: "as far as" }] }]);
		expect(done?.stopReason).toBe(stop);
	});

	it("sends images as the wire has them", async () => {
		const image = { type: "input_image", image_url: "data:image/png;base64,AAAA" } as const;
		const input: ConversationItem[] = [
			{ type: "message", role: "user", content: [{ type: "input_text", text: "look" }, image] },
			{ type: "function_call", call_id: "v", name: "view_image", arguments: "{}" },
			{ type: "function_call_output", call_id: "v", output: [{ type: "input_text", text: "seen" }, image] },
		];
		const { server } = await run(wire, { text: "ok" }, aRequest({ input }));
		const body = JSON.stringify(server.requests[0]?.body);
		expect(body.split("data:image/png;base64,AAAA")).toHaveLength(3);
	});

	it("merges the deltas of one network read", async () => {
		const { batches, text } = await run(wire, { text: Array.from({ length: 2000 }, () => "word ") });
		const deltas = batches.flat().filter((event) => event.type === "text_delta");
		expect(text).toBe("word ".repeat(2000));
		// 2,000 deltas are some 300 kB: a few reads of 64 kB, not 2,000 events.
		expect(deltas.length).toBeLessThan(200);
		for (const batch of batches) {
			expect(batch.filter((event) => event.type === "text_delta").length).toBeLessThanOrEqual(1);
		}
	});

	it("tells the rate limits of the headers", async () => {
		const { events } = await run(wire, {
			text: "ok",
			headers: {
				"x-codex-primary-used-percent": "42.5",
				"x-codex-primary-window-minutes": "300",
				"x-codex-primary-reset-after-seconds": "60",
			},
		});
		expect(events[1]).toEqual({
			type: "rate_limits",
			primary: { usedPercent: 42.5, windowMinutes: 300, resetsInSeconds: 60 },
		});
	});
}

function describeRefusals(wire: Wire): void {
	const refused = async (step: ModelStep) => {
		const { error, events } = await run(wire, step);
		expect(events).toHaveLength(1);
		expect(error?.message).not.toContain("\n");
		return error;
	};

	it("429 with Retry-After in seconds, in milliseconds, and without", async () => {
		const body = { error: { message: "slow down", code: "rate_limit_exceeded" } };
		const seconds = await refused({ status: 429, headers: { "retry-after": "7" }, body });
		expect(seconds).toMatchObject({ kind: "rate_limit", retryable: true, retryAfterMs: 7000, status: 429 });
		const ms = await refused({ status: 429, headers: { "retry-after-ms": "250", "retry-after": "7" }, body });
		expect(ms).toMatchObject({ retryAfterMs: 250 });
		const none = await refused({ status: 429, body });
		expect(none).not.toHaveProperty("retryAfterMs");
		const text = await refused({ status: 429, body: { error: { message: "Please try again in 1.5s." } } });
		expect(text).toMatchObject({ kind: "rate_limit", retryAfterMs: 1500 });
	});

	it.each(["insufficient_quota", "usage_limit_reached", "usage_not_included"])("429 %s is final", async (code) => {
		const error = await refused({ status: 429, body: { error: { message: "no more", type: code } } });
		expect(error).toMatchObject({ kind: "quota", retryable: false });
	});

	it.each([500, 502, 503, 529, 408, 409])("%i may be tried again", async (status) => {
		const error = await refused({ status, headers: { "x-request-id": "req_1" }, body: { error: { message: "oops" } } });
		expect(error).toMatchObject({ kind: "server", retryable: true, status, requestId: "req_1" });
		expect(error?.message).toBe(`server error ${status}: oops (request-id: req_1)`);
	});

	it("401 names the key's variable and never the key", async () => {
		const body = { error: { message: "Incorrect API key provided: sk-test-0123456789abcdef." } };
		const error = await refused({ status: 401, body });
		expect(error).toMatchObject({ kind: "auth", retryable: false, status: 401 });
		expect(error?.message).toContain("refused the API key OPENAI_API_KEY (401)");
		expect(error?.message).not.toContain("0123456789abcdef");
	});

	it("403, 404 and 400 are final and say what it was", async () => {
		const body = { error: { message: "no" } };
		expect(await refused({ status: 403, body })).toMatchObject({ kind: "auth", retryable: false });
		const missing = await refused({ status: 404, body });
		expect(missing).toMatchObject({ kind: "not_found", retryable: false });
		expect(missing?.message).toContain("`gpt-5-codex`");
		expect(await refused({ status: 400, body })).toMatchObject({
			kind: "invalid_request",
			message: "unexpected status 400: no",
		});
	});

	it("knows a too long input by its code and by its words", async () => {
		const byCode = { error: { message: "too long", code: "context_length_exceeded" } };
		const byWords = { error: { message: "This model's maximum context length is 8192 tokens." } };
		for (const body of [byCode, byWords]) {
			expect(await refused({ status: 400, body })).toMatchObject({ kind: "context_length", retryable: false });
		}
	});

	it("cuts long bodies and shows a page by its title", async () => {
		const long = await refused({ status: 500, body: "x".repeat(100_000) });
		expect(long?.message.length).toBeLessThan(700);
		const page = await refused({
			status: 502,
			body: "<html><head><title>Bad gateway</title></head><body>…</body></html>",
		});
		expect(page?.message).toBe('server error 502: a page titled "Bad gateway"');
	});

	it("does not take a page of status 200 for an answer", async () => {
		const error = await refused({ html: "<html><body>Sign in to the hotel's network</body></html>" });
		expect(error).toMatchObject({ kind: "protocol", retryable: false });
		expect(error?.message).toContain("text/html");
	});

	it("does not follow a redirect", async () => {
		const error = await refused({ status: 307, headers: { location: "https://elsewhere.example/v1" } });
		expect(error).toMatchObject({ kind: "protocol", retryable: false });
		expect(error?.message).toContain("redirect to https://elsewhere.example/v1");
	});

	it("says who cannot be reached", async () => {
		const server = await serve([]);
		const { baseUrl, port } = server;
		await server.close();
		const { error, events } = await collect(providerFor(wire, baseUrl));
		expect(events).toHaveLength(1);
		expect(error).toEqual({
			kind: "network",
			message: `could not reach 127.0.0.1:${port}: connection refused`,
			retryable: true,
		});
	});
}

function describeFaults(wire: Wire): void {
	const events = renderedEvents(wire, answer);
	// Chat: a finish_reason makes the answer whole, usage and [DONE] behind it are extras.
	const wholeFrom = wire === "responses" ? events.length : events.length - 2;

	it.each(events.map((_, cutAfter) => cutAfter))(
		"cut after %i events: never taken for a whole answer",
		async (cutAfter) => {
			const { error, done } = await run(wire, { ...answer, cutAfter });
			if (cutAfter >= wholeFrom) {
				expect(done?.stopReason).toBe("tool_calls");
				return;
			}
			expect(done).toBeUndefined();
			expect(error).toMatchObject({ kind: "stream", retryable: true });
			expect(error?.message).toMatch(/^stream closed before (response\.completed|finish_reason)$/);
		},
	);

	it.each([0, 1, 3])("connection reset after %i events", async (cutAfter) => {
		const { error, done } = await run(wire, { ...answer, cutAfter, reset: true });
		expect(done).toBeUndefined();
		expect(error).toMatchObject({ kind: "stream", retryable: true });
		expect(error?.message).toMatch(/^stream disconnected before completion: connection (reset|closed)$/);
	});

	it("connection reset before an answer", async () => {
		const { error, events: seen } = await run(wire, { reset: true });
		expect(seen).toHaveLength(1);
		expect(error).toMatchObject({ kind: "network", retryable: true });
	});

	it("passes over a malformed line", async () => {
		const { text, done, error } = await run(wire, { text: "fine", malformedLine: true });
		expect({ text, error }).toEqual({ text: "fine", error: undefined });
		expect(done?.stopReason).toBe("stop");
	});

	it("counts malformed lines in the message of a cut stream", async () => {
		const { error } = await run(wire, { text: "fine", malformedLine: true, noFinalEvent: true });
		expect(error?.message).toContain("(1 malformed line was passed over)");
	});

	it("does not take an answer without its final event for whole", async () => {
		const { error, done } = await run(wire, { ...answer, noFinalEvent: true });
		expect(done).toBeUndefined();
		expect(error).toMatchObject({ kind: "stream", retryable: true });
	});

	it.each([0, 2])("gives up a stream that falls silent after %i events", async (cutAfter) => {
		const clock = createFakeClock();
		const server = await serve([{ ...answer, cutAfter, idle: true }]);
		const provider = providerFor(wire, server.baseUrl, { streamIdleTimeoutMs: 10_000 }, { clock });
		const seen: (readonly ModelEvent[])[] = [];
		const reading = (async () => {
			for await (const batch of provider.stream(aRequest(), new AbortController().signal)) seen.push(batch);
		})();
		await server.request(1);
		while (cutAfter > 0 && seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		await clock.advance(9_000);
		expect(seen.flat().some((event) => event.type === "error")).toBe(false);
		await clock.advance(2_000);
		await reading;
		expect(summary(seen).error).toEqual({ kind: "idle", message: "idle timeout waiting for SSE", retryable: true });
		expect(clock.pending).toBe(0);
	});
}

function describeAborts(wire: Wire): void {
	const abortedError = { kind: "aborted", message: "aborted", retryable: false };

	it("makes no request when the signal is aborted already", async () => {
		const server = await serve([]);
		const { error } = await collect(providerFor(wire, server.baseUrl), aRequest(), AbortSignal.abort());
		expect(error).toEqual(abortedError);
		expect(server.requests).toHaveLength(0);
	});

	it("ends within 100 ms of an abort while it waits for the answer", async () => {
		const server = await serve([{ text: "late", delayMs: 10_000 }]);
		const controller = new AbortController();
		const collecting = collect(providerFor(wire, server.baseUrl), aRequest(), controller.signal);
		const request = await server.request(1);
		const startedAt = performance.now();
		controller.abort();
		const { error, events } = await collecting;
		expect(performance.now() - startedAt).toBeLessThan(100);
		expect(events).toHaveLength(1);
		expect(error).toEqual(abortedError);
		await expect.poll(() => request.abandoned()).toBe(true);
	});

	it("ends within 100 ms of an abort in the middle of the stream", async () => {
		const server = await serve([{ ...answer, cutAfter: 3, idle: true }]);
		const controller = new AbortController();
		const batches: (readonly ModelEvent[])[] = [];
		let abortedAt = 0;
		for await (const batch of providerFor(wire, server.baseUrl).stream(aRequest(), controller.signal)) {
			batches.push(batch);
			if (abortedAt > 0) continue;
			abortedAt = performance.now();
			controller.abort();
		}
		expect(performance.now() - abortedAt).toBeLessThan(100);
		expect(summary(batches).error).toEqual(abortedError);
	});

	it("ends the request when the caller leaves the loop", async () => {
		const server = await serve([{ ...answer, cutAfter: 3, idle: true }]);
		for await (const _batch of providerFor(wire, server.baseUrl).stream(aRequest(), new AbortController().signal))
			break;
		const request = await server.request(1);
		await expect.poll(() => request.abandoned()).toBe(true);
	});

	it("ends what runs when it is closed", async () => {
		const server = await serve([{ ...answer, cutAfter: 3, idle: true }]);
		const provider = providerFor(wire, server.baseUrl);
		const batches: (readonly ModelEvent[])[] = [];
		for await (const batch of provider.stream(aRequest(), new AbortController().signal)) {
			batches.push(batch);
			await provider.close();
		}
		expect(summary(batches).error).toEqual(abortedError);
	});
}

function describeRequests(wire: Wire): void {
	it("sends who calls, the key, and nothing else of ours", async () => {
		const server = await serve([{ text: "ok" }]);
		const settings = {
			organization: "org-1",
			project: "proj-1",
			headers: { "X-Team": "blue" },
			queryParams: { v: "1" },
		};
		await collect(providerFor(wire, server.baseUrl, settings));
		const { headers, path } = await server.request(1);
		expect(headers).toMatchObject({
			authorization: "Bearer sk-test-0123456789abcdef",
			"user-agent": "code/0.0.0-test",
			originator: "codex_cli_rs",
			session_id: "0198a000-0000-7000-8000-000000000000",
			accept: "text/event-stream",
			"content-type": "application/json",
			"openai-organization": "org-1",
			"openai-project": "proj-1",
			"x-team": "blue",
		});
		expect(Object.keys(headers).filter((name) => name.startsWith("x-stainless"))).toEqual([]);
		expect(path).toMatch(/^\/v1\/(responses|chat\/completions)\?v=1$/);
	});

	it("sends no Authorization without a key, and the caller's instead of its own", async () => {
		const server = await serve([{ text: "ok" }, { text: "ok" }]);
		await collect(keylessProvider(wire, server.baseUrl));
		await collect(providerFor(wire, server.baseUrl, { headers: { Authorization: "Bearer other" } }));
		const sent = server.requests.map(({ headers }) => headers["authorization"]);
		expect(sent).toEqual([undefined, "Bearer other"]);
	});

	it("sends the same bytes for what has not changed", async () => {
		const server = await serve([{ text: "one" }, { text: "two" }]);
		const provider = providerFor(wire, server.baseUrl);
		const first = user("first");
		await collect(provider, aRequest({ input: [first] }));
		await collect(provider, aRequest({ input: [first, user("second")] }));
		const list = wire === "responses" ? "input" : "messages";
		const [one, two] = server.requests.map(({ body }) => body);
		const { [list]: before, ...headBefore } = one;
		const { [list]: after, ...headAfter } = two;
		expect(JSON.stringify(headAfter)).toBe(JSON.stringify(headBefore));
		expect(JSON.stringify(after.slice(0, before.length))).toBe(JSON.stringify(before));
	});

	it("uses one connection for one request after the other", async () => {
		const server = await serve(() => ({ text: "ok" }));
		const provider = providerFor(wire, server.baseUrl);
		for (let round = 0; round < 5; round += 1) {
			await collect(provider);
			// As long as the shortest tool: the end of the body is on its way.
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(server.requests).toHaveLength(5);
		expect(server.connections()).toBe(1);
	});

	it("makes a new id for a call whose id the history has already", async () => {
		const known: ConversationItem[] = [
			{ type: "function_call", call_id: "call_0", name: "shell", arguments: "{}" },
			{ type: "function_call_output", call_id: "call_0", output: "ok" },
		];
		const calls = [{ name: "shell", arguments: {}, callId: "call_0" }];
		const { items } = await run(wire, { calls }, aRequest({ input: [user("go"), ...known] }));
		expect(items).toMatchObject([{ type: "function_call", call_id: expect.stringMatching(/^call_[0-9a-f]{32}$/) }]);
	});
}

/** The suite for one wire. */
export function describeConformance(wire: Wire): void {
	describe(`${wire}: answers`, () => describeAnswers(wire));
	describe(`${wire}: refusals`, () => describeRefusals(wire));
	describe(`${wire}: faults`, () => describeFaults(wire));
	describe(`${wire}: aborts`, () => describeAborts(wire));
	describe(`${wire}: requests`, () => describeRequests(wire));
}
