// The host's `implement`: the seats' agents with leave to write, the project's commands in each work tree, and the answers'
// cache that keeps a call from being paid twice.

import { createHash } from "node:crypto";
import path from "node:path";
import type { LoadedConfig } from "@codex/config";
import { type AgentRequest, judgeSchema, type SpecKitConfig, type SpecKitHost } from "@codex/spec-kit";
import type { AgentRunner, AgentSeat, AgentTask } from "../agents/agent-task.ts";
import type { ImplementerParts } from "../implement/implementer.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import type { AnswerCache } from "./answer-cache.ts";
import { createHostCommands, type HostCommands } from "./run-command.ts";
import { seatOf } from "./seats.ts";

/** What it is made of. */
export interface HostImplementerParts {
	readonly loaded: LoadedConfig;
	/** Absolute. */
	readonly root: string;
	readonly runner: AgentRunner;
	readonly cache: AnswerCache;
	readonly config: SpecKitConfig;
	/** Who fills an agent's seat; absent, and where it says nothing: the configuration does. */
	readonly seatFor?: (agent: AgentRequest["agent"]) => AgentSeat | undefined;
	/** One more command that decides whether work passes. */
	readonly check?: string;
	/** The first candidate that passes is kept. */
	readonly race?: boolean;
}

/** A ready `implement`. */
export interface HostImplementer {
	readonly implement: NonNullable<SpecKitHost["implement"]>;
	/** Removes what a request left, when nobody will go on with it. Never rejects. */
	readonly discard: (id: string) => Promise<void>;
	/** Lets go of what it holds. Never rejects. */
	readonly close: () => Promise<void>;
}

const nobody = { attempts: 0, wallMs: 0, tokens: 0, costUsd: 0 } as const;

type ImplementRequest = Parameters<NonNullable<SpecKitHost["implement"]>>[0];

/**
 * Where work trees lie: below `$XDG_STATE_HOME` (default `~/.local/state`), because the program's own home is protected
 * from agents, and a folder of temporary files does not outlive the machine.
 */
function stateFolder({ environment }: RuntimeContext): string {
	const named = environment.env["XDG_STATE_HOME"] ?? "";
	const base = path.isAbsolute(named) ? named : path.join(environment.homedir, ".local/state");
	return path.join(base, "code");
}

/** Makes it. */
export function createHostImplementer(
	context: RuntimeContext,
	{ loaded, root, runner, cache, config, seatFor, check, race }: HostImplementerParts,
): HostImplementer {
	const { implement: settings, commands: own } = loaded.config.speckit;
	const { environment, paths } = context;
	const commands = new Map<string, HostCommands>();
	const commandsIn = (tree: string): HostCommands => {
		const made = commands.get(tree) ?? createHostCommands(context, loaded, tree);
		commands.set(tree, made);
		return made;
	};
	const timeoutMs = own.timeout_seconds * 1000;
	const mostMs = settings.timeout_seconds * 1000;
	const checks = [
		...(["build", "lint", "test"] as const).flatMap((step) => config.commands[step] ?? []),
		...(check === undefined ? [] : [{ name: "check", command: check, timeoutMs }]),
	];
	const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
	const ask = async (
		request: ImplementRequest,
		call: Pick<AgentTask, "id" | "prompt" | "cwd" | "limits" | "access" | "schema"> & {
			readonly agent: AgentRequest["agent"];
		},
		signal: AbortSignal,
	): ReturnType<SpecKitHost["runAgent"]> => {
		const { agent, ...task } = call;
		const given = seatFor?.(agent);
		const found =
			given === undefined
				? seatOf(loaded.config, agent, request.wanted(agent))
				: ({ kind: "ok", seat: given } as const);
		if (found.kind === "missing") return { ...found, spend: nobody };
		const limits = { ...call.limits, maxWallMs: Math.min(call.limits.maxWallMs ?? mostMs, mostMs) };
		const onProgress = ({ lastLine }: { readonly lastLine: string }): void =>
			request.tell(agent, "running", { detail: lastLine });
		return await runner.run({ ...task, seat: found.seat, limits, onProgress }, signal);
	};
	const place = {
		root,
		env: environment.env,
		scratch: path.join(paths.cacheDir, "git"),
		worktrees: path.join(stateFolder(context), "worktrees", name),
	};
	// Git and all that belongs to it is loaded when tasks are carried out.
	const partsFor = (request: ImplementRequest): ImplementerParts => ({
		...place,
		ask: (call, begin, signal) =>
			cache.answer({ ...request, id: call.id }, async () => {
				await begin();
				return await ask(request, { ...call, access: "workspace-write" }, signal);
			}),
		askJudge: (call, _about, signal) =>
			cache.answer({ ...request, id: call.id }, () => {
				const schema = judgeSchema().jsonSchema;
				const task = { ...call, cwd: root, limits: request.limits, access: "read-only", schema } as const;
				return ask(request, task, signal);
			}),
		commandsIn: (tree) => (command, signal) => commandsIn(tree).run(command, signal),
		setup: settings.setup === undefined ? undefined : { name: "setup", command: settings.setup, timeoutMs },
		checks,
		repairs: settings.repairs,
		...(race === undefined ? {} : { race }),
	});
	return {
		implement: async (request, signal) => {
			const { createImplementer } = await import("../implement/implementer.ts");
			return await createImplementer(partsFor(request))(request, signal);
		},
		discard: async (id) => {
			const { discardWork } = await import("../implement/implementer.ts");
			await discardWork(place, id);
		},
		close: async () => {
			await Promise.all([...commands.values()].map((each) => each.close()));
		},
	};
}
