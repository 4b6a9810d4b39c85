// A model on loopback: a real HTTP server that answers the paths of five vendors' wires from one script of steps, faults
// included, and remembers what it was asked. No dependency; it knows nothing of the program under test.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deliver } from "./model-server/deliver.ts";
import type { ModelWire, ReceivedRequest, ScriptEntry } from "./model-server/script.ts";

export { renderedEvents } from "./model-server/deliver.ts";
export type {
	AnswerStep,
	ModelStep,
	ModelWire,
	ReceivedRequest,
	ScriptEntry,
	ScriptedCall,
	ScriptedText,
	ScriptedUsage,
} from "./model-server/script.ts";

/** How a server is made. */
export interface ModelServerOptions {
	/** One entry a request, in order; or one function that answers every request. A request beyond the script gets a 500. */
	readonly script: readonly ScriptEntry[] | Extract<ScriptEntry, (...args: never[]) => unknown>;
	/** Loopback port. Default: any free one. */
	readonly port?: number;
}

/** A running scripted model. */
export interface ModelServer {
	/** `http://127.0.0.1:PORT/v1`, what the OpenAI wires call their base URL. */
	readonly baseUrl: string;
	/** `http://127.0.0.1:PORT`, what the other wires call theirs. */
	readonly origin: string;
	readonly port: number;
	/** Requests so far, in order of arrival. */
	readonly requests: readonly ReceivedRequest[];
	/** How many connections were made so far. */
	connections(): number;
	/** Adds steps to the end of the script. */
	push(...steps: readonly ScriptEntry[]): void;
	/** Resolves with request `number` (from 1) as soon as it has come in. */
	request(number: number): Promise<ReceivedRequest>;
	/** Throws unless every step was used and no request came beyond them. */
	assertExhausted(): void;
	/** Breaks off all connections and stops listening. */
	close(): Promise<void>;
}

async function readText(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// A body that is not JSON is recorded as absent; the test sees that.
		return undefined;
	}
}

const paths: readonly (readonly [end: string, wire: ModelWire])[] = [
	["/responses", "responses"],
	["/chat/completions", "chat"],
	["/v1/messages", "anthropic"],
	[":streamGenerateContent", "gemini"],
	["/api/chat", "ollama"],
];

function wireOf(path: string): ReceivedRequest["wire"] | undefined {
	const [pathname = ""] = path.split("?");
	return paths.find(([end]) => pathname.endsWith(end))?.[1];
}

/** The script, what was asked of it, and who waits for a request. */
class Conversation {
	readonly requests: ReceivedRequest[] = [];
	readonly #steps: ScriptEntry[];
	readonly #answer: ModelServerOptions["script"];
	readonly #waiting: { readonly number: number; readonly resolve: (request: ReceivedRequest) => void }[] = [];
	#unexpected = 0;

	constructor(script: ModelServerOptions["script"]) {
		this.#answer = script;
		this.#steps = typeof script === "function" ? [] : [...script];
	}

	push(steps: readonly ScriptEntry[]): void {
		this.#steps.push(...steps);
	}

	take(request: ReceivedRequest): ScriptEntry | undefined {
		this.requests.push(request);
		for (const waiter of this.#waiting) if (waiter.number === request.number) waiter.resolve(request);
		const entry = typeof this.#answer === "function" ? this.#answer : this.#steps.shift();
		if (entry === undefined) this.#unexpected += 1;
		return entry;
	}

	request(number: number): Promise<ReceivedRequest> {
		const known = this.requests[number - 1];
		if (known !== undefined) return Promise.resolve(known);
		return new Promise((resolve) => this.#waiting.push({ number, resolve }));
	}

	assertExhausted(): void {
		if (this.#unexpected > 0) throw new Error(`${this.#unexpected} requests came after the end of the script`);
		if (this.#steps.length > 0) throw new Error(`${this.#steps.length} steps of the script were never asked for`);
	}
}

async function handle(conversation: Conversation, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const path = request.url ?? "/";
	const wire = wireOf(path);
	const text = await readText(request);
	if (wire === undefined || request.method !== "POST") {
		response.writeHead(404, { "content-type": "application/json" });
		response.end(JSON.stringify({ error: { message: `no such path: ${path}`, code: "not_found" } }));
		return;
	}
	const received: ReceivedRequest = {
		number: conversation.requests.length + 1,
		wire,
		path,
		headers: request.headers,
		body: parseJson(text),
		abandoned: () => response.destroyed && !response.writableFinished,
	};
	const entry = conversation.take(received);
	const exhausted = { status: 500, body: { error: { message: "the script has no more steps", code: "script_end" } } };
	const step = typeof entry === "function" ? await entry(received) : (entry ?? exhausted);
	await deliver(response, step, received);
}

function listen(server: Server, port: number): Promise<AddressInfo> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, "127.0.0.1", () => {
			const address = server.address();
			if (address === null || typeof address === "string") reject(new Error("the server has no port"));
			else resolve(address);
		});
	});
}

/** Starts a scripted model on 127.0.0.1. */
export async function createModelServer(options: ModelServerOptions): Promise<ModelServer> {
	const conversation = new Conversation(options.script);
	const server = createServer((request, response) => {
		handle(conversation, request, response).catch((error: unknown) => {
			response.destroy(error instanceof Error ? error : new Error(String(error)));
		});
	});
	// No keep-alive timeout in the middle of a slow test.
	server.keepAliveTimeout = 60_000;
	let connections = 0;
	server.on("connection", () => {
		connections += 1;
	});
	const { port } = await listen(server, options.port ?? 0);
	return {
		baseUrl: `http://127.0.0.1:${port}/v1`,
		origin: `http://127.0.0.1:${port}`,
		port,
		requests: conversation.requests,
		connections: () => connections,
		push: (...steps) => conversation.push(steps),
		request: (number) => conversation.request(number),
		assertExhausted: () => conversation.assertExhausted(),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
