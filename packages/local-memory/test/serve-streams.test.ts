import path from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { createTempDir } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { createMemoryStore } from "../src/memory-store.ts";
import { serveMemory } from "../src/serve.ts";

const line = (id: number, method: string, params: object): string =>
	`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;

test("every tool answers over two streams, a line too long is refused by its id, and the end ends it", async () => {
	const folder = await createTempDir();
	onTestFinished(() => folder.dispose());
	const store = createMemoryStore({ file: path.join(folder.path, "memory.db") });
	const { id } = store.add({ content: "x", tags: ["t"] });
	const input = new PassThrough();
	const output = new PassThrough();
	const served = serveMemory({ store, input, output, version: "1" });
	const answered = text(output);
	const calls: readonly [string, object][] = [
		["store_memory", { content: "y" }],
		["search", { query: "x" }],
		["get_memory", { id }],
		["update_memory", { id, importance: 1 }],
		["delete_memory", { id }],
		["delete_memory", { id }],
		["stats", {}],
		["search", { limit: 0 }],
		["nothing", {}],
	];
	input.write(line(100, "tools/list", {}));
	for (const [index, [name, given]] of calls.entries()) {
		input.write(line(index, "tools/call", { name, arguments: given }));
	}
	input.write(line(200, "ping", { x: "y".repeat(9_000_000) }));
	input.end();
	await served;
	output.end();
	const answers: { id: number; error?: object; result?: { isError?: boolean } }[] = (await answered)
		.trim()
		.split("\n")
		.map((json) => JSON.parse(json));
	expect(answers.filter(({ result }) => result?.isError === true).map((answer) => answer.id)).toEqual([5, 7, 8]);
	expect(answers.find((answer) => answer.id === 200)?.error).toMatchObject({ code: -32_600 });
	expect(answers).toHaveLength(11);
});
