// Benchmarks `code exec` against the floor: interleaved runs, medians, everything as a ratio. Nothing is asserted.
// usage: pnpm bench [--runs N] (default 9; a JSON report goes to bench/results.json with --save)

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.join(here, "../apps/cli/bin/code.js");
const node = process.execPath;
const runs = Number(process.argv[process.argv.indexOf("--runs") + 1] || 0) || 9;
const work = mkdtempSync(path.join(tmpdir(), "code-bench-"));
const environment = {
	...process.env,
	CODE_HOME: path.join(work, "home"),
	HOME: work,
	OPENAI_API_KEY: "bench",
	ANTHROPIC_API_KEY: "bench",
	GEMINI_API_KEY: "bench",
};

interface Sample {
	ms: number;
	rssMb: number;
	roundMs: number[];
}

const median = (values: readonly number[]): number => {
	const sorted = [...values].sort((left, right) => left - right);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 === 1
		? (sorted[middle] ?? Number.NaN)
		: ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

async function startServer(): Promise<{ port: number; stop: () => void }> {
	const child = spawn(node, [path.join(here, "model-server.ts")], { stdio: ["ignore", "pipe", "ignore"] });
	const port = await new Promise<number>((resolve) =>
		child.stdout.once("data", (data) => resolve(Number(String(data)))),
	);
	process.on("exit", () => child.kill());
	return { port, stop: () => child.kill() };
}

const server = await startServer();
const url = (scenario: string): string => `http://127.0.0.1:${server.port}/${scenario}/v1`;

async function stats(scenario: string): Promise<{ arrivals: number[]; firstBody?: string }> {
	const response = await fetch(`http://127.0.0.1:${server.port}/stats/${scenario}`);
	const body: unknown = await response.json();
	if (typeof body !== "object" || body === null || !("arrivals" in body) || !Array.isArray(body.arrivals)) {
		throw new Error("the model server gave no statistics");
	}
	const firstBody = "firstBody" in body && typeof body.firstBody === "string" ? { firstBody: body.firstBody } : {};
	return { arrivals: body.arrivals.map(Number), ...firstBody };
}

function peakRss(pid: number | undefined): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, "utf8");
		return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
	} catch {
		// The process is gone: the last reading stands.
		return 0;
	}
}

async function measure(argv: string[], scenario: string): Promise<Sample> {
	await stats(scenario);
	const started = performance.now();
	const child = spawn(node, argv, { cwd: work, env: environment, stdio: ["ignore", "pipe", "pipe"] });
	let rssMb = 0;
	const poll = setInterval(() => {
		rssMb = Math.max(rssMb, peakRss(child.pid));
	}, 5);
	let errors = "";
	child.stdout.resume();
	child.stderr.on("data", (chunk) => (errors += chunk));
	const code = await new Promise((resolve) => child.once("close", resolve));
	const ms = performance.now() - started;
	clearInterval(poll);
	if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${String(code)}: ${errors}`);
	const { arrivals } = await stats(scenario);
	return { ms, rssMb, roundMs: arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? at)) };
}

/** One other wire than Responses: what a user sets for it, and where its requests go. */
interface OtherWire {
	name: string;
	model: string;
	overrides: (base: string) => string[];
	path: string;
}

const otherWires: readonly OtherWire[] = [
	{
		name: "chat",
		model: "gpt-5",
		overrides: (base) => [`openai_base_url="${base}/v1"`, 'model_providers.openai.wire_api="chat"'],
		path: "/v1/chat/completions",
	},
	{
		name: "anthropic",
		model: "claude-sonnet-4-5",
		overrides: (base) => [`model_providers.anthropic.base_url="${base}"`],
		path: "/v1/messages",
	},
	{
		name: "gemini",
		model: "gemini-2.5-pro",
		overrides: (base) => [`model_providers.gemini.base_url="${base}"`],
		path: "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
	},
	{
		name: "ollama",
		model: "gpt-oss:20b",
		overrides: (base) => [`model_providers.ollama.base_url="${base}"`],
		path: "/api/chat",
	},
];

const execArgs = (model: string, overrides: string[]): string[] => [
	bin,
	"exec",
	"--json",
	"--skip-git-repo-check",
	"--dangerously-bypass-approvals-and-sandbox",
	"-m",
	model,
	...overrides.flatMap((override) => ["-c", override]),
	"go",
];

const ourArgs = (scenario: string): string[] => execArgs("gpt-5", [`openai_base_url="${url(scenario)}"`]);

/** One-shot turns of one other wire, beside a floor that sends the same body to the same address. */
async function compareWire({
	name,
	model,
	overrides,
	path: end,
}: OtherWire): Promise<{ ours: Sample[]; floor: Sample[] }> {
	const scenario = `text-${name}`;
	const base = `http://127.0.0.1:${server.port}/${scenario}`;
	const ours = execArgs(model, overrides(base));
	const first = spawnSync(node, ours, { cwd: work, env: environment, encoding: "utf8" });
	if (first.status !== 0) throw new Error(first.stderr);
	const file = path.join(work, `${scenario}.json`);
	writeFileSync(file, (await stats(scenario)).firstBody ?? "{}");
	const floor = [path.join(here, "floor.ts"), `${base}${end}`, file, "once"];
	const result = { ours: [] as Sample[], floor: [] as Sample[] };
	for (let run = 0; run < runs; run += 1) {
		result.floor.push(await measure(floor, scenario));
		result.ours.push(await measure(ours, scenario));
	}
	return result;
}

