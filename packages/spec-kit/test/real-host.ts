// A small host on a real disk with real processes, for tests of guardrails: what a user's own host would look like.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defaultSpecKitConfig, type SpecKitConfig } from "../src/config.ts";
import type { CommandOutcome, CommandRequest, SpecKitHost } from "../src/host.ts";
import { createEvidenceStore } from "../src/node/evidence-store.ts";
import { createJournalStore } from "../src/node/journal-store.ts";
import { createPacketFiles } from "../src/node/packet-files.ts";

/** A folder that is removed with `dispose`. */
export function temporaryFolder(): { readonly root: string; readonly dispose: () => void } {
	const root = mkdtempSync(join(tmpdir(), "spec-kit-"));
	return { root, dispose: () => rmSync(root, { recursive: true, force: true }) };
}

/** Writes files below `root`. */
export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
	for (const [path, text] of Object.entries(files)) {
		await mkdir(dirname(join(root, path)), { recursive: true });
		await writeFile(join(root, path), text);
	}
}

/** Runs a command to its end; kills it on abort and on timeout. */
function runCommand(root: string, request: CommandRequest, signal: AbortSignal): Promise<CommandOutcome> {
	const startedAt = performance.now();
	return new Promise((resolve) => {
		const [command, args] =
			typeof request.command === "string"
				? ["bash", ["-c", request.command]]
				: [request.command[0] ?? "", request.command.slice(1)];
		const child = spawn(command, args, {
			cwd: root,
			env: { PATH: process.env["PATH"] ?? "", HOME: root, GIT_CONFIG_NOSYSTEM: "1", ...request.environment },
			stdio: ["ignore", "pipe", "pipe"],
		});
		let stdout = "";
		let stderr = "";
		let failure: CommandOutcome["failure"];
		const stop = (reason: "timed_out" | "cancelled"): void => {
			failure ??= reason;
			child.kill("SIGKILL");
		};
		const timer = setTimeout(() => stop("timed_out"), request.timeoutMs);
		const onAbort = (): void => stop("cancelled");
		signal.addEventListener("abort", onAbort);
		if (signal.aborted) onAbort();
		child.stdout.on("data", (data) => (stdout += String(data)));
		child.stderr.on("data", (data) => (stderr += String(data)));
		child.on("error", () => (failure ??= "not_found"));
		child.on("close", (code) => {
			clearTimeout(timer);
			signal.removeEventListener("abort", onAbort);
			const exitCode = failure === undefined ? code : null;
			const durationMs = Math.round(performance.now() - startedAt);
			resolve({ exitCode, stdout, stderr, durationMs, ...(failure === undefined ? {} : { failure }) });
		});
	});
}

/** Runs git for a test's set-up. */
export async function git(root: string, ...args: readonly string[]): Promise<string> {
	const identity = {
		GIT_AUTHOR_NAME: "t",
		GIT_AUTHOR_EMAIL: "t@t",
		GIT_COMMITTER_NAME: "t",
		GIT_COMMITTER_EMAIL: "t@t",
	};
	const outcome = await runCommand(
		root,
		{ id: "git", command: ["git", ...args], purpose: "git", timeoutMs: 20_000, environment: identity },
		new AbortController().signal,
	);
	if (outcome.exitCode !== 0) throw new Error(`git ${args.join(" ")}: ${outcome.stderr}`);
	return outcome.stdout;
}

/** A host for a repository. `commands` collects what was run. */
export function createRealHost(
	root: string,
	config: Partial<SpecKitConfig> = {},
): SpecKitHost & { readonly commands: CommandRequest[] } {
	const all: SpecKitConfig = { ...defaultSpecKitConfig, ...config };
	let clock = Date.UTC(2026, 0, 15, 12);
	let ids = 0;
	const nowMs = (): number => {
		clock += 1;
		return clock;
	};
	const commands: CommandRequest[] = [];
	return {
		commands,
		config: all,
		runAgent: () =>
			Promise.resolve({
				kind: "missing",
				reason: "no agents",
				spend: { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 },
			}),
		runCommand: (request, signal) => {
			commands.push(request);
			return runCommand(root, request, signal);
		},
		memory: { search: () => Promise.resolve([]), store: () => Promise.resolve() },
		evidence: createEvidenceStore({ root, evidenceDir: all.evidenceDir, nowMs }),
		journal: createJournalStore({ root, evidenceDir: all.evidenceDir }),
		files: createPacketFiles({ root }),
		ask: () => Promise.resolve("nobody"),
		emit: () => undefined,
		nowMs,
		newId: () => {
			ids += 1;
			return `id-${ids}`;
		},
		sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
	};
}
