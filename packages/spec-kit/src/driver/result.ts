// What a run came to, for whoever started it.

import { type BudgetSpend, type ExitCode, exitCodes } from "@codex/protocol";
import type { Question } from "../issue.ts";
import { resumeHint } from "../pipeline/progress-of.ts";
import type { CheckpointOutcome, HaltCode, RunState } from "../pipeline/state.ts";
import { type Stage, stages } from "../stage.ts";
import type { Verdict } from "../verdict.ts";

/** How a run ended, in this process at least. */
export type PipelineOutcome =
	| { readonly kind: "complete" }
	/** Questions wait for a person; `answers` and the run's id go on with it. */
	| { readonly kind: "paused"; readonly questions: readonly Question[] }
	| {
			readonly kind: "halted";
			readonly stage: Stage;
			readonly code: HaltCode;
			/** One sentence. */
			readonly reason: string;
			/** Code of the failure, when an operation failed. */
			readonly failure?: string;
			/** A command that takes it up again. */
			readonly resume: string;
	  }
	| { readonly kind: "cancelled" };

/** A run's result. */
export interface PipelineResult {
	readonly runId: string;
	readonly specId: string;
	readonly outcome: PipelineOutcome;
	/** In pipeline order. */
	readonly verdicts: readonly Verdict[];
	readonly checkpoints: readonly CheckpointOutcome[];
	/** Paths that the run wrote, relative to the repository. */
	readonly documents: readonly string[];
	/** Of the whole run, earlier processes included. */
	readonly spend: BudgetSpend;
	/** Calls whose price nobody told. */
	readonly unpricedCalls: number;
	/** The latest, oldest first. */
	readonly warnings: readonly string[];
}

function outcomeOf({ phase, specId }: RunState): PipelineOutcome {
	switch (phase.type) {
		case "complete":
			return { kind: "complete" };
		case "paused":
			return { kind: "paused", questions: phase.questions };
		case "halted": {
			const { stage, code, reason, failure } = phase;
			const resume = resumeHint(specId, stage);
			return { kind: "halted", stage, code, reason, ...(failure === undefined ? {} : { failure }), resume };
		}
		default:
			return { kind: "cancelled" };
	}
}

/** The result of a run that has stopped. */
export function resultOf(state: RunState): PipelineResult {
	return {
		runId: state.runId,
		specId: state.specId,
		outcome: outcomeOf(state),
		verdicts: stages.flatMap((stage) => state.verdicts[stage] ?? []),
		checkpoints: state.checkpoints,
		documents: state.documents,
		spend: state.spend,
		unpricedCalls: state.unpricedCalls,
		warnings: state.warnings,
	};
}

/** The exit code of a program that ran the pipeline: the product's table. */
export function pipelineExitCode(outcome: PipelineOutcome): ExitCode {
	switch (outcome.kind) {
		case "complete":
			return exitCodes.done;
		case "paused":
			return exitCodes.paused;
		case "cancelled":
			return exitCodes.interrupted;
		case "halted":
			if (outcome.code === "budget_exhausted") return exitCodes.limit;
			if (outcome.code === "run_failed" && outcome.failure !== "hook_failed") return exitCodes.failed;
			return exitCodes.gate;
	}
}
