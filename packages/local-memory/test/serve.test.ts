import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { createMemoryStore } from "../src/memory-store.ts";

const main = path.join(import.meta.dirname, "../src/main.ts");
const command = process.execPath;
const clients: Client[] = [];
afterEach(async () => {
	for (const client of clients.splice(0)) await client.close();
});

async function tempFile(): Promise<string> {
	const folder = await createTempDir();
	onTestFinished(() => folder.dispose());
	return path.join(folder.path, "memory.db");
}

async function connect(file: string): Promise<Client> {
	const client = new Client({ name: "test", version: "1" });
	clients.push(client);
	await client.connect(new StdioClientTransport({ command, args: [main, "--db", file], stderr: "ignore" }));
	return client;
}

const call = (client: Client, name: string, given: Record<string, unknown> = {}) =>
	client.callTool({ name, arguments: given });

function textOf(result: Awaited<ReturnType<typeof call>>): string {
	const text = JSON.stringify(result["content"]);
	const [first]: { text: string }[] = JSON.parse(text);
	return first?.text ?? "";
}

describe("the tools over stdio", () => {
	test("the consensus calls of the reference get the shapes it reads", async () => {
		const client = await connect(await tempFile());
		const { tools } = await client.listTools();
		expect(tools.map(({ name }) => name)).toEqual([
			"store_memory",
			"search",
			"get_memory",
			"update_memory",
			"delete_memory",
			"stats",
		]);
		const tags = ["spec:SPEC-KIT-065", "stage:spec-plan"];
		const stored = await call(client, "store_memory", {
			content: '{"agent":"x"}',
			domain: "spec-kit",
			tags,
			importance: 8,
		});
		const { id } = JSON.parse(textOf(stored));
		const request = { query: "SPEC-KIT-065 spec-plan", limit: 20, tags, search_type: "hybrid" };
		const found = await call(client, "search", request);
		expect(JSON.parse(textOf(found))).toMatchObject([{ memory: { id, content: '{"agent":"x"}' } }]);
		expect(found["structuredContent"]).toMatchObject({ total: 1, results: [{ memory: { importance: 8 } }] });
		expect(JSON.parse(textOf(await call(client, "update_memory", { id, importance: 3 }))).memory.importance).toBe(3);
		expect(JSON.parse(textOf(await call(client, "get_memory", { id }))).memory.tags).toEqual(tags);
		expect(JSON.parse(textOf(await call(client, "stats")))).toMatchObject({ total: 1, domains: { "spec-kit": 1 } });
		expect(JSON.parse(textOf(await call(client, "delete_memory", { id })))).toEqual({ success: true, id });
		expect(await call(client, "get_memory", { id })).toMatchObject({ isError: true });
	});

	test("hostile arguments are tool errors, and the server goes on", async () => {
		const client = await connect(await tempFile());
		const hostile: readonly [string, Record<string, unknown>][] = [
			["store_memory", {}],
			["store_memory", { content: "x".repeat(1_000_001) }],
			["store_memory", { content: "x", tags: Array.from({ length: 10_000 }, (_, index) => `t${index}`) }],
			["store_memory", { content: "x", importance: 11 }],
			["search", { limit: 1e9 }],
			["search", { query: { $gt: "" } }],
			["update_memory", { id: "nobody", content: "x" }],
			["delete_memory", { id: "nobody" }],
			["no_such_tool", {}],
		];
		for (const [name, given] of hostile) expect(await call(client, name, given)).toMatchObject({ isError: true });
		expect(JSON.parse(textOf(await call(client, "stats"))).total).toBe(0);
	});

	test("a message of 100 MB is refused with its id and does not fill the memory", { timeout: 60_000 }, async () => {
		const client = await connect(await tempFile());
		await expect(call(client, "store_memory", { content: "x".repeat(100_000_000) })).rejects.toThrow(/larger than/);
		expect(JSON.parse(textOf(await call(client, "stats"))).total).toBe(0);
	});

	test("a folder that cannot be written is a tool error", async () => {
		const client = await connect(path.join(main, "memory.db"));
		expect(await call(client, "stats")).toMatchObject({ isError: true, structuredContent: { success: false } });
	});
});

describe("the process", () => {
	test("ends when its input ends, and says its usage without a file", async () => {
		const served = spawn(command, [main, "--db", await tempFile()], { stdio: ["pipe", "ignore", "ignore"] });
		served.stdin.end();
		expect((await once(served, "exit"))[0]).toBe(0);
		const wrong = spawn(command, [main], { stdio: "ignore" });
		expect((await once(wrong, "exit"))[0]).toBe(2);
	});

	test("8 processes write 200 each while others search, and nothing is lost", { timeout: 120_000 }, async () => {
		const file = await tempFile();
		const writers = await Promise.all(Array.from({ length: 8 }, () => connect(file)));
		const reader = await connect(file);
		let isWriting = true;
		const reading = (async (): Promise<number> => {
			let searches = 0;
			for (; isWriting; searches += 1) {
				expect((await call(reader, "search", { query: "writer number" }))["isError"]).toBeUndefined();
			}
			return searches;
		})();
		await Promise.all(
			writers.map(async (client, writer) => {
				for (let index = 0; index < 200; index += 1) {
					const given = { content: `writer ${writer} number ${index}`, tags: [`w${writer}`] };
					expect((await call(client, "store_memory", given))["isError"]).toBeUndefined();
				}
			}),
		);
		isWriting = false;
		expect(await reading).toBeGreaterThan(0);
		const store = createMemoryStore({ file });
		expect(store.stats().total).toBe(1600);
		expect(new Set(store.page(2000).map(({ content }) => content)).size).toBe(1600);
		store.close();
	});
});
