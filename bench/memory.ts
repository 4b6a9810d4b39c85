// Benchmarks the memory over stdio with the MCP client: a cold start to the first answer, and searches among many
// memories. Nothing is asserted. usage: node bench/memory.ts [--count N] [--searches N]; `build` first.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { createMemoryStore } from "@codex/local-memory";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const { values } = parseArgs({ options: { count: { type: "string" }, searches: { type: "string" } } });
const count = Number(values.count ?? 100_000);
const searches = Number(values.searches ?? 300);
const root = path.join(import.meta.dirname, "..");
const home = mkdtempSync(path.join(tmpdir(), "code-bench-memory-"));
const file = path.join(home, "memory.db");
const stages = ["plan", "tasks", "implement", "validate", "audit", "unlock"];
const nouns = ["parser", "cache", "screen", "budget", "branch", "socket", "ledger", "agent", "prompt", "verdict"];

function quantile(samples: readonly number[], share: number): string {
	const sorted = [...samples].sort((left, right) => left - right);
	return `${(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(2)} ms`;
}

function fill(): void {
	const store = createMemoryStore({ file });
	const at = new Date().toISOString();
	for (let start = 0; start < count; start += 10_000) {
		const length = Math.min(10_000, count - start);
		store.addAll(
			Array.from({ length }, (_, offset) => {
				const index = start + offset;
				const [spec, stage] = [`SPEC-KIT-${Math.floor(index / 24)}`, `spec-${stages[index % stages.length]}`];
				const words = Array.from(
					{ length: 40 },
					(_unused, word) => nouns[(index * 7 + word * (index % 11)) % nouns.length],
				);
				const content = JSON.stringify({ agent: "gemini", spec_id: spec, stage, notes: words.join(" ") });
				const tags = [`spec:${spec}`, `stage:${stage}`];
				return { id: `m${index}`, content, tags, domain: "spec-kit", importance: 8, created_at: at, updated_at: at };
			}),
		);
	}
	store.close();
}

async function connect(args: readonly string[]): Promise<Client> {
	const client = new Client({ name: "bench", version: "1" });
	const env = { ...process.env, CODE_HOME: home, HOME: home };
	const plain = Object.fromEntries(
		Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
	);
	await client.connect(
		new StdioClientTransport({ command: process.execPath, args: [...args], env: plain, stderr: "inherit" }),
	);
	return client;
}

function request(index: number): Record<string, unknown> {
	const number = (index * 7919) % Math.max(1, Math.floor(count / 24));
	const [spec, stage] = [`SPEC-KIT-${number}`, `spec-${stages[index % stages.length]}`];
	return { query: `${spec} ${stage}`, limit: 20, tags: [`spec:${spec}`, `stage:${stage}`], search_type: "hybrid" };
}

async function measure(name: string, args: readonly string[]): Promise<void> {
	const cold: number[] = [];
	for (let run = 0; run < 9; run += 1) {
		const begun = performance.now();
		const client = await connect(args);
		await client.callTool({ name: "search", arguments: request(run) });
		cold.push(performance.now() - begun);
		await client.close();
	}
	console.log(`${name}: cold start to first answer p50 ${quantile(cold, 0.5)}, worst ${quantile(cold, 1)}`);
	const client = await connect(args);
	const kinds: readonly [string, (index: number) => Record<string, unknown>][] = [
		["consensus", request],
		["two words", (index) => ({ query: `SPEC-KIT-${index} spec-plan` })],
		["common words", (index) => ({ query: `${nouns[index % 10]} ${nouns[(index + 3) % 10]}` })],
	];
	for (const [kind, make] of kinds) {
		const samples: number[] = [];
		for (let index = 0; index < searches; index += 1) {
			const begun = performance.now();
			const answer = await client.callTool({ name: "search", arguments: make(index) });
			samples.push(performance.now() - begun);
			if (answer["isError"] === true) throw new Error(JSON.stringify(answer));
		}
		console.log(`${name}: ${kind} p50 ${quantile(samples, 0.5)}, p95 ${quantile(samples, 0.95)}`);
	}
	await client.close();
}

try {
	const begun = performance.now();
	fill();
	console.log(`${count} memories stored in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
	const bundle = path.join(root, "apps/cli/bin/code.js");
	if (existsSync(path.join(root, "apps/cli/dist/main.js")))
		await measure("code memory serve", [bundle, "memory", "serve"]);
	await measure("local-memory from source", [path.join(root, "packages/local-memory/src/main.ts"), "--db", file]);
} finally {
	rmSync(home, { recursive: true, force: true });
}
