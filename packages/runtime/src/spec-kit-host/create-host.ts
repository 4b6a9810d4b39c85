// The ready host of Spec-Kit: the engine's interface, filled with sessions as agents, the sandbox for commands, the memory
// server, and the repository's own files. One host serves one repository; it is closed when its run is over.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { type ConfigFlags, formatProblem, type LoadedConfig, loadConfig } from "@codex/config";
import { exitCodes, newSessionId } from "@codex/protocol";
import { type AgentRequest, forkEvidenceDir, type SpecKitHost } from "@codex/spec-kit";
import { createEvidenceStore, createJournalStore, createPacketFiles } from "@codex/spec-kit/node";
import { type AgentRecordings, createAgentRunner } from "../agents/agent-runner.ts";
import type { AgentProgress, AgentRunner, AgentSeat } from "../agents/agent-task.ts";
import { createCommandAgents } from "../agents/command-agents.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";
import { createAnswerCache } from "./answer-cache.ts";
import { hostConfig } from "./host-config.ts";
import { createHostImplementer } from "./host-implementer.ts";
import { createHostMemory } from "./memory.ts";
import { createHostCommands } from "./run-command.ts";
import { keepMappings, mapSeats, type SeatMapping, seatProblem } from "./seat-problems.ts";
import { seatOf } from "./seats.ts";
import { createStageHooks } from "./stage-hooks.ts";

/** What a host is made of. */
export interface SpecKitHostRequest {
	readonly flags: ConfigFlags;
	/** A folder in the repository; relative to the process's. Default: the process's. */
	readonly cwd?: string;
	/** Asks a person. Default: nobody is there. */
	readonly ask?: SpecKitHost["ask"];
	/** Told what happens. Must not throw. */
	readonly emit?: SpecKitHost["emit"];
	/** Told what an agent does while it works. Must not throw. */
	readonly onAgent?: (request: AgentRequest, progress: AgentProgress) => void;
	/** Keeps the agents' answers in a folder, or takes them from one; relative to the process's. Default: neither. */
	readonly recordings?: { readonly kind: AgentRecordings["kind"]; readonly folder: string };
	/** Who answers. Default: sessions of this runtime. */
	readonly agents?: AgentRunner;
}

/** A host with what surrounds it. */
export interface ReadySpecKitHost {
	readonly kind: "ok";
	readonly host: SpecKitHost;
	/** The settings it was made of. */
	readonly config: LoadedConfig["config"];
	/** The root of the repository; absolute. */
	readonly root: string;
	/** Why a seat cannot be filled here, in one sentence. Asks nobody. */
	readonly seatProblem: (seat: AgentSeat) => string | undefined;
	/** Who would fill the seats that nobody fills, and the way to keep that in the user's settings. */
	readonly seatMapping: {
		readonly wanted: readonly SeatMapping[];
		readonly keep: () => Promise<{ readonly file?: string; readonly problem?: string }>;
	};
	/** Sentences for the user about settings. */
	readonly warnings: readonly string[];
	/** Lets go of what the host holds. Never rejects. */
	close(): Promise<void>;
}

/** The top of the repository that `cwd` is in, else `cwd`. */
function rootOf(cwd: string): string {
	for (let folder = cwd; ; folder = path.dirname(folder)) {
		if (existsSync(path.join(folder, ".git"))) return folder;
		if (path.dirname(folder) === folder) return cwd;
	}
}

function runnerOf(
	context: RuntimeContext,
	loaded: LoadedConfig,
	{ flags, agents, recordings }: SpecKitHostRequest,
): AgentRunner {
	const recorded =
		recordings === undefined
			? {}
			: { recordings: { ...recordings, folder: path.resolve(context.environment.cwd, recordings.folder) } };
	const commands = createCommandAgents(context, loaded);
	return agents ?? createAgentRunner(context, { flags, ...recorded, commands });
}

function agentsOf(
	runner: AgentRunner,
	loaded: LoadedConfig,
	{ onAgent }: SpecKitHostRequest,
): (request: AgentRequest, root: string, signal: AbortSignal) => ReturnType<SpecKitHost["runAgent"]> {
	const mostMs = loaded.config.speckit.consensus.timeout_seconds * 1000;
	return async (request, root, signal) => {
		const found = seatOf(loaded.config, request.agent, request.wanted);
		if (found.kind === "missing") {
			return { ...found, spend: { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 } };
		}
		const { limits } = request;
		return runner.run(
			{
				id: request.id,
				seat: found.seat,
				prompt: request.prompt,
				schema: request.schema,
				cwd: root,
				access: request.mayWrite ? "workspace-write" : "read-only",
				limits: { ...limits, maxWallMs: Math.min(limits.maxWallMs ?? mostMs, mostMs) },
				...(onAgent === undefined ? {} : { onProgress: (progress) => onAgent(request, progress) }),
			},
			signal,
		);
	};
}

/** Makes the host of the repository that `cwd` is in. Never rejects. */
export async function createSpecKitHost(
	context: RuntimeContext,
	request: SpecKitHostRequest,
): Promise<ReadySpecKitHost | StartError> {
	const { environment, paths, clock, redactor } = context;
	const root = rootOf(path.resolve(environment.cwd, request.cwd ?? "."));
	const loaded = await loadConfig({ ...environment, cwd: root }, paths, request.flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	const read = hostConfig(loaded, environment.env, existsSync(path.join(root, forkEvidenceDir)));
	if (!read.ok) return startError(exitCodes.usage, ...read.errors);
	const { config } = read;
	const files = createPacketFiles({ root });
	const place = { root, evidenceDir: config.evidenceDir };
	const commands = createHostCommands(context, loaded, root);
	const memory = createHostMemory(context, loaded, { root, files, evidenceDir: config.evidenceDir });
	const cache = createAnswerCache(files, config.evidenceDir, redactor);
	const runner = runnerOf(context, loaded, request);
	const runAgent = agentsOf(runner, loaded, request);
	const { implement, close: closeImplementer } = createHostImplementer(context, {
		loaded,
		root,
		runner,
		cache,
		config,
	});
	const { hook } = createStageHooks(loaded, (command, signal) => commands.run(command, signal));
	const host: SpecKitHost = {
		config,
		files,
		evidence: createEvidenceStore(place),
		journal: createJournalStore(place),
		memory,
		runAgent: (call, signal) => cache.answer(call, () => runAgent(call, root, signal)),
		runCommand: (command, signal) => commands.run(command, signal),
		...(loaded.config.speckit.implement.enabled ? { implement } : {}),
		hook,
		ask: request.ask ?? (() => Promise.resolve("nobody")),
		emit: (progress) => request.emit?.(progress),
		nowMs: () => clock.nowMs(),
		newId: () => newSessionId(),
		sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
	};
	const wanted = mapSeats(context, loaded);
	return {
		kind: "ok",
		host,
		config: loaded.config,
		root,
		seatProblem: (seat) => seatProblem(context, loaded, seat),
		seatMapping: { wanted, keep: () => keepMappings(context, wanted) },
		warnings: loaded.warnings.map(formatProblem),
		close: async () => {
			memory.close();
			await closeImplementer();
			await commands.close();
		},
	};
}
