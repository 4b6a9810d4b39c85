// Runs one command confined on this machine, as the agent would: plan, confine, spawn.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import type { SandboxPolicy } from "@codex/protocol";
import {
	cachePreset,
	confineCommand,
	type Mechanism,
	type PlanRequest,
	planSandbox,
	probeSandbox,
	readRefusal,
} from "../../src/index.ts";

/** Write the workspace, nothing else; no network. */
export const workspaceWrite: Extract<SandboxPolicy, { mode: "workspace-write" }> = {
	mode: "workspace-write",
	writable_roots: [],
	network_access: false,
	exclude_tmpdir_env_var: true,
	exclude_slash_tmp: true,
};

/** The best mechanism of this machine, or only one kind of it. Throws when there is none. */
export async function bestMechanism(kind?: Mechanism["kind"]): Promise<Mechanism> {
	const only = kind === undefined ? {} : { only: [kind] };
	const probe = await probeSandbox({ machine: { platform: process.platform, arch: process.arch }, ...only });
	if (probe.best === undefined) throw new Error(probe.missing ?? "no mechanism");
	return probe.best;
}

/** How it ended. */
export interface Ended {
	readonly code: number | null;
	readonly signal: string | null;
	readonly stdout: string;
	readonly stderr: string;
	readonly refusal: string | undefined;
}

/** What to run. */
export interface Run {
	readonly mechanism: Mechanism;
	readonly cwd: string;
	readonly policy?: SandboxPolicy;
	readonly request?: Partial<PlanRequest>;
	readonly env?: Readonly<Record<string, string>>;
	/** A folder for caches of package managers. */
	readonly caches?: string;
}

/** Runs a shell script confined. */
export function runConfined(script: string, run: Run): Promise<Ended> {
	const { mechanism, cwd, policy = workspaceWrite } = run;
	const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/nonexistent", LANG: "C", ...run.env };
	const network = policy.mode === "workspace-write" && policy.network_access;
	const preset =
		run.caches === undefined ? undefined : cachePreset({ cacheRoot: run.caches, cwd, home: "", env, network });
	for (const folder of preset?.folders ?? []) mkdirSync(folder, { recursive: true, mode: 0o700 });
	const plan = planSandbox({ policy, cwd, home: "", cacheFolders: preset?.folders ?? [], ...run.request });
	const command = confineCommand({
		plan,
		mechanism,
		argv: ["bash", "-c", script],
		env: { ...env, ...preset?.env },
		acceptedGaps: ["protected_paths", "denied_reads", "protected_links"],
	});
	if (command.kind === "refused") throw new Error(command.message);
	const [file = "", ...args] = command.argv;
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, { cwd, env: command.env, stdio: ["ignore", "pipe", "pipe"], detached: true });
		let stdout = "";
		let text = "";
		child.stdout.on("data", (data) => (stdout += String(data)));
		child.stderr.on("data", (data) => (text += String(data)));
		const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
		child.on("error", reject);
		child.on("close", (code, signal) => {
			clearTimeout(timer);
			const { output: stderr, refusal } = readRefusal(text, command.tag);
			resolve({ code, signal, stdout, stderr, refusal: refusal?.message });
		});
	});
}
