// Performs one `speckit` command, for whoever calls: the command line or a client of the MCP server. Makes the host, marks
// the run as running, and answers with an exit code, data and text. What the words mean is the engine's.

import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import type {
	GivenAnswer,
	PipelineProgress,
	ReadySpecKitHost,
	Runtime,
	SpecKit,
	SpecKitHostRequest,
} from "@codex/runtime";
import { printable } from "../terminal/printable.ts";
import type { SpecKitArguments } from "./arguments.ts";
import { resultData, resultText } from "./results.ts";
import { UsageProblem, type VerbResult } from "./verb.ts";
import { findVerb } from "./verbs.ts";

/** A command to perform. */
export interface SpecKitCall {
	readonly kit: SpecKit;
	readonly runtime: Runtime;
	readonly given: Omit<SpecKitArguments, "json" | "help" | "answersFile">;
	readonly signal: AbortSignal;
	readonly answers: readonly GivenAnswer[] | undefined;
	/** Asks a person; absent: nobody is there. */
	readonly ask: SpecKitHostRequest["ask"];
	/** Told how a run goes on. Must not throw. */
	readonly onProgress: (progress: PipelineProgress) => void;
	/** Told a sentence for the user. */
	readonly onWarning: (message: string) => void;
}

/** Settings of a smaller flow. */
function sizeOverrides(size: SpecKitArguments["size"]): readonly string[] {
	if (size === undefined || size === "l") return [];
	const single = 'speckit.consensus.mode="single"';
	return size === "m" ? [single] : [single, "speckit.quality_gates.enabled=false"];
}

interface Tracked {
	readonly emit: (progress: PipelineProgress) => void;
	/** Called when the command is over. */
	readonly release: () => Promise<void>;
	/** The host is known only after it was made with `emit`. */
	ready: ReadySpecKitHost | undefined;
}

/** Progress for whoever asked, and the mark that a process works at the run. */
function track({ kit, onProgress }: SpecKitCall): Tracked {
	let marked: Promise<() => Promise<void>> | undefined;
	const tracked: Tracked = {
		ready: undefined,
		emit: (progress) => {
			const { ready } = tracked;
			if (ready !== undefined && marked === undefined) {
				const { specId, runId } = progress;
				marked = kit.markRunning({ root: ready.root, evidenceDir: ready.host.config.evidenceDir, specId, runId });
			}
			onProgress(progress);
		},
		release: async () => {
			await (await marked)?.();
		},
	};
	return tracked;
}

async function performCatalog(call: SpecKitCall, ready: ReadySpecKitHost): Promise<VerbResult> {
	const { kit, given, signal, answers } = call;
	const parsed = kit.parseCommandLine(given.words);
	if (!parsed.ok) throw new UsageProblem(parsed.message);
	const { command } = parsed;
	const spec = kit.commandCatalog.find(({ name }) => name === command.name);
	if (given.dryRun && spec !== undefined && spec.agents.length > 0) {
		const agents = kit.planOfCommand(ready, spec);
		const data = { dry_run: true, parsed: command, tier: spec.tier, agents, expected_calls: kit.expectedCalls(spec) };
		const lines = agents.map(
			({ agent, on, missing }) => `${agent} on ${on}${missing === undefined ? "" : `: ${missing}`}`,
		);
		const text = [`${spec.summary} (tier ${spec.tier}, at least ${kit.expectedCalls(spec)} calls)`, ...lines].join(
			"\n",
		);
		return { exitCode: exitCodes.done, reason: "dry_run", data, text: `${text}\n` };
	}
	const result = await kit.performSpecKit(ready, command, {
		signal,
		...(given.budgetUsd === undefined ? {} : { limits: { maxCostUsd: given.budgetUsd } }),
		...(answers === undefined ? {} : { answers }),
	});
	if (result.kind === "hook") {
		const { name, exitCode: code, output, result: done } = result;
		const ended = `the hook ${name} ended with ${code ?? "no exit code"}`;
		const data = { hook: name, hook_exit_code: code, output, ...(done === undefined ? {} : resultData(done)) };
		return { exitCode: exitCodes.gate, reason: "hook_failed", data, text: `${ended}\n${printable(output)}` };
	}
	const [exitCode, reason] = ((): readonly [ExitCode, string] => {
		switch (result.kind) {
			case "run":
				return [kit.pipelineExitCode(result.result.outcome), result.result.outcome.kind];
			case "guardrail":
				return result.outcome.ok ? [exitCodes.done, "ok"] : [exitCodes.gate, "failed"];
			case "verdict":
				return result.verdict.status === "ok" ? [exitCodes.done, "ok"] : [exitCodes.gate, result.verdict.status];
			default:
				return signal.aborted ? [exitCodes.interrupted, "cancelled"] : [exitCodes.done, "ok"];
		}
	})();
	return { exitCode, reason, data: resultData(result), text: resultText(result) };
}

/**
 * Performs the command. An abort is a cancelled run: it can be resumed.
 *
 * @throws UsageProblem and the engine's SpecKitError for words that make no sense.
 */
export async function performWords(call: SpecKitCall): Promise<VerbResult> {
	const { kit, runtime, given, signal, answers } = call;
	const found = findVerb(given.words);
	// Before anything is made: words that make no sense.
	if (found === undefined) {
		const parsed = kit.parseCommandLine(given.words);
		if (!parsed.ok) throw new UsageProblem(parsed.message);
	}
	const tracked = track(call);
	const ready = await kit.createSpecKitHost(runtime, {
		flags: { ...given.flags, overrides: [...sizeOverrides(given.size), ...given.flags.overrides] },
		...(given.cwd === undefined ? {} : { cwd: given.cwd }),
		emit: tracked.emit,
		...(given.recordings === undefined ? {} : { recordings: given.recordings }),
		...(call.ask === undefined ? {} : { ask: call.ask }),
	});
	if (ready.kind === "error") {
		return {
			exitCode: ready.exitCode,
			reason: "not_started",
			data: { errors: ready.lines },
			text: `error: ${ready.lines.join("\n")}\n`,
		};
	}
	tracked.ready = ready;
	for (const warning of ready.warnings) call.onWarning(warning);
	try {
		if (found === undefined) return await performCatalog(call, ready);
		const limits = given.budgetUsd === undefined ? undefined : { maxCostUsd: given.budgetUsd };
		return await found.verb({ kit, ready, runtime, signal, dryRun: given.dryRun, limits, answers }, found.rest);
	} finally {
		await tracked.release();
		await ready.close();
	}
}

/** What a thrown thing means to a user. */
export function problemOf(thrown: unknown): {
	readonly exitCode: ExitCode;
	readonly reason: string;
	readonly message: string;
} {
	const error = toError(thrown);
	if (error instanceof UsageProblem) return { exitCode: exitCodes.usage, reason: "usage", message: error.message };
	if (error.name === "SpecKitError" && "code" in error) {
		return { exitCode: exitCodes.usage, reason: String(error.code), message: error.message };
	}
	throw error;
}
