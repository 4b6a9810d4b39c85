// The benchmark's model: an HTTP server on loopback that answers at once. The scenario is the first part of the path, so
// that one server serves every client: /text, /rounds-N, /deltas-N, each with the Responses wire below it, and /text with
// every other wire below it too.
// Runs as its own process; prints its port as the first line. GET /stats/SCENARIO gives arrival times and the first body.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

interface ScenarioStats {
	arrivals: number[];
	firstBody: string | undefined;
}

const stats = new Map<string, ScenarioStats>();
const sse = (event: { type: string } & Record<string, unknown>): string =>
	`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const usage = {
	input_tokens: 100,
	input_tokens_details: { cached_tokens: 0 },
	output_tokens: 10,
	output_tokens_details: { reasoning_tokens: 0 },
	total_tokens: 110,
};
const completed = sse({ type: "response.completed", response: { id: "r1", status: "completed", output: [], usage } });
const created = sse({ type: "response.created", response: { id: "r1", status: "in_progress", output: [] } });

function messageDone(text: string): string {
	const item = {
		type: "message",
		id: "m1",
		role: "assistant",
		status: "completed",
		content: [{ type: "output_text", text, annotations: [] }],
	};
	return sse({ type: "response.output_item.done", output_index: 0, item });
}

function callDone(number: number): string {
	const item = {
		type: "function_call",
		id: `f${number}`,
		status: "completed",
		name: "shell",
		call_id: `call_${number}`,
		arguments: JSON.stringify({ command: ["true"] }),
	};
	return sse({ type: "response.output_item.done", output_index: 0, item });
}

function answer(scenario: string, body: string): string[] {
	const [kind, count] = scenario.split("-");
	const wanted = Number(count ?? 0);
	if (kind === "rounds") {
		// Counting the outputs without a JSON parse keeps the server's own cost small and linear.
		const done = body.split('"function_call_output"').length - 1;
		return done < wanted ? [created + callDone(done) + completed] : [created + messageDone("done") + completed];
	}
	if (kind === "deltas") {
		const chunks: string[] = [created];
		const delta = sse({
			type: "response.output_text.delta",
			item_id: "m1",
			output_index: 0,
			content_index: 0,
			delta: "word ",
		});
		const perChunk = 50;
		for (let sent = 0; sent < wanted; sent += perChunk) chunks.push(delta.repeat(Math.min(perChunk, wanted - sent)));
		chunks.push(messageDone("word ".repeat(wanted)) + completed);
		return chunks;
	}
	return [created + messageDone("hello") + completed];
}

/** One short answer on the wire that `path` names. */
function shortAnswer(path: string): { type: string; text: string } | undefined {
	const type = "text/event-stream";
	if (path.includes("/chat/completions")) {
		const chunk = (delta: object, finish_reason: string | null): string =>
			`data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
		const counts = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
		const last = `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", choices: [], usage: counts })}\n\n`;
		return {
			type,
			text: `${chunk({ role: "assistant", content: "hello" }, null)}${chunk({}, "stop")}${last}data: [DONE]\n\n`,
		};
	}
	if (path.includes("/v1/messages")) {
		const message = { id: "m1", type: "message", role: "assistant", model: "m", content: [], stop_reason: null };
		const events = [
			{ type: "message_start", message: { ...message, usage: { input_tokens: 100, output_tokens: 1 } } },
			{ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
			{ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "hello" } },
			{ type: "content_block_stop", index: 0 },
			{ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 10 } },
			{ type: "message_stop" },
		];
		return { type, text: events.map(sse).join("") };
	}
	if (path.includes(":streamGenerateContent")) {
		const counts = { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 };
		const candidate = { index: 0, content: { role: "model", parts: [{ text: "hello" }] }, finishReason: "STOP" };
		return { type, text: `data: ${JSON.stringify({ candidates: [candidate], usageMetadata: counts })}\r\n\r\n` };
	}
	if (path.includes("/api/chat")) {
		const said = { model: "m", message: { role: "assistant", content: "hello" }, done: false };
		const end = { model: "m", message: { role: "assistant", content: "" }, done: true, done_reason: "stop" };
		const counts = { prompt_eval_count: 100, eval_count: 10 };
		const lines = [said, { ...end, ...counts }].map((line) => `${JSON.stringify(line)}\n`);
		return { type: "application/x-ndjson", text: lines.join("") };
	}
	return undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks).toString("utf8");
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const [, first = "", second = ""] = (request.url ?? "").split("/");
	if (first === "stats") {
		response.setHeader("content-type", "application/json");
		response.end(JSON.stringify(stats.get(second) ?? { arrivals: [] }));
		stats.delete(second);
		return;
	}
	const entry = stats.get(first) ?? { arrivals: [], firstBody: undefined };
	stats.set(first, entry);
	entry.arrivals.push(performance.now());
	const body = await readBody(request);
	entry.firstBody ??= body;
	const short = shortAnswer(request.url ?? "");
	if (short !== undefined) {
		response.writeHead(200, { "content-type": short.type });
		response.end(short.text);
		return;
	}
	response.writeHead(200, { "content-type": "text/event-stream" });
	for (const chunk of answer(first, body)) {
		if (!response.write(chunk)) await new Promise((resolve) => response.once("drain", resolve));
	}
	response.end();
}

// Node closes idle connections after 5 s; a client that reuses one just then would fail.
const server = createServer((request, response) => {
	handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => {
	const address = server.address();
	process.stdout.write(`${typeof address === "object" && address !== null ? address.port : 0}\n`);
});
