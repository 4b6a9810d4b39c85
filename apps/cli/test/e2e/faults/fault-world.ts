// A home, a folder and the program under faults, small enough to be made hundreds of times. The model is shared: it
// answers from what stands in the conversation, so it is the same before and after a crash.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { codeBin, searchPath } from "../run-code.ts";

const preload = fileURLToPath(new URL("preload.ts", import.meta.url));

/** The preload without its types: having Node take them out costs each start of the program 50 ms. */
async function plainPreload(cache: string): Promise<string> {
	const file = path.join(cache, "preload.mjs");
	if (!existsSync(file)) await writeFile(file, stripTypeScriptTypes(readFileSync(preload, "utf8")));
	return file;
}

/** How one run of the program ended. */
export interface FaultRun {
	/** `null` when it was killed. */
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** The points it came by, in order. */
	readonly points: readonly string[];
	/** Whether it stopped at the point it was to stop at. */
	readonly stopped: boolean;
}

/** What goes wrong in a run: it is killed at a point, or operations fail from one on. */
export type Fault = { readonly stopAt: number } | { readonly fail: string } | undefined;

/** One home and one working folder. */
export interface FaultWorld {
	readonly codeHome: string;
	readonly work: string;
	/** `under` is a program, with its arguments, that runs ours. */
	run(args: readonly string[], fault?: Fault, under?: readonly string[]): Promise<FaultRun>;
	/** The session files. */
	sessions(): Promise<readonly string[]>;
	/** The names in the working folder, sorted. */
	names(): readonly string[];
	/** The text of a file of the working folder; `undefined` when there is none. */
	read(name: string): string | undefined;
	dispose(): Promise<void>;
}

/** Makes a world whose program asks the model at `baseUrl`. `cache` is a folder for compiled code, shared by worlds. */
export async function createFaultWorld(baseUrl: string, cache: string): Promise<FaultWorld> {
	const root = await mkdtemp(path.join(os.tmpdir(), "code-fault-"));
	const codeHome = path.join(root, "home");
	const work = path.join(root, "work");
	await mkdir(codeHome, { mode: 0o700 });
	await mkdir(path.join(work, ".git"), { recursive: true });
	await writeFile(path.join(work, "read-me.txt"), "line one\nline two\n");
	await symlink(cache, path.join(codeHome, "cache"));
	const env = {
		HOME: root,
		CODE_HOME: codeHome,
		CODEX_HOME: path.join(root, "none"),
		PATH: searchPath,
		OPENAI_API_KEY: "sk-proj-EndToEndTestKey0123456789abcdef",
		OPENAI_BASE_URL: baseUrl,
		TMPDIR: root,
	};
	const withFaults = { CODE_FAULT_WORK: work, NODE_OPTIONS: `--import=${await plainPreload(cache)}` };
	return {
		codeHome,
		work,
		run: (args, fault, under = []) => {
			const faults = {
				...(fault === undefined ? {} : withFaults),
				...(fault !== undefined && "stopAt" in fault ? { CODE_FAULT_STOP: String(fault.stopAt) } : {}),
				...(fault !== undefined && "fail" in fault ? { CODE_FAULT_FAIL: fault.fail } : {}),
			};
			const [program = process.execPath, ...words] = [...under, process.execPath, codeBin, ...args];
			return collect(
				spawn(program, words, {
					cwd: work,
					env: { ...env, ...faults },
					stdio: ["ignore", "pipe", "pipe", "pipe"],
				}),
			);
		},
		sessions: async () => {
			const files = await readdir(path.join(codeHome, "sessions"), { recursive: true }).catch(() => []);
			return files.filter((name) => name.endsWith(".jsonl")).map((name) => path.join(codeHome, "sessions", name));
		},
		names: () => readdirSync(work).toSorted(),
		read: (name) => {
			const file = path.join(work, name);
			return existsSync(file) ? readFileSync(file, "utf8") : undefined;
		},
		dispose: () => rm(root, { recursive: true, force: true }),
	};
}

/** Reads what the program says and kills it, with SIGKILL and from here, as soon as it has stopped. */
function collect(child: ChildProcess): Promise<FaultRun> {
	const heard = ["", "", ""];
	const take = (at: number) => (chunk: Buffer) => {
		heard[at] += chunk.toString("utf8");
		if (at === 2 && heard[2]?.endsWith("stopped\n")) child.kill("SIGKILL");
	};
	child.stdout?.on("data", take(0));
	child.stderr?.on("data", take(1));
	child.stdio[3]?.on("data", take(2));
	return new Promise((resolve, reject) => {
		child.once("error", reject);
		child.once("close", (exitCode) => {
			const [stdout = "", stderr = "", announced = ""] = heard;
			const lines = announced.split("\n").filter((line) => line !== "");
			const stopped = lines.at(-1) === "stopped";
			const points = lines.filter((line) => line !== "stopped").map((line) => line.replace(/^\d+ /, ""));
			resolve({ exitCode, stdout, stderr, points, stopped });
		});
	});
}
