// Benchmarks the interactive screen in a pseudo-terminal (script(1)): first frame, a key while the model streams into a long
// transcript, bytes of a frame, an idle screen, memory. Everything is measured on the built program. Nothing is asserted.
// usage: node --conditions=@codex/source bench/tui.ts [--cells N] (default 10,000)

import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createRolloutWriter } from "../packages/core/src/index.ts";
import {
	asTurnId,
	type EventMsg,
	newSessionId,
	type RolloutPayload,
	rolloutFormat,
} from "../packages/protocol/src/index.ts";

const bin = path.join(path.dirname(fileURLToPath(import.meta.url)), "../apps/cli/bin/code.js");
const wanted = Number(process.argv[process.argv.indexOf("--cells") + 1] || 0) || 10_000;
const work = mkdtempSync(path.join(tmpdir(), "code-bench-tui-"));
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const percentile = (values: readonly number[], share: number): number =>
	values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ??
	Number.NaN;

// A model that sends 1,000 deltas a second, in pieces of 10 each 10 ms, until it is left alone.
const server = createServer((request, response) => {
	request.resume();
	request.on("end", () => {
		const sse = (event: { type: string } & Record<string, unknown>): string =>
			`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
		response.writeHead(200, { "content-type": "text/event-stream" });
		response.write(sse({ type: "response.created", response: { id: "r1", status: "in_progress", output: [] } }));
		let sent = 0;
		const started = performance.now();
		const timer = setInterval(() => {
			const due = Math.floor(performance.now() - started);
			const deltas = Array.from({ length: Math.min(100, due - sent) }, (_, at) =>
				sse({
					type: "response.output_text.delta",
					item_id: "m1",
					output_index: 0,
					content_index: 0,
					delta: (sent + at) % 12 === 11 ? "word.\n\n" : "word ",
				}),
			);
			sent += deltas.length;
			response.write(deltas.join(""));
		}, 10);
		response.on("close", () => clearInterval(timer));
	});
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
if (address === null || typeof address === "string") throw new Error("the model has no port");
const { port } = address;

interface Screen {
	readonly child: ChildProcessWithoutNullStreams;
	readonly startedAt: number;
	/** Bytes so far, and the last of them as text. */
	bytes: number;
	tail: string;
	/** All that was written, when it is kept. */
	all: string;
	seen(text: string, limitMs?: number): Promise<number>;
	pid(): number;
	end(): Promise<void>;
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function start(home: string, args: readonly string[]): Screen {
	const command = `stty cols 120 rows 40; exec ${[process.execPath, bin, ...args].map(quoted).join(" ")}`;
	const startedAt = performance.now();
	const child = spawn("script", ["-qfec", command, "/dev/null"], {
		cwd: work,
		env: {
			PATH: process.env.PATH,
			HOME: work,
			CODE_HOME: home,
			OPENAI_API_KEY: "bench",
			OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
			TERM: "xterm-256color",
			COLORTERM: "truecolor",
		},
	});
	// It may be gone before the last key.
	child.stdin.on("error", () => undefined);
	const waiting: { readonly text: string; readonly resolve: (ms: number) => void }[] = [];
	const screen: Screen = {
		child,
		startedAt,
		bytes: 0,
		tail: "",
		all: "",
		seen: (text, limitMs = 20_000) =>
			new Promise((resolve, reject) => {
				if (screen.tail.includes(text)) return resolve(performance.now());
				waiting.push({ text, resolve });
				setTimeout(
					() =>
						reject(
							new Error(`never saw ${JSON.stringify(text)}; the end was ${JSON.stringify(screen.tail.slice(-400))}`),
						),
					limitMs,
				).unref();
			}),
		pid: () => {
			const parent =
				execFileSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" })
					.trim()
					.split("\n")[0] ?? "";
			return Number(parent);
		},
		end: async () => {
			const ended = new Promise((resolve) => child.once("close", resolve));
			child.stdin.write("\x03");
			await sleep(150);
			child.stdin.write("\x03");
			await sleep(150);
			child.stdin.write("\x03");
			await Promise.race([ended, sleep(5000)]);
			child.kill("SIGKILL");
		},
	};
	child.stdout.on("data", (data: Buffer) => {
		const now = performance.now();
		const text = data.toString("utf8");
		screen.bytes += data.length;
		screen.all += text;
		screen.tail = (screen.tail + text).slice(-20_000);
		for (const waiter of waiting.splice(0)) {
			if (screen.tail.includes(waiter.text)) waiter.resolve(now);
			else waiting.push(waiter);
		}
	});
	return screen;
}

/** Milliseconds of processor time that a process used so far. */
function cpuMs(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
		.replace(/^.*\) /, "")
		.split(" ");
	return (Number(fields[11]) + Number(fields[12])) * 10;
}

const rssMb = (pid: number): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

async function makeSession(home: string): Promise<string> {
	const id = newSessionId();
	const meta = {
		id,
		timestamp: new Date().toISOString(),
		cwd: work,
		originator: "code_cli",
		cli_version: "0.0.0",
		source: "cli" as const,
		model_provider: "openai",
		instructions: null,
		format: rolloutFormat,
	};
	const writer = createRolloutWriter({
		dir: path.join(home, "sessions"),
		meta,
		clock: { nowMs: () => Date.now() },
		redact: (payload) => payload,
		onProblem: (message) => console.error(message),
	});
	writer.append([{ type: "session_meta", payload: meta }]);
	const turns = wanted / 2;
	for (let turn = 0; turn < turns; turn += 1) {
		const turnId = asTurnId(`turn-${turn}`);
		const events: readonly EventMsg[] = [
			{ type: "turn_started", turnId },
			{ type: "user_message", turnId, items: [{ type: "text", text: `question ${turn}` }], steering: false },
			{
				type: "agent_message",
				message: `Answer **${turn}** with \`code\`:\n\n- one\n- two\n\nand a paragraph that is long enough to be wrapped at the width of the window, once or twice.`,
			},
			{ type: "turn_completed", turnId, lastAgentMessage: "ok" },
		];
		writer.append(events.map((payload): RolloutPayload => ({ type: "event_msg", payload })));
		writer.append([
			{
				type: "response_item",
				payload: { type: "message", role: "user", content: [{ type: "input_text", text: `q ${turn}` }] },
			},
		]);
	}
	await writer.close();
	return id;
}

