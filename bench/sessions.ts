// Benchmarks saved sessions: what a session of 5,000 calls takes to resume, in memory and on disk, and what listing and
// searching many cost. Everything is measured on the built program. Nothing is asserted.
// usage: node --conditions=@codex/source bench/sessions.ts [--runs N] (default 5)

import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRolloutWriter } from "../packages/core/src/index.ts";
import {
	asCallId,
	asTurnId,
	newSessionId,
	type RolloutPayload,
	rolloutFormat,
	type SessionMeta,
} from "../packages/protocol/src/index.ts";

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = path.join(here, "../apps/cli/bin/code.js");
const runs = Number(process.argv[process.argv.indexOf("--runs") + 1] || 0) || 5;
const work = mkdtempSync(path.join(tmpdir(), "code-bench-"));
const home = path.join(work, "home");
const sessionsDir = path.join(home, "sessions");
// Bytes that each command prints: what `ls` or a test's summary do.
const outputBytes = 1000;

const median = (values: readonly number[]): number =>
	values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const server = spawn(process.execPath, [path.join(here, "model-server.ts")], { stdio: ["ignore", "pipe", "ignore"] });
process.on("exit", () => server.kill());
const port = await new Promise<number>((resolve) =>
	server.stdout.once("data", (data) => resolve(Number(String(data)))),
);

interface Measured {
	readonly ms: number;
	readonly rssMb: number;
}

function peakRss(pid: number | undefined): number {
	try {
		return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
	} catch {
		// The process is gone: the last reading stands.
		return 0;
	}
}

async function run(...args: readonly string[]): Promise<Measured> {
	const started = performance.now();
	const child = spawn(process.execPath, [bin, ...args], {
		cwd: work,
		env: { ...process.env, HOME: work, CODE_HOME: home, OPENAI_API_KEY: "bench" },
		stdio: ["ignore", "ignore", "pipe"],
	});
	let rssMb = 0;
	const poll = setInterval(() => {
		rssMb = Math.max(rssMb, peakRss(child.pid));
	}, 5);
	let errors = "";
	child.stderr.on("data", (chunk) => (errors += chunk));
	const code = await new Promise((resolve) => child.once("close", resolve));
	clearInterval(poll);
	if (code !== 0) throw new Error(`code ${args.join(" ")} ended with ${String(code)}: ${errors}`);
	return { ms: performance.now() - started, rssMb };
}

function* recordsOf(meta: SessionMeta, calls: number): Generator<RolloutPayload> {
	yield { type: "session_meta", payload: meta };
	for (let at = 0; at < calls; at += 1) {
		const callId = asCallId(`call_${at}`);
		if (at % 50 === 0) {
			yield { type: "event_msg", payload: { type: "turn_started", turnId: asTurnId(`turn_${at}`) } };
			const content = [{ type: "input_text", text: `task ${at}` }] as const;
			yield { type: "response_item", payload: { type: "message", role: "user", content } };
		}
		const script = `npm test -- part-${at}`;
		const command = ["bash", "-c", script];
		const output = `${`line ${at} of what it printed `.repeat(60).slice(0, outputBytes)}\n`;
		const args = JSON.stringify({ command });
		yield {
			type: "response_item",
			payload: { type: "function_call", call_id: callId, name: "shell", arguments: args },
		};
		yield { type: "event_msg", payload: { type: "exec_command_begin", callId, command, display: script, cwd: work } };
		const outcome = { status: "exited", exitCode: 0 } as const;
		yield {
			type: "event_msg",
			payload: { type: "exec_command_end", callId, outcome, aggregatedOutput: output, durationMs: 10 },
		};
		yield { type: "response_item", payload: { type: "function_call_output", call_id: callId, output } };
	}
}

async function makeSession(calls: number, startedMs: number): Promise<{ readonly id: string; readonly file: string }> {
	const meta: SessionMeta = {
		id: newSessionId(),
		timestamp: new Date(startedMs).toISOString(),
		cwd: work,
		originator: "bench",
		cli_version: "0",
		source: "exec",
		model_provider: "openai",
		instructions: null,
		format: rolloutFormat,
	};
	const writer = createRolloutWriter({
		dir: sessionsDir,
		meta,
		clock: { nowMs: () => startedMs },
		redact: (payload) => payload,
		onProblem: (message) => {
			throw new Error(message);
		},
	});
	let batch: RolloutPayload[] = [];
	for (const record of recordsOf(meta, calls)) {
		batch.push(record);
		if (batch.length < 1000) continue;
		writer.append(batch);
		batch = [];
		await writer.flush();
	}
	writer.append(batch);
	await writer.close();
	return { id: meta.id, file: writer.path ?? "" };
}

const url = `http://127.0.0.1:${port}/text/v1`;
const model = ["--skip-git-repo-check", "-m", "gpt-5", "-c", `openai_base_url="${url}"`];

async function repeat(measure: () => Promise<Measured>): Promise<Measured> {
	const all: Measured[] = [];
	await measure();
	for (let at = 0; at < runs; at += 1) all.push(await measure());
	return { ms: median(all.map(({ ms }) => ms)), rssMb: median(all.map(({ rssMb }) => rssMb)) };
}

const show = (what: string, { ms, rssMb }: Measured, more = ""): void =>
	console.log(`${what.padEnd(44)} ${ms.toFixed(0).padStart(6)} ms  ${rssMb.toFixed(0).padStart(5)} MB  ${more}`);

try {
	show("exec, a new session", await repeat(() => run("exec", ...model, "go")));
	for (const calls of [100, 1000, 5000]) {
		const { id, file } = await makeSession(calls, Date.now());
		const bytes = statSync(file).size;
		const whole = `${file}.whole`;
		copyFileSync(file, whole);
		const result = await repeat(async () => {
			// Each resume adds a turn: begin with the same file each time.
			copyFileSync(whole, file);
			return await run("exec", "resume", ...model, id, "go");
		});
		rmSync(whole);
		const growth = `${(bytes / 1024 / 1024).toFixed(2)} MiB, ${(bytes / calls).toFixed(0)} bytes a call of ${outputBytes} bytes`;
		show(`resume of ${calls} calls, to the turn's end`, result, growth);
	}
	for (let at = 0; at < 500; at += 1) await makeSession(10, Date.now() - at * 3_600_000);
	show("sessions list, 500 more, first (index made)", await run("sessions", "list", "--json"));
	show("sessions list, again", await repeat(() => run("sessions", "list", "--json")));
	show("sessions search", await repeat(() => run("sessions", "search", "--json", "part", "7")));
	show("sessions reindex", await repeat(() => run("sessions", "reindex")));
} finally {
	server.kill();
	rmSync(work, { recursive: true, force: true });
}
