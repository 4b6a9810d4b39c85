// The MCP server over two streams. Answers until the input ends; loads the SDK when called, the database at the first
// tool call. Writes nothing but messages to the output.

import type { Readable, Writable } from "node:stream";
import { BoundedLines } from "./bounded-lines.ts";
import { memoryLimits } from "./memory.ts";
import type { MemoryStore } from "./memory-store.ts";
import { callTool, toolDescriptions } from "./tools.ts";
import { inputSchema, toolNames } from "./tools-schema.ts";

/** What a server stands on. */
export interface ServeOptions {
	readonly store: MemoryStore;
	/** JSON-RPC messages, one a line; its end ends the server. */
	readonly input: Readable;
	readonly output: Writable;
	/** Said to clients. */
	readonly version: string;
	/** Ends the server when aborted; the promise then resolves. */
	readonly signal?: AbortSignal;
}

const readOnly = new Set(["search", "get_memory", "stats"]);

const listed = (name: (typeof toolNames)[number]) => ({
	name,
	description: toolDescriptions[name],
	inputSchema: inputSchema(name),
	annotations: { readOnlyHint: readOnly.has(name), destructiveHint: name === "delete_memory", openWorldHint: false },
});

/** Serves the store until the input ends or the signal is raised, then closes the store. */
export async function serveMemory(options: ServeOptions): Promise<void> {
	const { store, input, output, version, signal } = options;
	const [{ Server }, { StdioServerTransport }, types] = await Promise.all([
		import("@modelcontextprotocol/sdk/server/index.js"),
		import("@modelcontextprotocol/sdk/server/stdio.js"),
		import("@modelcontextprotocol/sdk/types.js"),
	]);
	const server = new Server({ name: "local-memory", version }, { capabilities: { tools: {} } });
	server.setRequestHandler(types.ListToolsRequestSchema, () => ({ tools: toolNames.map(listed) }));
	server.setRequestHandler(types.CallToolRequestSchema, ({ params }) => callTool(store, params.name, params.arguments));
	const lines = new BoundedLines(memoryLimits.messageBytes, (id) => {
		const message = `the message is larger than ${memoryLimits.messageBytes} bytes and was not read`;
		output.write(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_600, message } })}\n`);
	});
	const ended = new Promise<void>((resolve) => {
		const end = (): void => resolve();
		lines.once("end", end);
		input.once("error", end);
		input.once("close", end);
		output.once("error", end);
		signal?.addEventListener("abort", end, { once: true });
		if (signal?.aborted === true) end();
	});
	await server.connect(new StdioServerTransport(lines, output));
	input.pipe(lines);
	try {
		await ended;
		// What had come is answered first: those promises have run when the output calls back.
		if (output.writable) await new Promise<void>((resolve) => output.write("", () => resolve()));
	} finally {
		input.unpipe(lines);
		await server.close();
		store.close();
	}
}
