// Proves on this machine, by trying, what is and is not enforced. Runs one script inside the sandbox and once outside as a
// control, in two scratch folders, against a server and a process of our own. What it changes, it changes there.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { readRefusal } from "../denial/refusal-line.ts";
import type { SandboxPlan } from "../plan/plan.ts";
import { planSandbox } from "../plan/plan-sandbox.ts";
import { type ProbeRequest, probeSandbox, type SandboxProbe } from "../probe/probe.ts";
import type { Gap } from "../run/mechanism.ts";
import { confineCommand } from "../run/prepare-command.ts";
import { type Attempt, checkAttempts, checkScript } from "./attempts.ts";

/** One line of the table. */
export interface CheckRow extends Attempt {
	/** What happened inside the sandbox. */
	readonly outcome: "allowed" | "denied";
	/** The error's code, or what was there instead. */
	readonly detail: string;
	/**
	 * Whether the same thing succeeded outside. Without it a denial proves nothing, and the row is `unproven` (this
	 * machine has no IPv6, say).
	 */
	readonly control: "succeeded" | "failed";
	readonly verdict: "enforced" | "works" | "NOT ENFORCED" | "BROKEN" | "unproven";
}

/** The proof. */
export interface CheckReport {
	readonly probe: SandboxProbe;
	/** Empty when nothing can be confined. */
	readonly rows: readonly CheckRow[];
	readonly gaps: readonly Gap[];
	/** Every row is `enforced`, `works` or `unproven`, and there is a mechanism. */
	readonly ok: boolean;
	/** Why there are no rows, one sentence. */
	readonly problem?: string;
}

/** What the check needs. */
export interface CheckRequest extends ProbeRequest {
	/** An existing folder, absolute, in which two scratch folders are made and removed. */
	readonly scratch: string;
	/** Node, absolute: `process.execPath`. */
	readonly node: string;
	/** `PATH` for the script. */
	readonly path: string;
}

const runTimeoutMs = 60_000;

interface Place {
	readonly inside: string;
	readonly outside: string;
}

async function makePlace(base: string): Promise<Place> {
	const inside = join(base, "inside");
	const outside = join(base, "outside");
	await mkdir(join(inside, ".git/hooks"), { recursive: true });
	for (const folder of ["objects", "refs"]) await mkdir(join(inside, ".git", folder));
	await writeFile(join(inside, ".git/HEAD"), "ref: refs/heads/main\n");
	await writeFile(join(inside, ".git/config"), "[core]\n\tbare = false\n");
	await writeFile(join(inside, "secret.env"), "TOKEN=1\n");
	await mkdir(outside);
	await writeFile(join(outside, "precious"), "precious\n");
	return { inside, outside };
}

async function listen(server: Server, where: { host: string; port: number } | string): Promise<boolean> {
	return await new Promise((resolve) => {
		server.once("error", () => resolve(false));
		if (typeof where === "string") server.listen(where, () => resolve(true));
		else server.listen(where.port, where.host, () => resolve(true));
	});
}

/** A port on both loopback addresses and a socket file. */
async function startServers(socketFiles: readonly string[]): Promise<{ port: number; stop: () => Promise<void> }> {
	const servers: Server[] = [];
	const start = async (where: { host: string; port: number } | string): Promise<Server> => {
		const server = createServer((socket) => socket.on("error", () => {}).end());
		if (await listen(server, where)) servers.push(server);
		return server;
	};
	const address = (await start({ host: "127.0.0.1", port: 0 })).address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	await start({ host: "::1", port });
	for (const file of socketFiles) await start(file);
	const stop = async (): Promise<void> => {
		await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
	};
	return { port, stop };
}

interface RunOutput {
	readonly results: ReadonlyMap<string, string | null>;
	readonly text: string;
}

