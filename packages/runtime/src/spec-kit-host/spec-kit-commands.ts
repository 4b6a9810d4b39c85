// Everything that shells need of Spec-Kit, in one module that is loaded when it is used. Shells speak to it through the
// types here; the engine itself stays behind the host.

import type { BudgetLimits } from "@codex/protocol";
import {
	type AgentName,
	type CommandResult,
	type CommandSpec,
	commandCatalog,
	commandHelp,
	expectedCalls,
	type GivenAnswer,
	modelMetadata,
	type ParsedCommand,
	parseCommandLine,
	parseSpecId,
	performCommand,
	pipelineExitCode,
	type SpecStatus,
	type Stage,
	specStatus,
	stages,
} from "@codex/spec-kit";
import {
	archiveEvidence,
	type EvidenceStats,
	evidenceStats,
	type GcReport,
	gcEvidence,
	type VerifyResult,
	verifyEvidence,
} from "@codex/spec-kit/node";
import type { AgentSeat } from "../agents/agent-task.ts";
import type { ReadySpecKitHost } from "./create-host.ts";
import { listRuns } from "./runs.ts";
import { seatOf } from "./seats.ts";
import { runHook } from "./stage-hooks.ts";

export type {
	AgentName,
	CommandResult,
	CommandSpec,
	GivenAnswer,
	MergedIssue,
	ParsedCommand,
	PipelineOutcome,
	PipelineProgress,
	PipelineResult,
	Question,
	SpecStatus,
	Stage,
	Verdict,
} from "@codex/spec-kit";
export { convergeSpec } from "../trace/converge-spec.ts";
export { findDrift, keepAcceptance } from "../trace/find-drift.ts";
export { traceSpec, writeReport } from "../trace/trace-spec.ts";
export { readAnswers } from "./answers-file.ts";
export { createSpecKitHost } from "./create-host.ts";
export { initRepository } from "./init-repository.ts";
export { markRunning } from "./run-process.ts";
export { cancelRun, listRuns, resumeRun } from "./runs.ts";
export {
	commandCatalog,
	commandHelp,
	expectedCalls,
	parseCommandLine,
	parseSpecId,
	performCommand,
	pipelineExitCode,
	stages,
};

/** What surrounds a command. */
export interface SurroundingsOfCommand {
	readonly signal: AbortSignal;
	readonly limits?: BudgetLimits;
	readonly answers?: readonly GivenAnswer[];
}

/** A hook that said no; the command was not performed, or its success does not count. */
export interface HookRefusal {
	readonly kind: "hook";
	/** `before_plan`. */
	readonly name: string;
	/** The end of what it wrote. */
	readonly output: string;
	readonly exitCode: number | null;
	/** What the command had come to, for one that ran after it. */
	readonly result?: CommandResult;
}

/** Runs the user's command around a verb. Those around stages are the pipeline's, wherever a stage runs. */
async function runVerbHook(
	{ host, config }: ReadySpecKitHost,
	when: "before" | "after",
	{ command, signal }: { readonly command: ParsedCommand; readonly signal: AbortSignal },
): Promise<HookRefusal | undefined> {
	if (stages.some((stage) => stage === command.name)) return undefined;
	const name = `${when}_${command.name.replaceAll(".", "_")}`;
	const call = { name, command: command.name, specId: command.specId };
	const failure = await runHook(config.speckit.hooks, call, (request) => host.runCommand(request, signal));
	return failure === undefined ? undefined : { kind: "hook", ...failure };
}

/**
 * Performs a command of the catalog between the user's hooks `before_<command>` and `after_<command>` (dots are
 * underscores). The second one runs when the command went well. Rejects as the engine does.
 */
export async function performSpecKit(
	ready: ReadySpecKitHost,
	command: ParsedCommand,
	surroundings: SurroundingsOfCommand,
): Promise<CommandResult | HookRefusal> {
	const place = { command, signal: surroundings.signal };
	const refused = await runVerbHook(ready, "before", place);
	if (refused !== undefined) return refused;
	const result = await performPlain(ready, command, surroundings);
	if (result.kind === "run" && result.result.outcome.kind !== "complete") return result;
	if (result.kind === "guardrail" && !result.outcome.ok) return result;
	const after = await runVerbHook(ready, "after", place);
	return after === undefined ? result : { ...after, result };
}

