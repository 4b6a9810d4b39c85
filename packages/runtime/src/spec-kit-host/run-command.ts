// Commands of guardrails and hooks, in the sandbox: they may write in the repository and nowhere else, and reach the
// network only where the user's settings say so, or where they are smoke checks of the user's own address.

import path from "node:path";
import type { LoadedConfig } from "@codex/config";
import { childEnvironment, resolveSandboxPolicy } from "@codex/config";
import { createDirectRunner } from "@codex/core";
import type { SandboxPolicy } from "@codex/protocol";
import type { CommandOutcome, CommandRequest } from "@codex/spec-kit";
import type { RuntimeContext } from "../runtime-context.ts";
import { protectedFiles } from "../sandbox/protected-files.ts";
import { createSandboxedRunner, type SandboxedRunner } from "../sandbox/sandboxed-runner.ts";

// As much of an output as evidence is worth; the middle of a longer one is left out.
const maxOutputBytes = 1024 * 1024;

/** Runs commands until it is closed. */
export interface HostCommands {
	/** Never rejects. */
	run(request: CommandRequest, signal: AbortSignal): Promise<CommandOutcome>;
	close(): Promise<void>;
}

function writable(loaded: LoadedConfig, network: boolean): SandboxPolicy {
	const policy = resolveSandboxPolicy(loaded.config, []);
	if (policy.mode === "danger-full-access") return policy;
	const { exclude_slash_tmp, exclude_tmpdir_env_var, network_access } = loaded.config.sandbox_workspace_write;
	return {
		mode: "workspace-write",
		writable_roots: [],
		network_access: network || network_access,
		exclude_slash_tmp,
		exclude_tmpdir_env_var,
	};
}

/** Makes the runner for the repository at `root`. */
export function createHostCommands(context: RuntimeContext, loaded: LoadedConfig, root: string): HostCommands {
	const { environment, paths, clock } = context;
	const runners = new Map<boolean, SandboxedRunner>();
	const runnerFor = (network: boolean): SandboxedRunner => {
		const made =
			runners.get(network) ??
			createSandboxedRunner(createDirectRunner(clock), {
				policy: writable(loaded, network),
				cwd: root,
				home: environment.homedir,
				cacheRoot: path.join(paths.cacheDir, "sandbox"),
				protectedPaths: protectedFiles(paths),
				gitWrites: loaded.config.sandbox_workspace_write.allow_git_writes,
				deniedReads: loaded.config.sandbox_denied_reads,
			});
		runners.set(network, made);
		return made;
	};
	const baseEnvironment = childEnvironment(loaded.config, environment);
	return {
		run: async ({ command, purpose, timeoutMs, environment: own }, signal) => {
			let [stdout, stderr] = ["", ""];
			const argv = typeof command === "string" ? ["bash", "-c", command] : command;
			const isConfined = loaded.config.sandbox_mode !== "danger-full-access";
			const result = await runnerFor(purpose === "http").run(
				{ argv, cwd: root, env: { ...baseEnvironment, ...own }, timeoutMs, confined: isConfined, maxOutputBytes },
				signal,
				(stream, chunk) => {
					if (stream === "stdout") stdout = (stdout + chunk).slice(-maxOutputBytes);
					else stderr = (stderr + chunk).slice(-maxOutputBytes);
				},
			);
			const { outcome, durationMs, denial } = result;
			const said = { stdout, stderr: denial === undefined ? stderr : `${stderr}\n${denial}\n`, durationMs };
			switch (outcome.status) {
				case "exited":
				case "signalled":
					return { exitCode: outcome.exitCode, ...said };
				case "timed_out":
					return { exitCode: null, failure: "timed_out", ...said };
				case "aborted":
					return { exitCode: null, failure: "cancelled", ...said };
				case "spawn_failed": {
					const failure = /not found|ENOENT/.test(outcome.message) ? "not_found" : "refused";
					return { exitCode: null, failure, ...said, stderr: `${said.stderr}${outcome.message}\n` };
				}
			}
		},
		close: async () => {
			await Promise.all([...runners.values()].map((runner) => runner.close()));
		},
	};
}