async function floorArgs(scenario: string): Promise<string[]> {
	const child = spawnSync(node, ourArgs(scenario), { cwd: work, env: environment, encoding: "utf8" });
	if (child.status !== 0) throw new Error(child.stderr);
	const file = path.join(work, `${scenario}.json`);
	writeFileSync(file, (await stats(scenario)).firstBody ?? "{}");
	return [path.join(here, "floor.ts"), url(scenario), file];
}

async function compare(scenario: string, times: number): Promise<{ ours: Sample[]; floor: Sample[] }> {
	const floorCommand = await floorArgs(scenario);
	const result = { ours: [] as Sample[], floor: [] as Sample[] };
	for (let run = 0; run < times; run += 1) {
		result.floor.push(await measure(floorCommand, scenario));
		result.ours.push(await measure(ourArgs(scenario), scenario));
	}
	return result;
}

const rows: { what: string; ours: number; floor: number; unit: string; target: string }[] = [];
const add = (what: string, ours: number, floor: number, [unit, target]: [string, string]): void => {
	rows.push({ what, ours, floor, unit, target });
};

const starts = { ours: [] as number[], floor: [] as number[] };
for (let run = 0; run < runs * 2 + 1; run += 1) {
	const floorMs = (await measure(["-e", "0"], "none")).ms;
	const ourMs = (await measure([bin, "--version"], "none")).ms;
	// The first of each warms the disk cache and our compile cache.
	if (run > 0) {
		starts.floor.push(floorMs);
		starts.ours.push(ourMs);
	}
}
add("--version / node -e 0", median(starts.ours), median(starts.floor), ["ms", "1.3"]);

const oneShot = await compare("text", runs);
add("one-shot turn", median(oneShot.ours.map((s) => s.ms)), median(oneShot.floor.map((s) => s.ms)), ["ms", "2.2"]);
add("one-shot peak RSS", median(oneShot.ours.map((s) => s.rssMb)), median(oneShot.floor.map((s) => s.rssMb)), [
	"MB",
	"-",
]);

for (const wire of otherWires) {
	const shots = await compareWire(wire);
	const target = wire.name === "anthropic" ? "2.2" : "-";
	add(`one-shot turn, ${wire.name}`, median(shots.ours.map((s) => s.ms)), median(shots.floor.map((s) => s.ms)), [
		"ms",
		target,
	]);
}

const fifty = await compare("rounds-50", Math.max(3, Math.floor(runs / 3)));
const roundMs = (samples: Sample[]): number => median(samples.flatMap((s) => s.roundMs));
add("tool round (true, 50 rounds)", roundMs(fifty.ours), roundMs(fifty.floor), ["ms", "2"]);

const many = await compare("rounds-300", 3);
const slice = (samples: Sample[], from: number, to: number): number =>
	median(samples.flatMap((s) => s.roundMs.slice(from, to)));
add("300 rounds: first 50", slice(many.ours, 0, 50), slice(many.floor, 0, 50), ["ms", "2"]);
add("300 rounds: last 50", slice(many.ours, -50, 300), slice(many.floor, -50, 300), ["ms", "2"]);
add("300 rounds: peak RSS", median(many.ours.map((s) => s.rssMb)), median(many.floor.map((s) => s.rssMb)), ["MB", "-"]);

const deltas = await compare("deltas-200000", 3);
add("200,000 deltas", median(deltas.ours.map((s) => s.ms)), median(deltas.floor.map((s) => s.ms)), ["ms", "2.5"]);
add("200,000 deltas peak RSS", median(deltas.ours.map((s) => s.rssMb)), median(deltas.floor.map((s) => s.rssMb)), [
	"MB",
	"-",
]);

process.stdout.write(
	`${"what".padEnd(32)}${"ours".padStart(10)}${"floor".padStart(10)}  unit ${"ratio".padStart(7)} target\n`,
);
for (const row of rows) {
	const ratio = (row.ours / row.floor).toFixed(2);
	process.stdout.write(
		`${row.what.padEnd(32)}${row.ours.toFixed(1).padStart(10)}${row.floor.toFixed(1).padStart(10)}  ${row.unit.padEnd(4)} ${ratio.padStart(7)} ${row.target}\n`,
	);
}
if (process.argv.includes("--save"))
	writeFileSync(path.join(here, "results.json"), `${JSON.stringify(rows, null, "\t")}\n`);
server.stop();
rmSync(work, { recursive: true, force: true });
