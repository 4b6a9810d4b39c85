// Runs programs of other vendors as agents: once a task, in the sandbox, in a process group of its own, with a limit of time
// and one of silence. The answer is what it wrote when it has ended; nothing of it is left when a task is over.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { childEnvironment, type LoadedConfig } from "@codex/config";
import { createDirectRunner } from "@codex/core";
import { type BudgetSpend, toError } from "@codex/protocol";
import type { AgentOutcome } from "@codex/spec-kit";
import { findProgram } from "../find-program.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import { protectedFiles } from "../sandbox/protected-files.ts";
import { createSandboxedRunner } from "../sandbox/sandboxed-runner.ts";
import { deeperEnvironment, depthRefusal } from "../session/agent-depth.ts";
import type { AgentTask } from "./agent-task.ts";
import { readCommandOutput } from "./command-output.ts";
import { type CommandSeat, commandNeeds, commandWords, maxPromptArgumentBytes } from "./command-seat.ts";

/** A task whose seat a program fills. */
export interface CommandTask extends Omit<AgentTask, "seat"> {
	readonly seat: CommandSeat;
}

const noSpend: BudgetSpend = { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 };

// Half an hour, the total time that the reference gives an agent.
const mostMs = 1_800_000;
// Programs that answer at their end say nothing before it; ten minutes of silence are still a long time to think.
const mostSilentMs = 600_000;
// A whole answer with room; a flood beyond it is cut in the middle.
const maxOutputBytes = 8 * 1024 * 1024;
const reasonChars = 600;

/** Why a program cannot fill a seat here; `undefined` when it can. */
export function commandRefusal({ environment }: RuntimeContext, seat: CommandSeat): string | undefined {
	const depth = depthRefusal(environment);
	if (depth !== undefined) return depth;
	if (path.isAbsolute(seat.program)) return undefined;
	if (seat.program.includes("/")) return `the program \`${seat.program}\` must be a name or an absolute path`;
	if (findProgram(seat.program, environment.env["PATH"]) !== undefined) return undefined;
	return `the program \`${seat.program}\` is not on the search path`;
}

interface Files {
	readonly folder: string;
	readonly promptFile: string;
	readonly schemaFile: string;
}

async function writeFiles(base: string, task: CommandTask, prompt: string): Promise<Files> {
	await mkdir(base, { recursive: true, mode: 0o700 });
	const folder = await mkdtemp(path.join(base, "agent-"));
	const promptFile = path.join(folder, "prompt.txt");
	await writeFile(promptFile, prompt, { mode: 0o600 });
	if (task.schema === undefined) return { folder, promptFile, schemaFile: "" };
	const schemaFile = path.join(folder, "schema.json");
	await writeFile(schemaFile, JSON.stringify(task.schema), { mode: 0o600 });
	return { folder, promptFile, schemaFile };
}

/** The variables of the program: those of a command, its vendor's own, the user's for it, and how deep it is. */
function environmentFor(context: RuntimeContext, loaded: LoadedConfig, seat: CommandSeat): Record<string, string> {
	const { env } = context.environment;
	const own: Record<string, string> = {};
	for (const name of commandNeeds(seat).keys) {
		const value = env[name];
		if (value !== undefined) own[name] = value;
	}
	return {
		...childEnvironment(loaded.config, context.environment),
		...own,
		...seat.env,
		...deeperEnvironment(context.environment),
	};
}

function reasonOf(stderr: string, stdout: string): string {
	const said = (stderr.trim() || stdout.trim()).replaceAll(/\s+/g, " ");
	return said.length > reasonChars ? `…${said.slice(-reasonChars)}` : said;
}

