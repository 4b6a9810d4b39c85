// Runs commands in the sandbox of a session: a plan made anew for each command, the helper around it, and words for what
// the sandbox denied. What cannot be confined is not run. The package is loaded with the first command.

import type { CommandRequest, CommandResult, CommandRunner } from "@codex/core";
import { type SandboxPolicy, toError } from "@codex/protocol";
import type * as sandboxPackage from "@codex/sandbox";
import type {
	ConfinedCommand,
	HiddenPath,
	PlaceholderKeeper,
	ProtectedPath,
	SandboxPlan,
	SandboxProbe,
} from "@codex/sandbox";

/** What a session's sandbox is made of. */
export interface SandboxSettings {
	readonly policy: SandboxPolicy;
	/** The session's folder, a real path. */
	readonly cwd: string;
	/** The user's home, `""` for none. */
	readonly home: string;
	/** Folder for caches of package managers, one below it for each workspace. */
	readonly cacheRoot: string;
	/** Files of ours that commands must not change, where they lie in a writable root. */
	readonly protectedPaths: readonly ProtectedPath[];
	/** Whether `.git` is as writable as the rest. */
	readonly gitWrites: boolean;
	/** Globs of files that may not be read. */
	readonly deniedReads: readonly string[];
}

/** A runner that confines. */
export interface SandboxedRunner extends CommandRunner {
	/** Why commands cannot be confined on this machine, or `undefined`. Found out once. */
	cannotConfine(): Promise<string | undefined>;
	/** Gives up what it holds; resolves when it is gone. */
	close(): Promise<void>;
}

type Sandbox = typeof sandboxPackage;

const loadSandbox = (): Promise<Sandbox> => import("@codex/sandbox");

const thisMachine = (): { platform: string; arch: string } => ({ platform: process.platform, arch: process.arch });

/** The probe of this machine; kept by the package. */
async function probeMachine(): Promise<SandboxProbe> {
	const { probeSandbox } = await loadSandbox();
	return probeSandbox({ machine: thisMachine() });
}

// Steps of the helper that fail when a path of the plan is gone by the time it is mounted.
const racedSteps: ReadonlySet<number> = new Set([205, 206, 207, 212]);
const maxAttempts = 3;

interface Prepared {
	readonly sandbox: Sandbox;
	readonly plan: SandboxPlan;
	readonly command: ConfinedCommand;
}

function failedResult(message: string): CommandResult {
	return { outcome: { status: "spawn_failed", message }, output: "", totalBytes: 0, durationMs: 0 };
}

/** Another session came or went between the plan and its mounts; nothing was run, so it is simply done again. */
function isRaced({ sandbox, command }: Prepared, result: CommandResult): boolean {
	if (command.kind === "refused") return false;
	const { refusal } = sandbox.readRefusal(result.output, command.tag);
	return refusal?.kind === "setup" && racedSteps.has(refusal.status);
}

/** The result without the helper's own line, with what was denied. */
function finish({ sandbox, plan, command }: Prepared, request: CommandRequest, result: CommandResult): CommandResult {
	if (command.kind === "refused") return result;
	const { output, refusal } = sandbox.readRefusal(result.output, command.tag);
	if (refusal !== undefined) {
		return { ...result, output, outcome: { status: "spawn_failed", message: refusal.message } };
	}
	const { outcome } = result;
	if (outcome.status !== "exited" && outcome.status !== "signalled") return result;
	const denial = sandbox.classifyDenial(plan, { exitCode: outcome.exitCode, output, cwd: request.cwd });
	if (denial === undefined) return result;
	const setting = denial.setting === undefined ? "" : `; allowed by ${denial.setting}`;
	return { ...result, denial: `${denial.message}${setting}` };
}

interface Caches {
	readonly folders: readonly string[];
	readonly env: Readonly<Record<string, string>>;
}