const show = (name: string, value: string): void => console.log(`${name.padEnd(58)} ${value}`);

try {
	const home = path.join(work, "home");
	mkdirSync(home, { recursive: true });
	const ready = "Ask for anything";
	const firsts: number[] = [];
	for (let run = 0; run < 6; run += 1) {
		const screen = start(home, []);
		firsts.push((await screen.seen(ready)) - screen.startedAt);
		await screen.end();
	}
	const [cold = Number.NaN, ...warm] = firsts;
	show("first frame, no cache of compiled code", `${cold.toFixed(0)} ms (target 400)`);
	show("first frame, later starts, median", `${percentile(warm, 0.5).toFixed(0)} ms`);

	const idle = start(home, []);
	await idle.seen("asks on-request");
	await sleep(1500);
	idle.child.stdin.write("a");
	await sleep(300);
	const before = idle.bytes;
	idle.child.stdin.write("b");
	await sleep(300);
	show("bytes of one typed key", `${idle.bytes - before} (target: 200 besides the cells)`);
	const [idleBytes, idleCpu] = [idle.bytes, cpuMs(idle.pid())];
	await sleep(10_000);
	show("bytes of 10 s idle", String(idle.bytes - idleBytes));
	show("processor in 10 s idle", `${((cpuMs(idle.pid()) - idleCpu) / 100).toFixed(2)} % (target 1)`);
	await idle.end();

	const id = await makeSession(home);
	const long = start(home, ["resume", id]);
	const opened = await long.seen(`question ${wanted / 2 - 1}`, 60_000);
	show(
		`${wanted.toLocaleString("en")} cells: from the start to the last of them`,
		`${(opened - long.startedAt).toFixed(0)} ms`,
	);
	await sleep(2000);
	show("… memory (RSS)", `${rssMb(long.pid()).toFixed(0)} MB`);
	long.child.stdin.write("stream\r");
	await long.seen("word", 20_000);
	await sleep(1000);
	long.all = "";
	const [streamCpu, streamStart, streamBytes] = [cpuMs(long.pid()), performance.now(), long.bytes];
	const times: number[] = [];
	// Letters of which no word of the screen is made, each shown behind the one before it.
	for (let key = 0; key < 100; key += 1) {
		const letter = "QZXJKVBYGF".charAt(key % 10);
		long.tail = "";
		const pressed = performance.now();
		long.child.stdin.write(letter);
		times.push((await long.seen(letter)) - pressed);
		await sleep(50 + Math.random() * 50);
	}
	const seconds = (performance.now() - streamStart) / 1000;
	const frames = long.all.split("\x1b[?2026h").length - 1;
	show("key to paint at 1,000 deltas/s, p50", `${percentile(times, 0.5).toFixed(1)} ms`);
	show("… p95", `${percentile(times, 0.95).toFixed(1)} ms (target 16)`);
	show(
		"… frames a second, bytes a frame",
		`${(frames / seconds).toFixed(1)}, ${((long.bytes - streamBytes) / frames).toFixed(0)}`,
	);
	show("… processor", `${((cpuMs(long.pid()) - streamCpu) / seconds / 10).toFixed(0)} %`);
	show("… full clears", String(long.all.split("\x1b[2J").length - 1));
	show("… memory (RSS) after it", `${rssMb(long.pid()).toFixed(0)} MB`);
	await long.end();
} finally {
	server.closeAllConnections();
	server.close();
	rmSync(work, { recursive: true, force: true });
}
process.exit(0);
