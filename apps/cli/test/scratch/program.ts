// Runs the built program the way a user does: `node bin/code.js`, in a home and a folder of its own, against a scripted
// model. The bundle is built once when it is older than the sources.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { createModelServer, createTempDir, createTempHome, type ModelServer, type ScriptEntry, writeTree } from "@codex/test-support";
import { onTestFinished } from "vitest";

const root = path.resolve(import.meta.dirname, "../../../..");
export const entry = path.join(root, "apps/cli/bin/code.js");
const bundle = path.join(root, "apps/cli/dist/main.js");
const lock = path.join(root, "apps/cli/dist.lock");

function newestSource(): number {
	let newest = 0;
	for (const folder of ["packages", "apps"]) {
		for (const name of readdirSync(path.join(root, folder))) {
			const src = path.join(root, folder, name, "src");
			if (statSync(src, { throwIfNoEntry: false }) === undefined) continue;
			for (const file of readdirSync(src, { recursive: true, encoding: "utf8" })) {
				newest = Math.max(newest, statSync(path.join(src, file)).mtimeMs);
			}
		}
	}
	return newest;
}

const isFresh = (): boolean => (statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newestSource();

/** Builds the bundle unless it is newer than every source. One worker builds, the others wait. */
export async function ensureBundle(): Promise<void> {
	const deadline = performance.now() + 60_000;
	while (!isFresh()) {
		try {
			mkdirSync(lock);
		} catch {
			// Another worker builds. A lock that is left over from a killed run is broken in the end.
			if (performance.now() > deadline) rmdirSync(lock);
			await new Promise((resolve) => setTimeout(resolve, 50));
			continue;
		}
		try {
			await promisify(execFile)(process.execPath, [path.join(root, "scripts/build-cli.ts")], { cwd: root });
		} finally {
			rmdirSync(lock);
		}
	}
}

/** What a finished program left. */
export interface Finished {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
	/** stdout as JSON lines. */
	readonly lines: readonly Record<string, unknown>[];
}

export interface World {
	readonly cwd: string;
	readonly home: string;
	readonly codeHome: string;
	readonly server: ModelServer;
	/** The environment of the program. */
	readonly env: Readonly<Record<string, string>>;
	/** Starts the program; stdin is /dev/null unless told otherwise. */
	spawn(args: readonly string[], options?: RunOptions): ChildProcess;
	/** Runs it to its end. */
	run(args: readonly string[], options?: RunOptions): Promise<Finished>;
	/** Flags of a run that may write and run commands, against the scripted model. */
	readonly exec: readonly string[];
}

export interface RunOptions {
	/** Text for stdin, or what stdin is. */
	readonly stdin?: string | "ignore" | "pipe" | number;
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
}

export interface WorldOptions {
	readonly script?: readonly ScriptEntry[];
	readonly files?: Readonly<Record<string, string | Uint8Array>>;
	readonly homeFiles?: Readonly<Record<string, string>>;
	/** Default true. */
	readonly repository?: boolean;
}

/** Collects what a program writes until it ends. */
export async function finish(child: ChildProcess): Promise<Finished> {
	let stdout = "";
	let stderr = "";
	child.stdout?.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
		child.once("close", (exitCode, killedBy) => resolve([exitCode, killedBy]));
	});
	return {
		code,
		signal,
		stdout,
		stderr,
		get lines() {
			return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
		},
	};
}

/** Makes the world of one test. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
	const [home, folder, server] = await Promise.all([
		createTempHome(),
		createTempDir("code-e2e-"),
		createModelServer({ script: options.script ?? [] }),
		ensureBundle(),
	]);
	const children: ChildProcess[] = [];
	onTestFinished(async () => {
		for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
		await server.close();
		await Promise.all([home.dispose(), folder.dispose()]);
	});
	if (options.repository !== false) await writeTree(folder.path, { ".git/HEAD": "ref: refs/heads/main\n" });
	await writeTree(folder.path, options.files ?? {});
	await writeTree(home.codeHome, options.homeFiles ?? {});
	const env = { ...home.env, OPENAI_API_KEY: "sk-e2e-0123456789abcdef", OPENAI_BASE_URL: server.baseUrl };
	const start: World["spawn"] = (args, run = {}) => {
		const stdin = run.stdin ?? "ignore";
		const isText = typeof stdin === "string" && stdin !== "ignore" && stdin !== "pipe";
		const child = spawn(process.execPath, [entry, ...args], {
			cwd: run.cwd ?? folder.path,
			env: { ...env, ...run.env },
			stdio: [isText ? "pipe" : stdin, "pipe", "pipe"],
		});
		children.push(child);
		if (isText) child.stdin?.end(stdin);
		return child;
	};
	return {
		cwd: folder.path,
		home: home.path,
		codeHome: home.codeHome,
		server,
		env,
		exec: ["exec", "-s", "workspace-write", "-a", "never"],
		spawn: start,
		run: (args, run) => finish(start(args, run)),
	};
}

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		// No such process.
		return false;
	}
}

/** Waits until `check` says yes; fails after 10 s. */
export async function until(check: () => boolean): Promise<void> {
	const deadline = performance.now() + 10_000;
	while (!check()) {
		if (performance.now() > deadline) throw new Error("it never came to pass");
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