/** The command itself. `status` knows sizes from the disk. */
async function performPlain(
	{ host, root }: ReadySpecKitHost,
	command: ParsedCommand,
	surroundings: SurroundingsOfCommand,
): Promise<CommandResult> {
	if (command.name !== "status" || command.specId === undefined) return performCommand(host, command, surroundings);
	const { evidenceDir } = host.config;
	const [known] = (await evidenceStats({ root, evidenceDir, specId: command.specId })).specs;
	const status: SpecStatus = await specStatus({
		files: host.files,
		evidence: host.evidence,
		config: host.config,
		specId: command.specId,
		nowMs: host.nowMs(),
		...(command.staleHours === undefined ? {} : { staleHours: command.staleHours }),
		...(known === undefined
			? {}
			: { footprint: { bytes: known.commandsBytes + known.consensusBytes, largest: known.largest } }),
	});
	return { kind: "status", status };
}

/** Who would be asked by a command, and on what. */
export interface PlannedSeat {
	readonly agent: AgentName;
	/** `provider/model`, `model`, or the user's own default. */
	readonly on: string;
	/** Why nobody would. */
	readonly missing?: string;
}

function shownSeat(seat: AgentSeat): string {
	if (seat.kind === "session") {
		return [seat.provider, seat.model].filter((part) => part !== undefined).join("/") || "the session's own model";
	}
	const { name, program, model } = seat;
	const shown = name === program ? name : `${name} (${program})`;
	return `the program ${shown}${model === undefined ? "" : ` on ${model}`}`;
}

/** What a command would do, without doing it. */
export function planOfCommand(
	{ host, config, seatProblem }: ReadySpecKitHost,
	spec: CommandSpec,
): readonly PlannedSeat[] {
	const isStage = (name: string): name is Stage => stages.some((stage) => stage === name);
	const stage = isStage(spec.name) ? spec.name : undefined;
	const agents =
		stage === undefined ? spec.agents : [...host.config.rosters[stage], ...host.config.aggregators.slice(0, 1)];
	return [...new Set(agents)].map((agent) => {
		const found = seatOf(config, agent, modelMetadata(agent, stage, host.config.environment));
		if (found.kind === "missing") return { agent, on: "nobody", missing: found.reason };
		const missing = seatProblem(found.seat);
		return { agent, on: shownSeat(found.seat), ...(missing === undefined ? {} : { missing }) };
	});
}

/** Sizes of the evidence. */
export function statsOfEvidence({ host, root }: ReadySpecKitHost, specId?: string): Promise<EvidenceStats> {
	const { evidenceDir, evidence } = host.config;
	const one = specId === undefined ? {} : { specId };
	return evidenceStats({ root, evidenceDir, softLimitBytes: evidence.softLimitBytes, ...one });
}

/** Whether the evidence is as it was written. */
export function verifyEvidenceOf({ host, root }: ReadySpecKitHost, specId: string): Promise<VerifyResult> {
	return verifyEvidence({ root, evidenceDir: host.config.evidenceDir, specId });
}

/** Archives what is too old or too much: of one SPEC, or of all. Runs that may go on are left alone. */
export async function collectEvidence(
	ready: ReadySpecKitHost,
	{ specId, dryRun }: { readonly specId?: string; readonly dryRun: boolean },
): Promise<GcReport> {
	const { host, root } = ready;
	const { evidenceDir, evidence } = host.config;
	const specs = specId === undefined ? (await statsOfEvidence(ready)).specs.map((each) => each.specId) : [specId];
	const inProgressRuns: string[] = [];
	for (const each of specs) {
		for (const { runId, state, isRunning } of await listRuns(ready, each)) {
			if (isRunning || state !== "complete") inProgressRuns.push(runId);
		}
	}
	const options = { root, evidenceDir, limits: evidence, inProgressRuns, dryRun, nowMs: () => host.nowMs() };
	if (specId === undefined) return gcEvidence(options);
	return { specs: [await archiveEvidence({ ...options, specId })], failed: [] };
}
