// The user's commands around stages: `before_<stage>` and `after_<stage>` of `[speckit.hooks]`, run in the sandbox like the
// project's other commands, and only where the file that names them is trusted.

import type { LoadedConfig } from "@codex/config";
import type { CommandOutcome, CommandRequest, SpecKitHost } from "@codex/spec-kit";

// Ten minutes, as the commands of guardrails.
const hookTimeoutMs = 600_000;

/** A hook, and what it is told. */
export interface HookCall {
	/** `before_plan`. */
	readonly name: string;
	/** The command's name with dots, as in the catalog. */
	readonly command: string;
	readonly specId: string | undefined;
}

/** What a hook that said no came to. */
export interface HookFailure {
	readonly name: string;
	readonly exitCode: number | null;
	/** The end of what it wrote. */
	readonly output: string;
}

/** Runs the user's command of this name; `undefined` when there is none or it went well. Never rejects. */
export async function runHook(
	hooks: Readonly<Record<string, string>>,
	{ name, command, specId }: HookCall,
	run: (request: CommandRequest) => Promise<CommandOutcome>,
): Promise<HookFailure | undefined> {
	const text = Object.hasOwn(hooks, name) ? hooks[name] : undefined;
	if (text === undefined) return undefined;
	const environment = {
		SPECKIT_COMMAND: command,
		...(specId === undefined ? {} : { SPECKIT_SPEC_ID: specId }),
	};
	const request = {
		id: `hook/${name}`,
		command: text,
		purpose: "hook",
		timeoutMs: hookTimeoutMs,
		environment,
	} as const;
	const { exitCode, stdout, stderr } = await run(request);
	return exitCode === 0 ? undefined : { name, exitCode, output: `${stdout}${stderr}`.slice(-2000) };
}

/** The host's `hook`. */
export function createStageHooks(
	loaded: LoadedConfig,
	run: (request: CommandRequest, signal: AbortSignal) => Promise<CommandOutcome>,
): { readonly hook: NonNullable<SpecKitHost["hook"]> } {
	const { hooks } = loaded.config.speckit;
	return {
		hook: async ({ when, stage, specId }, signal) => {
			const call = { name: `${when}_${stage}`, command: stage, specId };
			const failure = await runHook(hooks, call, (request) => run(request, signal));
			if (failure === undefined) return undefined;
			const [last = ""] = failure.output.trimEnd().split("\n").slice(-1);
			const said = last === "" ? "" : `: ${last.slice(0, 300)}`;
			return `The hook ${failure.name} ended with ${failure.exitCode ?? "no exit code"}${said}`;
		},
	};
}