function runScript(argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Promise<RunOutput> {
	const [file = "", ...args] = argv;
	return new Promise((resolve) => {
		execFile(file, args, { cwd, env, timeout: runTimeoutMs, killSignal: "SIGKILL" }, (_error, stdout, stderr) => {
			const results = new Map<string, string | null>();
			for (const line of stdout.split("\n")) {
				const match = /^\{"id":"(\w+)","error":(null|"(.*)")\}$/.exec(line);
				if (match?.[1] !== undefined) results.set(match[1], match[2] === "null" ? null : (match[3] ?? ""));
			}
			resolve({ results, text: stderr });
		});
	});
}

function toRow(attempt: Attempt, inside: RunOutput, control: RunOutput): CheckRow {
	const error = inside.results.get(attempt.id);
	const outcome = error === null ? "allowed" : "denied";
	const controlled = control.results.get(attempt.id) === null;
	const detail = error === undefined ? "no answer" : (error ?? "");
	const row = { ...attempt, outcome, detail, control: controlled ? "succeeded" : "failed" } as const;
	if (attempt.expected === "allowed") return { ...row, verdict: outcome === "allowed" ? "works" : "BROKEN" };
	if (outcome === "allowed" || error === undefined) return { ...row, verdict: "NOT ENFORCED" };
	return { ...row, verdict: controlled ? "enforced" : "unproven" };
}

function planFor(place: Place): SandboxPlan {
	return planSandbox({
		policy: {
			mode: "workspace-write",
			writable_roots: [],
			network_access: false,
			exclude_tmpdir_env_var: true,
			exclude_slash_tmp: true,
		},
		cwd: place.inside,
		home: "",
		hidden: [{ path: join(place.inside, "secret.env"), glob: "**/*.env" }],
	});
}

async function tryIn(base: string, request: CheckRequest, probe: SandboxProbe): Promise<CheckReport> {
	const confined = await makePlace(join(base, "confined"));
	const free = await makePlace(join(base, "free"));
	const servers = await startServers([confined, free].map(({ outside }) => join(outside, "socket")));
	try {
		const script = (place: Place): readonly string[] => {
			return [request.node, "-e", checkScript, place.inside, place.outside, String(process.pid), String(servers.port)];
		};
		const env = { PATH: request.path };
		const plan = planFor(confined);
		const command = confineCommand({
			plan,
			mechanism: probe.best,
			argv: script(confined),
			env,
			// The point is to show what a weak mechanism does not keep.
			acceptedGaps: ["protected_paths", "denied_reads", "protected_links"],
		});
		if (command.kind === "refused") return { probe, rows: [], gaps: command.gaps, ok: false, problem: command.message };
		const inside = await runScript(command.argv, command.env, confined.inside);
		const { refusal } = readRefusal(inside.text, command.tag);
		if (refusal !== undefined) return { probe, rows: [], gaps: command.gaps, ok: false, problem: refusal.message };
		const control = await runScript(script(free), env, free.inside);
		const rows = checkAttempts.map((attempt) => toRow(attempt, inside, control));
		const ok = rows.every(({ verdict }) => verdict !== "NOT ENFORCED" && verdict !== "BROKEN");
		return { probe, rows, gaps: command.gaps, ok };
	} finally {
		await servers.stop();
	}
}

/**
 * Tries everything in the table.
 *
 * Contract: takes about 1 s; leaves nothing in `scratch`. Rejects only when the scratch folder cannot be used.
 */
export async function checkSandbox(request: CheckRequest): Promise<CheckReport> {
	const probe = await probeSandbox({
		machine: request.machine,
		...(request.helperFile === undefined ? {} : { helperFile: request.helperFile }),
		...(request.bubblewrap === undefined ? {} : { bubblewrap: request.bubblewrap }),
		...(request.only === undefined ? {} : { only: request.only }),
	});
	if (probe.best === undefined)
		return { probe, rows: [], gaps: [], ok: false, problem: probe.missing ?? "no mechanism" };
	const base = await realpath(await mkdtemp(join(request.scratch, "sandbox-check-")));
	try {
		await mkdir(join(base, "confined"));
		await mkdir(join(base, "free"));
		return await tryIn(base, request, probe);
	} finally {
		await rm(base, { recursive: true, force: true, maxRetries: 3 });
	}
}
