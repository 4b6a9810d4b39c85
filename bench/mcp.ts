// Benchmarks calls of MCP tools through our pool against the bare SDK client on the same server, interleaved. Nothing is
// asserted; the target is a ratio of at most 1.15.
// usage: node --conditions=@codex/source bench/mcp.ts [--calls N] (default 2000)

import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import {
	createMcpPool,
	createNullTrust,
	type McpServerSpec,
	serverEnvironment,
} from "../packages/mcp-client/src/index.ts";
import { createSystemClock } from "../packages/resilience/src/index.ts";

const require = createRequire(new URL("../packages/mcp-client/package.json", import.meta.url));
const manifest = require.resolve("@modelcontextprotocol/server-everything/package.json");
const args = [path.join(path.dirname(manifest), "dist/index.js")];
const calls = Number(process.argv[process.argv.indexOf("--calls") + 1] || 0) || 2000;
const connects = 5;
const never = new AbortController().signal;
const env = serverEnvironment(process.env, { inherit: [], set: {} });

interface Caller {
	call(message: string): Promise<unknown>;
	close(): Promise<void>;
}

async function ours(): Promise<Caller> {
	const pool = createMcpPool({
		version: "1.0.0",
		clock: createSystemClock(),
		redact: (text) => text,
		log: () => undefined,
		trust: createNullTrust(),
		known: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
		authFor: () => Promise.resolve(undefined),
	});
	const spec: McpServerSpec = {
		name: "s",
		target: { kind: "stdio", command: process.execPath, args, env, ownEnv: {}, cwd: tmpdir() },
		origin: "user",
		startupTimeoutMs: 30_000,
		toolTimeoutMs: 30_000,
		required: true,
		disabledTools: [],
		approval: "auto",
		toolApproval: {},
		parallel: false,
	};
	const view = await pool.open({ servers: [spec], root: "file:///", onNotice: (notice) => console.error(notice) });
	await view.missing(never);
	return {
		call: (message) => view.call({ name: "s__echo", args: { message } }, never),
		close: () => pool.close(),
	};
}

async function bare(): Promise<Caller> {
	const { Client } = await import(require.resolve("@modelcontextprotocol/sdk/client/index.js"));
	const { StdioClientTransport } = await import(require.resolve("@modelcontextprotocol/sdk/client/stdio.js"));
	const client = new Client({ name: "bench", version: "1" }, { capabilities: { elicitation: {}, roots: {} } });
	await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: "ignore" }));
	await client.listTools();
	return {
		call: (message) => client.callTool({ name: "echo", arguments: { message } }),
		close: () => client.close(),
	};
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], share: number): number =>
	sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
	const start = performance.now();
	const result = await work();
	return { ms: performance.now() - start, result };
}

const kinds = { ours, bare } as const;
const connectMs = { ours: [] as number[], bare: [] as number[] };
for (let run = 0; run < connects; run += 1) {
	for (const kind of ["bare", "ours"] as const) {
		const { ms, result } = await timed(kinds[kind]);
		connectMs[kind].push(ms);
		await result.close();
	}
}
const callers = { ours: await ours(), bare: await bare() };
const callMs = { ours: [] as number[], bare: [] as number[] };
for (let run = -100; run < calls; run += 1) {
	for (const kind of run % 2 === 0 ? (["bare", "ours"] as const) : (["ours", "bare"] as const)) {
		const { ms } = await timed(() => callers[kind].call(`message ${run}`));
		// The first hundred warm both up.
		if (run >= 0) callMs[kind].push(ms);
	}
}
await Promise.all([callers.ours.close(), callers.bare.close()]);

const row = (name: string, values: typeof callMs, share: number): void => {
	const [left, right] = [quantile(values.ours, share), quantile(values.bare, share)];
	console.log(
		`${name.padEnd(16)} ours ${left.toFixed(3)} ms   bare SDK ${right.toFixed(3)} ms   ratio ${(left / right).toFixed(2)}`,
	);
};
row("connect, median", connectMs, 0.5);
row("call, p50", callMs, 0.5);
row("call, p95", callMs, 0.95);