/** Caches of package managers for this workspace, made when they are missing. */
async function makeCaches(sandbox: Sandbox, settings: SandboxSettings, env: CommandRequest["env"]): Promise<Caches> {
	const { policy, cwd, home, cacheRoot } = settings;
	if (policy.mode !== "workspace-write") return { folders: [], env: {} };
	const preset = sandbox.cachePreset({ cacheRoot, cwd, home, env, network: policy.network_access });
	const { mkdir } = await import("node:fs/promises");
	for (const folder of preset.folders) await mkdir(folder, { recursive: true, mode: 0o700 });
	return preset;
}

/** The files that may not be read, as far as they exist now. */
export async function findHidden(
	{ findDeniedReads }: Pick<Sandbox, "findDeniedReads">,
	{ policy, cwd, home, deniedReads }: Pick<SandboxSettings, "policy" | "cwd" | "home" | "deniedReads">,
): Promise<readonly HiddenPath[]> {
	if (deniedReads.length === 0 || policy.mode === "danger-full-access") return [];
	return await findDeniedReads({ globs: deniedReads, folders: readFolders(policy, cwd), home });
}

/** Where relative globs are looked for. */
export function readFolders(policy: SandboxPolicy, cwd: string): readonly string[] {
	return policy.mode === "workspace-write" ? [cwd, ...policy.writable_roots] : [cwd];
}

/** Plans and confines the commands of a session; holds the placeholders that its plans need. */
class Confiner {
	readonly #settings: SandboxSettings;
	#keeper: PlaceholderKeeper | undefined;

	constructor(settings: SandboxSettings) {
		this.#settings = settings;
	}

	async prepare(request: Pick<CommandRequest, "argv" | "env">): Promise<Prepared> {
		const sandbox = await loadSandbox();
		const { best: mechanism, missing } = await probeMachine();
		const caches = await makeCaches(sandbox, this.#settings, request.env);
		const { policy, cwd, home, protectedPaths, gitWrites, deniedReads } = this.#settings;
		const hidden = await findHidden(sandbox, { policy, cwd, home, deniedReads });
		const tmpdir = request.env["TMPDIR"];
		const plan = sandbox.planSandbox({
			policy,
			cwd,
			home,
			protectedPaths,
			gitWrites,
			hidden,
			cacheFolders: caches.folders,
			...(tmpdir === undefined ? {} : { tmpdir }),
		});
		if (mechanism !== undefined && "helper" in mechanism && mechanism.kind !== "landlock") {
			this.#keeper ??= sandbox.createPlaceholderKeeper(mechanism.helper);
			await this.#keeper.hold(plan);
		}
		const env = { ...request.env, ...caches.env };
		const why = missing === undefined ? {} : { missing };
		const command = sandbox.confineCommand({ plan, mechanism, argv: request.argv, env, ...why });
		return { sandbox, plan, command };
	}

	async close(): Promise<void> {
		await this.#keeper?.close();
	}
}

/** Makes the runner; `direct` runs what is confined, and what need not be. */
export function createSandboxedRunner(direct: CommandRunner, settings: SandboxSettings): SandboxedRunner {
	const confiner = new Confiner(settings);
	return {
		run: async (request, signal, onOutput) => {
			if (request.confined !== true) return direct.run(request, signal, onOutput);
			for (let attempt = 1; ; attempt += 1) {
				let prepared: Prepared;
				try {
					prepared = await confiner.prepare(request);
				} catch (thrown) {
					// A policy that asks for what cannot be kept, or a cache folder that cannot be made: the command is not run.
					return failedResult(toError(thrown).message);
				}
				const { command } = prepared;
				if (command.kind === "refused") return failedResult(command.message);
				const result = await direct.run({ ...request, argv: command.argv, env: command.env }, signal, onOutput);
				if (attempt === maxAttempts || !isRaced(prepared, result)) return finish(prepared, request, result);
			}
		},
		cannotConfine: async () => {
			const { best, missing } = await probeMachine();
			return best === undefined ? (missing ?? "no mechanism works") : undefined;
		},
		close: () => confiner.close(),
	};
}