/** A signal that is raised when nothing was heard for a while, or `outer` is. */
function watchSilence(
	clock: RuntimeContext["clock"],
	outer: AbortSignal,
): {
	readonly signal: AbortSignal;
	readonly heard: () => void;
	readonly isSilent: () => boolean;
	readonly stop: () => void;
} {
	const silent = new AbortController();
	const over = new AbortController();
	let last = clock.monotonicMs();
	const watch = async (): Promise<void> => {
		while (!over.signal.aborted) {
			const left = last + mostSilentMs - clock.monotonicMs();
			if (left <= 0) {
				silent.abort();
				return;
			}
			await clock.sleep(left, over.signal);
		}
	};
	// A sleep that is broken off rejects: the watch is over then.
	watch().catch(() => undefined);
	return {
		signal: AbortSignal.any([outer, silent.signal]),
		heard: () => {
			last = clock.monotonicMs();
		},
		isSilent: () => silent.signal.aborted,
		stop: () => over.abort(),
	};
}

/** Runs programs as agents. */
export interface CommandAgents {
	/** Never rejects; settles within 2 s of an abort, with nothing of it left running. */
	run(task: CommandTask, signal: AbortSignal): Promise<AgentOutcome>;
}

interface Invoked {
	readonly files: Files;
	readonly prompt: string;
	readonly signal: AbortSignal;
}

class CommandCall {
	readonly #context: RuntimeContext;
	readonly #loaded: LoadedConfig;
	readonly #task: CommandTask;
	readonly #beganMs: number;

	constructor(context: RuntimeContext, loaded: LoadedConfig, task: CommandTask) {
		this.#context = context;
		this.#loaded = loaded;
		this.#task = task;
		this.#beganMs = context.clock.monotonicMs();
	}

	get #spend(): BudgetSpend {
		const wallMs = Math.max(0, Math.round(this.#context.clock.monotonicMs() - this.#beganMs));
		return { ...noSpend, attempts: 1, wallMs };
	}

	async run(signal: AbortSignal): Promise<AgentOutcome> {
		const { seat, prompt: asked } = this.#task;
		const refusal = commandRefusal(this.#context, seat);
		if (refusal !== undefined) return { kind: "missing", reason: refusal, spend: noSpend };
		const prompt = seat.instructions === undefined ? asked : `${seat.instructions}\n\n${asked}`;
		const base = path.join(this.#context.environment.tmpdir, `code-agents-${process.pid}`);
		const files = await writeFiles(base, this.#task, prompt);
		try {
			return await this.#invoke({ files, prompt, signal });
		} finally {
			await rm(files.folder, { recursive: true, force: true }).catch(() => undefined);
		}
	}

	/** The program may write in its own folder and to its own state, and in the task's folder when it is to. */
	async #runner(mayWrite: boolean, folder: string): Promise<ReturnType<typeof createSandboxedRunner>> {
		const { environment, paths, clock } = this.#context;
		const { seat, cwd } = this.#task;
		const {
			sandbox_workspace_write: write,
			sandbox_denied_reads: deniedReads,
			sandbox_mode: mode,
		} = this.#loaded.config;
		const state = commandNeeds(seat).folders.map((name) => path.join(environment.homedir, name));
		// A folder that is not there cannot be opened to it.
		await Promise.all(state.map((each) => mkdir(each, { recursive: true }).catch(() => undefined)));
		return createSandboxedRunner(createDirectRunner(clock), {
			policy:
				mode === "danger-full-access"
					? { mode }
					: {
							mode: "workspace-write",
							writable_roots: [folder, ...state],
							// It is asked over the network: that is what it is for.
							network_access: true,
							// A repository may lie there; the program has a folder of its own for temporary files.
							exclude_slash_tmp: !mayWrite || write.exclude_slash_tmp,
							exclude_tmpdir_env_var: !mayWrite || write.exclude_tmpdir_env_var,
						},
			cwd: mayWrite ? cwd : folder,
			home: environment.homedir,
			cacheRoot: path.join(paths.cacheDir, "sandbox"),
			protectedPaths: protectedFiles(paths),
			gitWrites: write.allow_git_writes,
			deniedReads,
		});
	}

	async #invoke({ files, prompt, signal }: Invoked): Promise<AgentOutcome> {
		const { seat, cwd, access, limits, onProgress } = this.#task;
		const mayWrite = access === "workspace-write" && !seat.readOnly;
		const places = { prompt, promptFile: files.promptFile, schemaFile: files.schemaFile, cwd, mayWrite };
		const { args, takesPrompt } = commandWords(seat, places);
		const longest = Math.max(0, ...args.map((word) => Buffer.byteLength(word)));
		if (longest > maxPromptArgumentBytes) {
			const reason = `the prompt is too long for an argument of \`${seat.program}\`: use {prompt_file}, or leave {prompt} out to get it on standard input`;
			return { kind: "failed", reason, spend: noSpend };
		}
		// `exec` leaves no shell behind; the words are its arguments and never its text.
		const input = takesPrompt ? "/dev/null" : files.promptFile;
		const argv = ["bash", "-c", 'exec "$@" < "$0"', input, seat.program, ...args];
		const timeoutMs = Math.min(limits.maxWallMs ?? mostMs, mostMs);
		const watch = watchSilence(this.#context.clock, signal);
		const runner = await this.#runner(mayWrite, files.folder);
		let [stdout, stderr] = ["", ""];
		try {
			const result = await runner.run(
				{
					argv,
					cwd,
					env: { ...environmentFor(this.#context, this.#loaded, seat), TMPDIR: files.folder },
					timeoutMs,
					confined: this.#loaded.config.sandbox_mode !== "danger-full-access",
					maxOutputBytes,
				},
				watch.signal,
				(stream, chunk) => {
					watch.heard();
					if (stream === "stdout") stdout = (stdout + chunk).slice(-maxOutputBytes);
					else stderr = (stderr + chunk).slice(-maxOutputBytes);
					const line = chunk.trimEnd().split("\n").at(-1)?.trim().slice(0, 200) ?? "";
					if (stream === "stderr" && line !== "") onProgress?.({ lastLine: line, spend: this.#spend });
				},
			);
			if (watch.isSilent()) {
				return this.#ended("timed_out", `it said nothing for ${mostSilentMs / 60_000} minutes`);
			}
			const { outcome } = result;
			switch (outcome.status) {
				case "exited":
					return this.#answer({ exitCode: outcome.exitCode, stdout, stderr });
				case "signalled":
					return this.#ended(
						"failed",
						`it was ended by a signal (exit code ${outcome.exitCode}): ${reasonOf(stderr, stdout)}`,
					);
				case "timed_out":
					return this.#ended("timed_out", `it was not done after ${Math.round(timeoutMs / 1000)} s`);
				case "aborted":
					return this.#ended("cancelled", "cancelled");
				case "spawn_failed":
					return this.#ended("missing", outcome.message);
			}
		} finally {
			watch.stop();
			await runner.close();
		}
	}

	#ended(kind: "failed" | "timed_out" | "cancelled" | "missing", reason: string): AgentOutcome {
		const said = this.#context.redactor.text(reason);
		return { kind, reason: said, spend: this.#spend, model: this.#task.seat.name };
	}

	#answer(said: { readonly exitCode: number; readonly stdout: string; readonly stderr: string }): AgentOutcome {
		const { seat } = this.#task;
		const { text, model, usage, costUsd, failure } = readCommandOutput(seat.family, said.stdout);
		if (failure !== undefined) return this.#ended("failed", failure.slice(0, reasonChars));
		if (said.exitCode !== 0) {
			return this.#ended("failed", `it ended with exit code ${said.exitCode}: ${reasonOf(said.stderr, said.stdout)}`);
		}
		if (text === "") return this.#ended("failed", `it wrote no answer: ${reasonOf(said.stderr, "")}`);
		return {
			kind: "answered",
			text: this.#context.redactor.text(text),
			model: model ?? seat.model ?? seat.name,
			usage,
			spend: { ...this.#spend, tokens: usage.inputTokens + usage.outputTokens, costUsd: costUsd ?? 0 },
		};
	}
}

/** Makes it for the settings of one repository. */
export function createCommandAgents(context: RuntimeContext, loaded: LoadedConfig): CommandAgents {
	return {
		run: async (task, signal) => {
			try {
				return await new CommandCall(context, loaded, task).run(signal);
			} catch (thrown) {
				const kind = signal.aborted ? "cancelled" : "failed";
				return { kind, reason: context.redactor.text(toError(thrown).message), spend: noSpend };
			}
		},
	};
}
